# SPDX-License-Identifier: Apache-2.0
"""AES-256-GCM encryption (FIPS 197, NIST SP 800-38D), as the wallet's vault needs it. Slow and small."""


def _times_two(byte):
    return (byte << 1 ^ 0x11B) & 0xFF if byte & 0x80 else byte << 1


def _substitution_box():
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value ^= _times_two(value)  # times three, a generator of the field
    box = []
    for byte in range(256):
        inverse = powers[-powers.index(byte) % 255] if byte else 0
        doubled = inverse << 8 | inverse
        box.append(0x63 ^ (inverse ^ doubled >> 4 ^ doubled >> 5 ^ doubled >> 6 ^ doubled >> 7) & 0xFF)
    return box


_BOX = _substitution_box()


def _round_keys(key):
    words, constant = [key[start:start + 4] for start in range(0, 32, 4)], 1
    for index in range(8, 60):
        word = words[-1]
        if index % 8 == 0:
            word = bytes(_BOX[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _times_two(constant)
        elif index % 8 == 4:
            word = bytes(_BOX[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(word, words[-8])))
    return [b"".join(words[start:start + 4]) for start in range(0, 60, 4)]


def _encrypt_block(keys, block):
    state = [a ^ b for a, b in zip(block, keys[0])]
    for number in range(1, 15):
        state = [_BOX[state[(index + 4 * (index % 4)) % 16]] for index in range(16)]
        if number < 14:
            state = _mix_columns(state)
        state = [a ^ b for a, b in zip(state, keys[number])]
    return bytes(state)


def _mix_columns(state):
    mixed = []
    for start in range(0, 16, 4):
        column = state[start:start + 4]
        both = column[0] ^ column[1] ^ column[2] ^ column[3]
        mixed += [column[i] ^ both ^ _times_two(column[i] ^ column[(i + 1) % 4]) for i in range(4)]
    return mixed


def _multiply(left, right):
    product = 0
    for bit in range(127, -1, -1):
        if right >> bit & 1:
            product ^= left
        left = left >> 1 ^ (0xE1 << 120 if left & 1 else 0)
    return product


def _ghash(subkey, data):
    digest = 0
    for start in range(0, len(data), 16):
        digest = _multiply(digest ^ int.from_bytes(data[start:start + 16].ljust(16, b"\x00"), "big"), subkey)
    return digest.to_bytes(16, "big")


def _padded(data):
    return data + b"\x00" * (-len(data) % 16)


def encrypt(key, nonce, plain):
    """Ciphertext and the tag of 16 bytes behind it, without additional data."""
    keys = _round_keys(key)
    subkey = int.from_bytes(_encrypt_block(keys, b"\x00" * 16), "big")
    if len(nonce) == 12:
        start = nonce + b"\x00\x00\x00\x01"
    else:
        start = _ghash(subkey, _padded(nonce) + (8 * len(nonce)).to_bytes(16, "big"))
    fixed, counter, stream = start[:12], int.from_bytes(start[12:], "big"), b""
    while len(stream) < len(plain):
        counter = (counter + 1) & 0xFFFFFFFF
        stream += _encrypt_block(keys, fixed + counter.to_bytes(4, "big"))
    cipher = bytes(a ^ b for a, b in zip(plain, stream))
    digest = _ghash(subkey, _padded(cipher) + (8 * len(cipher)).to_bytes(16, "big"))
    return cipher + bytes(a ^ b for a, b in zip(digest, _encrypt_block(keys, start)))
