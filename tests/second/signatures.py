# SPDX-License-Identifier: Apache-2.0
"""Signatures for the second verifier: Ed25519, ECDSA over P-256, RSA, DER, certificates, and the one form of CMS that
docs/ledger-format.md describes. Nothing but Python's standard library, and `openssl verify` for chains."""
import base64
import datetime
import hashlib
import os
import re
import subprocess
import tempfile

class Malformed(Exception):
    """The bytes are not what the page says."""

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

# ---- Groups: a scalar times a point is an addition for each of its digits, with a table for each point ----------------

class Group:
    def __init__(self, add, zero):
        self.add, self.zero, self.tables, self.uses = add, zero, {}, {}

    def times(self, point, scalar):
        self.uses[point] = self.uses.get(point, 0) + 1
        bits = 8 if self.uses[point] > 40 else 4  # a larger table, once it is worth its making
        mask, result = (1 << bits) - 1, self.zero
        for row in self.table(point, bits):
            if scalar & mask:
                result = self.add(result, row[scalar & mask])
            scalar >>= bits
        return result

    def table(self, point, bits):
        if (point, bits) not in self.tables:
            if len(self.tables) > 200:
                self.tables.clear()
            table, base = [], point
            for _ in range(256 // bits):
                row = [self.zero, base]
                for _ in range((1 << bits) - 2):
                    row.append(self.add(row[-1], base))
                table.append(row)
                base = self.add(row[-1], base)
            self.tables[point, bits] = table
        return self.tables[point, bits]

# Ed25519: RFC 8032, section 5.1. Extended coordinates (X, Y, Z, T).
P25519 = 2**255 - 19
L25519 = 2**252 + 27742317777372353535851937790883648493
D25519 = -121665 * pow(121666, -1, P25519) % P25519

def _edwards_add(a, b):
    p = P25519
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % p, (y1 + x1) * (y2 + x2) % p
    c, d = 2 * D25519 * t1 * t2 % p, 2 * z1 * z2 % p
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % p, g * h % p, f * g % p, e * h % p

EDWARDS = Group(_edwards_add, (0, 1, 1, 0))

def edwards_decode(data):
    """The point, or None where the 32 bytes are no point or another form of one."""
    p, number = P25519, int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= p:
        return None
    square = (y * y - 1) * pow(D25519 * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    if (x * x - square) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    if (x * x - square) % p or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = p - x
    return x, y, 1, x * y % p

def edwards_encode(point):
    inverse = pow(point[2], -1, P25519)
    x, y = point[0] * inverse % P25519, point[1] * inverse % P25519
    return (y | (x & 1) << 255).to_bytes(32, "little")

BASE25519 = edwards_decode((4 * pow(5, -1, P25519) % P25519).to_bytes(32, "little"))

def ed25519_key(data):
    """The key's point; None where it is not in canonical form or of low order."""
    point = edwards_decode(data) if len(data) == 32 else None
    if point is None:
        return None
    multiple = point
    for _ in range(3):
        multiple = _edwards_add(multiple, multiple)
    return None if multiple[0] == 0 else point

def ed25519_verify(key, message, signature):
    point = ed25519_key(key)
    if point is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L25519:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L25519
    minus = (P25519 - point[0], point[1], 1, P25519 - point[3])
    return edwards_encode(_edwards_add(EDWARDS.times(BASE25519, s), EDWARDS.times(minus, h))) == signature[:32]

# ECDSA over P-256: FIPS 186-5 and SP 800-186. Projective coordinates, complete addition (Renes, Costello, Batina 2015).
P256 = 2**256 - 2**224 + 2**192 + 2**96 - 1
N256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B256 = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G256 = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5, 1)

def _weierstrass_add(a, b):
    p = P256
    x1, y1, z1 = a
    x2, y2, z2 = b
    xx, yy, zz = x1 * x2 % p, y1 * y2 % p, z1 * z2 % p
    xy, yz, xz = (x1 * y2 + x2 * y1) % p, (y1 * z2 + y2 * z1) % p, (x1 * z2 + x2 * z1) % p
    m = (3 * B256 * zz - 3 * xz) % p
    k = (3 * B256 * xz - 3 * xx - 9 * zz) % p
    w = 3 * (xx - zz)
    return (xy * (yy - m) - yz * k) % p, (w * k + (yy + m) * (yy - m)) % p, (yz * (yy + m) + xy * w) % p

WEIERSTRASS = Group(_weierstrass_add, (0, 1, 0))

def p256_point(data):
    """A point on the curve, compressed or not, or None."""
    x, y = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
    if len(data) == 33 and data[0] in (2, 3):
        y = pow(x * x * x - 3 * x + B256, (P256 + 1) // 4, P256)
        y = y if y & 1 == data[0] & 1 else P256 - y
    elif len(data) != 65 or data[0] != 4:
        return None
    if x >= P256 or y >= P256 or (y * y - (x * x * x - 3 * x + B256)) % P256:
        return None
    return x, y, 1

def p256_verify(point, digest, signature):
    try:
        (outer,) = der(signature)
        r, s = (integer(element) for element in inside(outer, SEQUENCE))
    except (Malformed, ValueError):
        return False
    if point is None or not 0 < r < N256 or not 0 < s < N256:
        return False
    inverse = pow(s, -1, N256)
    e = int.from_bytes(digest, "big")
    x, _, z = _weierstrass_add(WEIERSTRASS.times(G256, e * inverse % N256), WEIERSTRASS.times(point, r * inverse % N256))
    return z != 0 and x * pow(z, -1, P256) % P256 % N256 == r

def rsa_verify(modulus, exponent, digest, signature):
    """RSASSA-PKCS1-v1_5 with SHA-256: RFC 8017, section 8.2.2."""
    length = (modulus.bit_length() + 7) // 8
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    number = int.from_bytes(signature, "big")
    if len(signature) != length or number >= modulus:
        return False
    return pow(number, exponent, modulus).to_bytes(length, "big") == b"\0\1" + b"\xff" * (length - len(info) - 3) + b"\0" + info

# ---- DER ------------------------------------------------------------------------------------------------------------

SEQUENCE, SET, INTEGER, OCTETS, OID, NULL, BITS, BOOLEAN = 0x30, 0x31, 2, 4, 6, 5, 3, 1

def der(data):
    """The elements of `data`, each (tag, content, whole); refuses what is not DER, at every depth."""
    elements = elements_of(data)
    for tag, content, _ in elements:
        if tag & 0x20:
            der(content)
    return elements

def elements_of(data):
    elements, at = [], 0
    while at < len(data):
        begin, tag = at, data[at]
        if tag & 0x1F == 0x1F or at + 2 > len(data) or tag < 0x40 and (tag & 0x20 != 0) != (tag & 0x1F in (16, 17)):
            raise Malformed("not DER")
        length, at = data[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at:at + count], "big")
            if not 1 <= count <= 4 or at + count > len(data) or length < 0x80 or length >> 8 * (count - 1) == 0:
                raise Malformed("not DER")
            at += count
        if at + length > len(data):
            raise Malformed("not DER")
        content, at = data[at:at + length], at + length
        if tag == INTEGER:
            if not content or len(content) > 1 and (content[0] == 0 and content[1] < 0x80 or content[0] == 0xFF and content[1] >= 0x80):
                raise Malformed("an integer that is not DER")
        elif tag == BITS:
            if not content or content[0] > 7 or len(content) == 1 and content[0] or content[-1] & (1 << content[0]) - 1:
                raise Malformed("a bit string that is not DER")
        elif tag == BOOLEAN and content not in (b"\0", b"\xff") or tag == NULL and content:
            raise Malformed("not DER")
        elements.append((tag, content, data[begin:at]))
    return elements

def inside(element, tag):
    if element[0] != tag:
        raise Malformed("another element than expected")
    return elements_of(element[1])  # what is inside was checked with what is around it

def integer(element):
    if element[0] != INTEGER:
        raise Malformed("no integer")
    return int.from_bytes(element[1], "big", signed=True)

def oid(element):
    if element[0] != OID:
        raise Malformed("no object identifier")
    return element[1].hex()

def algorithm(element):
    """The identifier of an algorithm whose parameters are absent or NULL."""
    parts = inside(element, SEQUENCE)
    if len(parts) not in (1, 2) or len(parts) == 2 and parts[1][0] != NULL:
        raise Malformed("parameters")
    return oid(parts[0])

def asn1_time(element):
    forms = {0x17: (r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z\Z", 0), 0x18: (r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z\Z", 1)}
    match = element[0] in forms and re.match(forms[element[0]][0], element[1].decode("latin-1"), re.ASCII)
    if not match:
        raise Malformed("a time in another form")
    year, *rest = map(int, match.groups())
    if not forms[element[0]][1]:
        year += 1900 if year >= 50 else 2000
    if forms[element[0]][1] and 1950 <= year < 2050:
        raise Malformed("the other form is for these years")
    return int(datetime.datetime(year, *rest, tzinfo=datetime.timezone.utc).timestamp())

# ---- Certificates and signatures ------------------------------------------------------------------------------------

ID_DATA, ID_SIGNED_DATA = "2a864886f70d010701", "2a864886f70d010702"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = "2a864886f70d010903", "2a864886f70d010904", "2a864886f70d010905"
SIGNING_CERTIFICATE_V2 = "2a864886f70d010910022f"
SHA256_OID, ECDSA_SHA256, RSA_SHA256 = "608648016503040201", "2a8648ce3d040302", "2a864886f70d01010b"
EC_KEY, P256_CURVE, RSA_KEY = "2a8648ce3d0201", "2a8648ce3d030107", "2a864886f70d010101"
BASIC_CONSTRAINTS, KEY_USAGE = "551d13", "551d0f"

class Certificate:
    def __init__(self, data):
        self.der, self.sha256 = data, sha256(data).hex()
        (outer,) = der(data)
        parts = inside(inside(outer, SEQUENCE)[0], SEQUENCE)
        if parts[0][0] == 0xA0:
            parts = parts[1:]
        self.serial, self.issuer, self.subject = parts[0][2], parts[2][2], parts[4][2]
        self.not_before, self.not_after = (asn1_time(time) for time in inside(parts[3], SEQUENCE))
        self.key = inside(parts[5], SEQUENCE)
        self.extensions = {}
        for part in parts[6:]:
            if part[0] == 0xA3:
                for extension in inside(inside(part, 0xA3)[0], SEQUENCE):
                    fields = inside(extension, SEQUENCE)
                    self.extensions[oid(fields[0])] = fields[-1][1]

    def public_key(self):
        """("ec", point) or ("rsa", modulus, exponent), as far as the profile has them."""
        kind, *rest = inside(self.key[0], SEQUENCE)
        if oid(kind) == EC_KEY and rest and rest[0][0] == OID and oid(rest[0]) == P256_CURVE:
            point = p256_point(self.key[1][1][1:])
            if point:
                return "ec", point
        if oid(kind) == RSA_KEY:
            (numbers,) = der(self.key[1][1][1:])
            modulus, exponent = (integer(number) for number in inside(numbers, SEQUENCE))
            if modulus.bit_length() >= 3072:
                return "rsa", modulus, exponent
        raise Malformed("a key of another kind")

    def unfit(self):
        """Whether this certificate may not sign, whoever vouches for it."""
        constraints, usage = self.extensions.get(BASIC_CONSTRAINTS), self.extensions.get(KEY_USAGE)
        if constraints is not None and any(e[0] == BOOLEAN and e[1] == b"\xff" for e in inside(der(constraints)[0], SEQUENCE)):
            return True
        return usage is not None and not der(usage)[0][1][1:2].ljust(1, b"\0")[0] & 0xC0

class Signature:
    """One file of the profile: docs/ledger-format.md#signatures."""

    def __init__(self, data):
        if len(data) > 64 * 1024:
            raise Malformed("too large")
        (outer,) = der(data)
        kind, content = inside(outer, SEQUENCE)
        (signed,) = inside(content, 0xA0)
        version, digests, encapsulated, certificates, signers = inside(signed, SEQUENCE)
        (digest,), (certificate,), (signer,) = inside(digests, SET), inside(certificates, 0xA0), inside(signers, SET)
        (content_type,) = inside(encapsulated, SEQUENCE)
        if oid(kind) != ID_SIGNED_DATA or integer(version) != 1 or algorithm(digest) != SHA256_OID or oid(content_type) != ID_DATA:
            raise Malformed("another form")
        if certificate[0] != SEQUENCE:
            raise Malformed("no certificate")
        self.certificate = cached(Certificate, certificate[2])
        version, identity, digest, attributes, scheme, value = inside(signer, SEQUENCE)
        if integer(version) != 1 or algorithm(digest) != SHA256_OID or value[0] != OCTETS:
            raise Malformed("another signer's form")
        if [part[2] for part in inside(identity, SEQUENCE)] != [self.certificate.issuer, self.certificate.serial]:
            raise Malformed("another signer's certificate")
        self.scheme, self.value = algorithm(scheme), value[1]
        self.scheme = RSA_SHA256 if self.scheme == RSA_KEY else self.scheme
        if self.scheme not in (ECDSA_SHA256, RSA_SHA256):
            raise Malformed("another algorithm")
        self.read_attributes(inside(attributes, 0xA0))
        self.signed = bytes([SET]) + attributes[2][1:]

    def read_attributes(self, attributes):
        encodings = [attribute[2] for attribute in attributes]
        if encodings != sorted(encodings):
            raise Malformed("attributes not in DER's order")
        values = {}
        for attribute in attributes:
            kind, several = inside(attribute, SEQUENCE)
            (value,) = inside(several, SET)
            if values.setdefault(oid(kind), value) is not value:
                raise Malformed("an attribute twice")
        if set(values) != {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, SIGNING_CERTIFICATE_V2}:
            raise Malformed("other attributes")
        if oid(values[CONTENT_TYPE]) != ID_DATA:
            raise Malformed("another content type")
        self.time, self.digest = asn1_time(values[SIGNING_TIME]), values[MESSAGE_DIGEST][1]
        if values[MESSAGE_DIGEST][0] != OCTETS or len(self.digest) != 32:
            raise Malformed("no digest")
        (identities,) = inside(values[SIGNING_CERTIFICATE_V2], SEQUENCE)
        (identity,) = inside(identities, SEQUENCE)
        fields = inside(identity, SEQUENCE)
        if not fields or fields[0][0] != OCTETS or fields[0][1].hex() != self.certificate.sha256 or len(fields) > 2:
            raise Malformed("another certificate")
        if len(fields) == 2:
            names, serial = inside(fields[1], SEQUENCE)
            (name,) = inside(names, SEQUENCE)
            (directory,) = inside(name, 0xA4)
            if directory[2] != self.certificate.issuer or serial[2] != self.certificate.serial:
                raise Malformed("another issuer")

    def good(self):
        kind, *key = self.certificate.public_key()
        digest = sha256(self.signed)
        if kind == "ec":
            return self.scheme == ECDSA_SHA256 and p256_verify(key[0], digest, self.value)
        return self.scheme == RSA_SHA256 and rsa_verify(key[0], key[1], digest, self.value)

_cache = {}

def cached(function, data):
    """function(data), computed once; what it raised is kept as well."""
    key = function.__name__, sha256(data)
    if key not in _cache:
        if len(_cache) > 4000:
            _cache.clear()
        try:
            _cache[key] = function(data), None
        except (Malformed, ValueError, IndexError, RecursionError) as error:
            _cache[key] = None, error
    value, error = _cache[key]
    if error is not None:
        raise Malformed(str(error))
    return value

def signature_of(data):
    """The signature, and whether it is good under its certificate's key."""
    signature = Signature(data)
    return signature, signature.good()

def is_certificate(data):
    try:
        return cached(Certificate, data) is not None
    except Malformed:
        return False

# Answers of X509_verify_cert that mean: no anchor reaches it (openssl-verification-options(1)).
UNKNOWN_ISSUER = {"2", "18", "19", "20", "21", "27"}

class Trust:
    def __init__(self, anchors):
        self.anchors = [Certificate(a) for a in anchors]
        self.known = {}

    def judge(self, certificate, others):
        """("trusted", [chain]), ("untrusted",) or ("unfit",)."""
        others = [other for other in others if is_certificate(other)]
        key = certificate.sha256, tuple(sorted(sha256(o) for o in others))
        if key not in self.known:
            self.known[key] = ("unfit",) if certificate.unfit() else self.ask_openssl(certificate, others)
        return self.known[key]

    def ask_openssl(self, certificate, others):
        def pem(data):
            return "-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(data).decode() + "-----END CERTIFICATE-----\n"

        with tempfile.TemporaryDirectory() as folder:
            files = {"anchors": [a.der for a in self.anchors], "others": others, "signer": [certificate.der]}
            for name, certificates in files.items():
                with open(os.path.join(folder, name), "w") as out:
                    out.write("".join(map(pem, certificates)))
            command = ["openssl", "verify", "-no-CApath", "-no-CAstore", "-partial_chain", "-no_check_time", "-x509_strict",
                       "-purpose", "smimesign", "-auth_level", "2"]
            command += ["-CAfile", "anchors"] if self.anchors else ["-no-CAfile"]
            command += ["-untrusted", "others"] if others else []
            answer = subprocess.run(command + ["signer"], cwd=folder, capture_output=True, text=True)
        if answer.returncode == 0:
            return "trusted", self.chain_of(certificate, [Certificate(o) for o in others])
        error = re.search(r"error (\d+) at", answer.stdout + answer.stderr)
        if not error:
            raise RuntimeError("openssl verify: " + answer.stderr)
        return ("untrusted",) if error.group(1) in UNKNOWN_ISSUER else ("unfit",)

    def chain_of(self, certificate, others):
        chain = [certificate]
        while chain[-1].sha256 not in [a.sha256 for a in self.anchors] and chain[-1].issuer != chain[-1].subject:
            chain.append(next(c for c in self.anchors + others if c.subject == chain[-1].issuer))
        return chain
