# SPDX-License-Identifier: Apache-2.0
"""Signatures for the second verifier: Ed25519, DER, certificates, and the one form of CMS that docs/ledger-format.md describes.
Nothing but Python's standard library and the `openssl` program, which judges ECDSA, RSA and chains of certificates."""
import collections
import datetime
import functools
import hashlib
import pathlib
import re
import ssl
import subprocess
import tempfile

class Malformed(ValueError):
    """The bytes are not what the page says; of a body, the argument is the code of the check."""

def require(holds, why):
    if not holds:
        raise Malformed(why)
    return holds

def attempt(function, *arguments):
    """What the function gives; None where what it reads is malformed, or of another type."""
    try:
        return function(*arguments)
    except (ValueError, TypeError, LookupError, RecursionError):
        return None

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

# ---- Ed25519: RFC 8032, section 5.1. Extended coordinates (X, Y, Z, T) ------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def edwards_add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    m, n = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P

@functools.lru_cache(200)
def doublings(point):
    points = [point]
    while len(points) < 256:
        points.append(edwards_add(points[-1], points[-1]))
    return points

def edwards_times(point, scalar):
    chosen = [double for bit, double in enumerate(doublings(point)) if scalar >> bit & 1]
    return functools.reduce(edwards_add, chosen, (0, 1, 1, 0))

def edwards_decode(data):
    """The point, or None where the bytes are no point or another form of one."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P) if len(data) == 32 and x * x % P == square and x < P and y < P else None

BASE = edwards_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def ed25519_key(data):
    """The key's point; None where it is not in canonical form or of low order."""
    point = edwards_decode(data)
    return None if point is None or edwards_times(point, 8)[0] == 0 else point

def ed25519_verify(key, message, signature):
    point, r, s = ed25519_key(key), edwards_decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if point is None or r is None or len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    minus = (P - point[0], point[1], 1, P - point[3])
    x, y, z, _ = edwards_add(edwards_times(BASE, s), edwards_times(minus, h))
    return (x - r[0] * z) % P == 0 and (y - r[1] * z) % P == 0

# ---- DER ------------------------------------------------------------------------------------------------------------
SEQUENCE, SET, INTEGER, OCTETS, OID, NULL, BITS, BOOLEAN = 0x30, 0x31, 2, 4, 6, 5, 3, 1
Element = collections.namedtuple("Element", "tag content whole parts")

def tlv(tag, *parts):
    content = b"".join(parts)
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([len(content)]) if len(content) < 0x80 else bytes([0x80 | len(size)]) + size) + content

def is_der(tag, content):
    """Whether tag and value are in their one form."""
    if tag == INTEGER:
        return len(content) == 1 or len(content) > 1 and content[0] != 0xFF * (content[1] >> 7)
    if tag == BITS:
        return len(content) > 0 and content[0] < 8 and not content[-1] & (1 << content[0]) - 1
    if tag in (BOOLEAN, NULL):
        return content in ([b"\0", b"\xff"] if tag == BOOLEAN else [b""])
    return tag & 0x1F != 0x1F and (tag >= 0x40 or (tag & 0x20 != 0) == (tag & 0x1F in (16, 17)))

def der(data):
    """The elements of `data`; refuses what is not DER, at every depth."""
    elements, at = [], 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        begin = at + 2 + max(size - 0x80, 0)
        length = int.from_bytes(data[at + 2:begin], "big") if size > 0x80 else size
        content = data[begin:begin + length]
        whole = tlv(tag, content)
        require(data.startswith(whole, at) and is_der(tag, content), "not DER")
        elements.append(Element(tag, content, whole, der(content) if tag & 0x20 else []))
        at += len(whole)
    return elements

def inside(element):
    require(element.tag == SEQUENCE, "another element than expected")
    return element.parts

def asn1_time(element):
    text = element.content.decode("ascii")
    text = {0x17: ("19" if text >= "5" else "20") + text, 0x18: text}[element.tag]
    require(re.match(r"\d{14}Z\Z", text) and (element.tag == 0x17) == ("1950" <= text < "2050"), "a time in another form")
    return int(datetime.datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp())

# ---- Certificates and signatures ------------------------------------------------------------------------------------
ID_DATA, ID_SIGNED_DATA = "2a864886f70d010701", "2a864886f70d010702"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = "2a864886f70d010903", "2a864886f70d010904", "2a864886f70d010905"
SIGNING_CERTIFICATE_V2 = "2a864886f70d010910022f"
SHA256_OID, ECDSA_SHA256, RSA_SHA256 = "608648016503040201", "2a8648ce3d040302", "2a864886f70d01010b"
EC_KEY, P256_CURVE, RSA_KEY = "2a8648ce3d0201", "2a8648ce3d030107", "2a864886f70d010101"
BASIC_CONSTRAINTS, KEY_USAGE = "551d13", "551d0f"
sequence = functools.partial(tlv, SEQUENCE)

def oid(name):
    return tlv(OID, bytes.fromhex(name))

def forms_of(name):
    """The identifier of an algorithm: its parameters are absent or NULL."""
    return [sequence(oid(name)), sequence(oid(name), tlv(NULL))]

def openssl(command, **files):
    """What the program answers, run where these files lie."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files.items():
            pathlib.Path(folder, name).write_bytes(data)
        return subprocess.run(["openssl", *command.split()], cwd=folder, capture_output=True, text=True)

def openssl_verifies(key, digest, signature):
    """Whether a signature of SHA-256 is good under a key, a SubjectPublicKeyInfo; of ECDSA it takes DER only."""
    command = "pkeyutl -verify -pubin -keyform DER -inkey key -pkeyopt digest:sha256 -in digest -sigfile signature"
    answer = openssl(command, key=key, digest=digest, signature=signature)
    require("Signature Verif" in answer.stdout, "no key")
    return answer.returncode == 0

@functools.lru_cache(4000)
class Certificate:
    def __init__(self, data):
        self.der, self.sha256, self.pem = data, sha256(data).hex(), ssl.DER_cert_to_PEM_cert(data).encode()
        fields = inside(inside(*der(data))[0])
        serial, _, issuer, validity, subject, self.key, *more = fields[1:] if fields[0].tag == 0xA0 else fields
        self.serial, self.issuer, self.subject = serial.whole, issuer.whole, subject.whole
        self.not_before, self.not_after = map(asn1_time, inside(validity))
        extensions = [inside(e) for part in more if part.tag == 0xA3 for e in inside(part.parts[0])]
        self.extensions = {kind.whole: value.content for kind, *_, value in extensions}
        require(openssl("x509 -noout -in pem", pem=self.pem).returncode == 0, "no certificate")

    def verify(self, scheme, signed, signature):
        """Whether the signature is good; refuses keys that the profile does not have."""
        algorithm, key = inside(self.key)
        is_ec = algorithm.whole == sequence(oid(EC_KEY), oid(P256_CURVE))
        if not is_ec:
            modulus, _ = inside(*der(key.content[1:]))
            bits = int.from_bytes(modulus.content, "big").bit_length()
            require(inside(algorithm)[0].whole == oid(RSA_KEY) and bits >= 3072, "a key of another kind")
        good = openssl_verifies(self.key.whole, sha256(signed), signature)
        return good and is_ec == (scheme in forms_of(ECDSA_SHA256))

    def may_sign(self):
        """It is no authority's, and its usage, where it is stated, has digitalSignature or nonRepudiation."""
        constraints = der(self.extensions.get(oid(BASIC_CONSTRAINTS), sequence()))
        usage = der(self.extensions.get(oid(KEY_USAGE), tlv(BITS, b"\0\xff")))
        is_authority = tlv(BOOLEAN, b"\xff") in [element.whole for element in inside(constraints[0])]
        return not is_authority and int.from_bytes(usage[0].content[1:2], "big") & 0xC0 != 0

@functools.lru_cache(4000)
class Signature:
    """One file of docs/ledger-format.md#signatures: what varies is read, and the file must be as it is written here."""

    def __init__(self, data):
        require(len(data) <= 64 * 1024, "too large")
        (outer,) = der(data)
        _, digests, _, certificates, signers = outer.parts[1].parts[0].parts
        _, _, digest, attributes, scheme, value = signers.parts[0].parts
        require({digests.parts[0].whole, digest.whole} <= set(forms_of(SHA256_OID)), "another digest")
        require(scheme.whole in forms_of(ECDSA_SHA256) + forms_of(RSA_SHA256) + forms_of(RSA_KEY), "another algorithm")
        self.certificate = Certificate(certificates.parts[0].whole)
        one, signer = tlv(INTEGER, b"\1"), sequence(self.certificate.issuer, self.certificate.serial)
        signer = sequence(one, signer, digest.whole, attributes.whole, scheme.whole, tlv(OCTETS, value.content))
        signed = [tlv(SET, digests.parts[0].whole), sequence(oid(ID_DATA)), tlv(0xA0, self.certificate.der), tlv(SET, signer)]
        require(data == sequence(oid(ID_SIGNED_DATA), tlv(0xA0, sequence(one, *signed))), "another form")
        self.read_attributes(attributes)
        self.good = self.certificate.verify(scheme.whole, tlv(SET, attributes.content), value.content)

    def read_attributes(self, attributes):
        found = {kind.whole: values.parts[0] for kind, values in map(inside, attributes.parts)}
        written = sorted(sequence(kind, tlv(SET, value.whole)) for kind, value in found.items())
        require(attributes.whole == tlv(0xA0, *written) and len(found) == 4, "other attributes, or in another form")
        kind, time, digest, named = (found[oid(k)] for k in (CONTENT_TYPE, SIGNING_TIME, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2))
        self.time, self.digest = asn1_time(time), digest.content
        require(kind.whole == oid(ID_DATA) and digest.tag == OCTETS and len(self.digest) == 32, "another content")
        hashed = tlv(OCTETS, bytes.fromhex(self.certificate.sha256))
        issuer = sequence(sequence(tlv(0xA4, self.certificate.issuer)), self.certificate.serial)
        require(named.whole in [sequence(sequence(sequence(hashed, *more))) for more in ([], [issuer])], "another certificate")

@functools.lru_cache(4000)
def judge(certificate, anchors, others):
    """("trusted", its chain to an anchor), ("untrusted", []) or ("unfit", [])."""
    anchors, others = [*map(Certificate, anchors)], [*filter(None, (attempt(Certificate, other) for other in others))]
    command = "verify -no-CApath -no-CAstore -partial_chain -no_check_time -x509_strict -purpose smimesign -auth_level 2"
    command += (" -CAfile anchors" if anchors else " -no-CAfile") + (" -untrusted others" if others else "") + " signer"
    if not attempt(certificate.may_sign):
        return "unfit", []
    files = {"anchors": anchors, "others": others, "signer": [certificate]}
    answer = openssl(command, **{name: b"".join(c.pem for c in certificates) for name, certificates in files.items()})
    error = re.search(r"error (\d+) at", answer.stdout + answer.stderr)
    if answer.returncode == 0:
        chain = [certificate]
        while chain[-1].sha256 not in [anchor.sha256 for anchor in anchors] and chain[-1].issuer != chain[-1].subject:
            chain.append(next(c for c in anchors + others if c.subject == chain[-1].issuer))
        return "trusted", chain
    if not error:
        raise RuntimeError("openssl verify: " + answer.stderr)
    no_anchor_reaches_it = {"2", "18", "19", "20", "21", "27"}  # openssl-verification-options(1)
    return "untrusted" if error[1] in no_anchor_reaches_it else "unfit", []

def certificates_in(pem):
    blocks = re.findall("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----", pem.decode("latin-1"))
    return [Certificate(ssl.PEM_cert_to_DER_cert(block)) for block in blocks]
