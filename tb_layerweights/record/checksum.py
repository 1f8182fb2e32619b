"""The checksum of event files: CRC-32C, masked.

TensorBoard's own goes byte by byte in Python, and takes longer for a histogram than counting a
hundred thousand weights. A CRC is linear: it is the exclusive or of what each byte adds at its
place, and tables of that make it a few lookups of arrays.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
_BLOCK, _BLOCKS = 64, 128
_PIECE = _BLOCK * _BLOCKS
_ONES = 0xFFFFFFFF

Words = NDArray[np.uint32]


def masked_crc32c(data: bytes) -> int:
    """Returns the checksum of a record's payload or length, as TFRecord files have it."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & _ONES


def crc32c(data: bytes) -> int:
    """Returns the CRC of RFC 3720, appendix B.4."""
    crc = _ONES
    # The first piece is the odd one: zeros in front of it add nothing.
    first = len(data) % _PIECE
    for begin in range(first - _PIECE, len(data), _PIECE):
        piece = np.frombuffer(data[max(begin, 0) : begin + _PIECE], dtype=np.uint8)
        if len(piece):
            crc = _of_piece(piece, crc)
    return crc ^ _ONES


def _of_piece(piece: NDArray[np.uint8], crc: int) -> int:
    within, between = _tables()
    if len(piece) < 4:
        for byte in piece.tolist():
            crc = int(within[-1, (crc ^ byte) & 255]) ^ crc >> 8
        return crc
    # What came before is a change of the first four bytes.
    blocks = -(-len(piece) // _BLOCK)
    padded = np.zeros(blocks * _BLOCK, dtype=np.uint8)
    start = len(padded) - len(piece)
    padded[start:] = piece
    padded[start : start + 4] ^= np.frombuffer(crc.to_bytes(4, "little"), dtype=np.uint8)
    added = within[np.arange(_BLOCK), padded.reshape(blocks, _BLOCK)]
    of_block = np.bitwise_xor.reduce(added, axis=1)  # [block]
    as_bytes = of_block.astype("<u4").view(np.uint8).reshape(blocks, 4)
    places = np.arange(_BLOCKS - blocks, _BLOCKS)[:, None]
    return int(np.bitwise_xor.reduce(between[places, np.arange(4), as_bytes], axis=None))


@functools.cache
def _tables() -> tuple[Words, Words]:
    """Returns what a byte adds at its place in a block, and what a byte of a block's CRC adds.

    The first is [place in the block, byte], the second [block, place in the CRC, byte].
    """
    table: Words = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.bitwise_xor(table >> 1, (table & 1) * np.uint32(_POLYNOMIAL), dtype=np.uint32)
    within = np.empty((_BLOCK, 256), dtype=np.uint32)
    within[-1] = table
    for place in range(_BLOCK - 2, -1, -1):
        within[place] = table[within[place + 1] & 255] ^ within[place + 1] >> 8
    between = np.empty((_BLOCKS, 4, 256), dtype=np.uint32)
    between[-1] = np.arange(256, dtype=np.uint32) << (8 * np.arange(4, dtype=np.uint32)[:, None])
    for block in range(_BLOCKS - 2, -1, -1):
        # A CRC moves on by a block as its four bytes do, at the block's beginning.
        crc = between[block + 1]
        between[block] = functools.reduce(
            np.bitwise_xor, (within[place, crc >> 8 * place & 255] for place in range(4))
        )
    return within, between
