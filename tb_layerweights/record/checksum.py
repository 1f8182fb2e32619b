"""The checksum of event files: CRC-32C, masked, as TFRecord files have it."""

from __future__ import annotations

import google_crc32c


def masked_crc32c(data: bytes) -> int:
    """Returns the checksum of a record's payload or length."""
    crc: int = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
