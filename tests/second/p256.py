# SPDX-License-Identifier: Apache-2.0
"""P-256 for the keys and signatures that tests make: FIPS 186-5 and SP 800-186. The verifier does not load this file: it asks
`openssl`. Projective coordinates, complete addition (Renes, Costello, Batina 2015)."""

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
BASE = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5, 1)


def add(a, b):
    x1, y1, z1 = a
    x2, y2, z2 = b
    xx, yy, zz = x1 * x2 % P, y1 * y2 % P, z1 * z2 % P
    xy, yz, xz = (x1 * y2 + x2 * y1) % P, (y1 * z2 + y2 * z1) % P, (x1 * z2 + x2 * z1) % P
    m = (3 * B * zz - 3 * xz) % P
    k = (3 * B * xz - 3 * xx - 9 * zz) % P
    w = 3 * (xx - zz)
    return (xy * (yy - m) - yz * k) % P, (w * k + (yy + m) * (yy - m)) % P, (yz * (yy + m) + xy * w) % P


def table_of(point):
    """For each byte of a scalar, the multiples of the point that it may stand for."""
    rows = []
    for _ in range(32):
        row = [(0, 1, 0)]
        while len(row) <= 256:
            row.append(add(row[-1], point))
        point = row.pop()
        rows.append(row)
    return rows


TABLE = table_of(BASE)


def times_base(scalar):
    """The scalar's multiple of the base point: its x and y."""
    x, y, z = 0, 1, 0
    for row in TABLE:
        x, y, z = add((x, y, z), row[scalar & 255])
        scalar >>= 8
    inverse = pow(z, -1, P)
    return x * inverse % P, y * inverse % P
