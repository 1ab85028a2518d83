# SPDX-License-Identifier: Apache-2.0
"""Crypto-currency addresses with valid checksums, from the Python standard library alone.

Payloads are cut from SHA-256 of a phrase, so nobody holds a key to any address made here.
Facts: FIPS 202 (Keccak-f[1600]; Ethereum pads with 0x01), EIP-55, Bitcoin base58check, BIP-173, BIP-350,
TRON (base58check with version byte 0x41).
"""

import hashlib

_ROTATIONS = [
    [0, 36, 3, 41, 18],
    [1, 44, 10, 45, 2],
    [62, 6, 43, 15, 61],
    [28, 55, 25, 21, 56],
    [27, 20, 39, 8, 14],
]
_LANE = (1 << 64) - 1


def _round_constants():
    """The 24 constants of step iota, from the linear feedback shift register of FIPS 202."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


_ROUND_CONSTANTS = _round_constants()


def _rotate(lane, count):
    return ((lane << count) | (lane >> (64 - count))) & _LANE if count else lane


def _permute(state):
    for constant in _ROUND_CONSTANTS:
        column = [state[x][0] ^ state[x][1] ^ state[x][2] ^ state[x][3] ^ state[x][4] for x in range(5)]
        parity = [column[(x - 1) % 5] ^ _rotate(column[(x + 1) % 5], 1) for x in range(5)]
        state = [[state[x][y] ^ parity[x] for y in range(5)] for x in range(5)]
        moved = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                moved[y][(2 * x + 3 * y) % 5] = _rotate(state[x][y], _ROTATIONS[x][y])
        state = [[moved[x][y] ^ (~moved[(x + 1) % 5][y] & moved[(x + 2) % 5][y] & _LANE) for y in range(5)]
                 for x in range(5)]
        state[0][0] ^= constant
    return state


def keccak256(data):
    rate = 136
    padded = bytearray(data) + b"\x01" + b"\x00" * (-(len(data) + 1) % rate)
    padded[-1] |= 0x80
    state = [[0] * 5 for _ in range(5)]
    for block in range(0, len(padded), rate):
        for lane in range(rate // 8):
            start = block + 8 * lane
            state[lane % 5][lane // 5] ^= int.from_bytes(padded[start:start + 8], "little")
        state = _permute(state)
    return b"".join(state[lane % 5][lane // 5].to_bytes(8, "little") for lane in range(4))


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58check(payload):
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\x00"))) + text


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _bech32_polymod(values):
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def segwit(prefix, version, program):
    """Version 0 carries the constant of BIP-173, later ones that of BIP-350."""
    bits = "".join(f"{byte:08b}" for byte in program)
    bits += "0" * (-len(bits) % 5)
    data = [version] + [int(bits[start:start + 5], 2) for start in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = _bech32_polymod(expanded + data + [0] * 6) ^ (1 if version == 0 else 0x2BC830A3)
    data += [checksum >> 5 * (5 - index) & 31 for index in range(6)]
    return prefix + "1" + "".join(_BECH32[value] for value in data)


def eip55(payload):
    plain = payload.hex()
    digest = keccak256(plain.encode()).hex()
    return "0x" + "".join(c.upper() if int(d, 16) >= 8 else c for c, d in zip(plain, digest))


def payload_of(phrase, size=20):
    return hashlib.sha256(("fictional address: " + phrase).encode()).digest()[:size]


def tron(phrase):
    return base58check(b"\x41" + payload_of(phrase))


def ethereum(phrase):
    return eip55(payload_of(phrase))


def ethereum_lower(phrase):
    return "0x" + payload_of(phrase).hex()


def bitcoin_p2pkh(phrase):
    return base58check(b"\x00" + payload_of(phrase))


def bitcoin_p2sh(phrase):
    return base58check(b"\x05" + payload_of(phrase))


def bitcoin_segwit(phrase):
    return segwit("bc", 0, payload_of(phrase))


def bitcoin_taproot(phrase):
    return segwit("bc", 1, payload_of(phrase, 32))


def bitcoin_private_key(phrase):
    """Wallet import format of a compressed key."""
    return base58check(b"\x80" + payload_of(phrase, 32) + b"\x01")


def broken(address):
    """The same address with its last character changed within its alphabet: the checksum no longer holds."""
    alphabet = _BECH32 if address.startswith("bc1") else _BASE58
    last = alphabet[(alphabet.index(address[-1]) + 1) % len(alphabet)]
    return address[:-1] + last


def check_against_known_values():
    """Published vectors: Keccak-256 of nothing, EIP-55's first example, BIP-173's and BIP-350's examples."""
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert eip55(bytes.fromhex("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")) == (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert segwit("bc", 0, program) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    point = bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    assert segwit("bc", 1, point) == "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
    assert base58check(b"\x00" + program) == "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"


check_against_known_values()
