"""The framing of event files: records of a length, its checksum, a payload and its checksum.

A record is `uint64 length, uint32 crc(length), payload, uint32 crc(payload)`, little-endian, the
checksums masked CRC-32C. A training may be writing the file: its tail may be completed later.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
HEADER_BYTES, FOOTER_BYTES = _HEADER.size, _FOOTER.size

# Longer records are graphs or worse, not histograms: they are skipped.
LONGEST = 64 << 20
# A checksum in plain Python takes a tenth of a second for so many bytes.
LONGEST_SUM = 1 << 20

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class CorruptError(ValueError):
    """Nothing can be read from here on."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the record at byte {offset} is corrupt")


class FileRecord(NamedTuple):
    """A record from its length to its last checksum; no payload if that is too long."""

    begin: int
    end: int
    payload: bytes | None


def read(file: BinaryIO, offset: int, size: int) -> Iterator[FileRecord]:
    """Yields whole records; ends where the file is cut off. Doesn't check payloads.

    Args:
      file: open for reading; between two records its position may be moved.
      offset: where a record begins.
      size: how much of the file to read at most.

    Raises:
      CorruptError: the checksum of a length is wrong.
    """
    while offset + HEADER_BYTES <= size:
        if file.tell() != offset:
            file.seek(offset)
        header = file.read(HEADER_BYTES)
        if len(header) < HEADER_BYTES:
            return
        length, checksum = _HEADER.unpack(header)
        if checksum != _sum_of_length(header[:8]):
            raise CorruptError(offset)
        end: int = offset + HEADER_BYTES + length + FOOTER_BYTES
        if end > size:
            return
        payload = None
        if length <= LONGEST:
            payload = file.read(length)
            if len(payload) < length or len(file.read(FOOTER_BYTES)) < FOOTER_BYTES:
                return
        yield FileRecord(offset, end, payload)
        offset = end


@lru_cache(maxsize=4096)
def _sum_of_length(length: bytes) -> int:
    return int(masked_crc32c(length))


def is_intact(file: BinaryIO, record: FileRecord, payload: bytes) -> bool:
    """Returns whether the payload has its checksum; not if it is too long to tell."""
    if len(payload) > LONGEST_SUM:
        return False
    file.seek(record.end - FOOTER_BYTES)
    footer = file.read(FOOTER_BYTES)
    return len(footer) == FOOTER_BYTES and _FOOTER.unpack(footer)[0] == masked_crc32c(payload)


def value_spans(event: bytes) -> list[tuple[int, int]]:
    """Returns where each `Summary.Value` lies in a serialized `Event`: (offset, length).

    So a value can be parsed later without its neighbours. The event must be one that protobuf
    parses; if it is written in a way that no writer uses, the spans may be too few or too many.
    """
    return [
        value
        for begin, length in _messages(event, 5, 0, len(event))
        for value in _messages(event, 1, begin, begin + length)
    ]


def _messages(data: bytes, number: int, at: int, end: int) -> Iterator[tuple[int, int]]:
    while at < end:
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _BYTES:
            length, at = _varint(data, at)
            if key >> 3 == number:
                yield at, length
            at += length
        elif kind == _VARINT:
            _, at = _varint(data, at)
        elif kind == _FIXED64:
            at += 8
        elif kind == _FIXED32:
            at += 4


def _varint(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    value, shift = byte & 0x7F, 7
    while byte >= 0x80:
        at += 1
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift += 7
    return value, at + 1
