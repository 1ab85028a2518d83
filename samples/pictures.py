# SPDX-License-Identifier: Apache-2.0
"""Small generated pictures (PNG, stored without compression so that their bytes do not depend on zlib)."""

import struct
import zlib


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(data):
    """A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4)."""
    blocks = b""
    for start in range(0, len(data), 0xFFFF):
        block = data[start:start + 0xFFFF]
        last = start + 0xFFFF >= len(data)
        blocks += struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF) + block
    return b"\x78\x01" + blocks + struct.pack(">I", zlib.adler32(data))


def png(width, height, colour_at):
    """colour_at(x, y) gives red, green, blue."""
    rows = b"".join(b"\x00" + b"".join(bytes(colour_at(x, y)) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(rows)) +
            _chunk(b"IEND", b""))


def all_pictures():
    return {
        "mother": png(64, 48, lambda x, y: (200 - y, 120 + x, 90)),
        "slip": png(48, 64, lambda x, y: (250, 250, 240) if y % 8 else (60, 60, 60)),
        "chart": png(64, 64, lambda x, y: (20, 160, 60) if 63 - y < x else (245, 245, 245)),
        "yard": png(96, 64, lambda x, y: (90, 140, 220) if y < 28 else (110, 100 + x % 16, 70)),
        "gate": png(32, 32, lambda x, y: (x * 8, y * 8, 128)),
    }
