# SPDX-License-Identifier: Apache-2.0
"""Makes ledgers of the form of docs/ledger-format.md, sound ones and forged ones, the same bytes on every machine: keys come
from fixed seeds, P-256 signatures are those of RFC 6979, times are fixed. For tests only: the keys are known to everybody."""
import base64
import hashlib
import hmac
import json

import p256
import signatures as s
import verify as v
from signatures import sha256

PHONE, DISK = "a1" + "0" * 29 + "1", "a2" + "0" * 29 + "2"
AGENCY, CASE, STATION = "evidence.example", "KK-2026", "station-a"
ORIGIN = "/".join([AGENCY, CASE, STATION])
NOON = 1795262400  # 2026-11-21T12:00:00Z
YEAR = 31536000


def seeded(label, size=32):
    return hashlib.shake_256(("holdfast test vectors: " + label).encode()).digest(size)


# ---- DER ---------------------------------------------------------------------------------------------------------------

def tlv(tag, *parts):
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def sequence(*parts):
    return tlv(s.SEQUENCE, *parts)


def number(value):
    return tlv(s.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(content):
    return tlv(s.OID, bytes.fromhex(content))


def utc_time(seconds):
    import datetime
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    if moment.year >= 2050:
        return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def name_of(common_name, organisation="Test Agency"):
    def part(kind, text):
        return tlv(s.SET, sequence(oid(kind), tlv(0x0C, text.encode())))
    return sequence(tlv(s.SET, sequence(oid("550406"), tlv(0x13, b"KH"))), part("55040a", organisation), part("550403", common_name))


# ---- Keys --------------------------------------------------------------------------------------------------------------

class EcKey:
    scheme = sequence(oid(s.ECDSA_SHA256))

    def __init__(self, label):
        self.secret = int.from_bytes(seeded(label), "big") % (p256.ORDER - 1) + 1
        point = b"\4" + b"".join(coordinate.to_bytes(32, "big") for coordinate in p256.times_base(self.secret))
        self.info = sequence(sequence(oid(s.EC_KEY), oid(s.P256_CURVE)), tlv(s.BITS, b"\0", point))

    def sign(self, data):
        digest, secret = sha256(data), self.secret.to_bytes(32, "big")
        k, value = b"\0" * 32, b"\1" * 32  # RFC 6979, section 3.2
        seed = secret + (int.from_bytes(digest, "big") % p256.ORDER).to_bytes(32, "big")
        for mark in (b"\0", b"\1"):
            k = hmac.new(k, value + mark + seed, "sha256").digest()
            value = hmac.new(k, value, "sha256").digest()
        value = hmac.new(k, value, "sha256").digest()
        nonce = int.from_bytes(value, "big")
        r = p256.times_base(nonce)[0] % p256.ORDER
        return sequence(number(r), number(pow(nonce, -1, p256.ORDER) * (int.from_bytes(digest, "big") + r * self.secret) % p256.ORDER))


def numbers_of(signature):
    """r and s of an ECDSA signature."""
    return [int.from_bytes(element.content, "big") for element in s.inside(*s.der(signature))]


class RsaKey:
    scheme = sequence(oid(s.RSA_SHA256), tlv(s.NULL))

    def __init__(self, label, bits, offsets):
        """`offsets`: from the seed's number to the next prime; a slow search found them once."""
        p, q = (int.from_bytes(seeded(label + which, bits // 16), "big") | 3 << (bits // 2 - 2) for which in "pq")
        self.p, self.q = p + offsets[0], q + offsets[1]
        self.modulus = self.p * self.q
        self.secret = pow(65537, -1, (self.p - 1) * (self.q - 1))
        self.info = sequence(sequence(oid(s.RSA_KEY), tlv(s.NULL)), tlv(s.BITS, b"\0", sequence(number(self.modulus), number(65537))))

    def sign(self, data):
        length = (self.modulus.bit_length() + 7) // 8
        info = bytes.fromhex("3031300d060960864801650304020105000420") + sha256(data)
        padded = b"\0\1" + b"\xff" * (length - len(info) - 3) + b"\0" + info
        return pow(int.from_bytes(padded, "big"), self.secret, self.modulus).to_bytes(length, "big")


def edwards_encode(point):
    inverse = pow(point[2], -1, s.P)
    x, y = point[0] * inverse % s.P, point[1] * inverse % s.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


class LogKey:
    def __init__(self, label):
        expanded = hashlib.sha512(seeded(label)).digest()  # RFC 8032, section 5.1.5
        scalar = int.from_bytes(expanded[:32], "little")
        self.scalar, self.prefix = scalar & ~(7 | 1 << 255) & ~(1 << 255) | 1 << 254, expanded[32:]
        self.public = edwards_encode(s.edwards_times(s.BASE, self.scalar % s.ORDER))

    def sign(self, data):
        r = int.from_bytes(hashlib.sha512(self.prefix + data).digest(), "little") % s.ORDER
        point = edwards_encode(s.edwards_times(s.BASE, r))
        h = int.from_bytes(hashlib.sha512(point + self.public + data).digest(), "little")
        return point + ((r + h * self.scalar) % s.ORDER).to_bytes(32, "little")

    def key_id(self, name=ORIGIN):
        return sha256(name.encode(), b"\n\1", self.public)[:4]

    def vkey(self, name=ORIGIN):
        return "%s+%s+%s" % (name, self.key_id(name).hex(), base64.b64encode(b"\1" + self.public).decode())

    def note(self, size, root, origin=ORIGIN):
        text = "%s\n%s\n%s\n" % (origin, size, base64.b64encode(root).decode())
        return text.encode() + b"\n" + self.line(text.encode(), origin)

    def line(self, text, name=ORIGIN):
        signed = base64.b64encode(self.key_id(name) + self.sign(text))
        return ("\u2014 " + name + " ").encode() + signed + b"\n"


# ---- People ------------------------------------------------------------------------------------------------------------

class Ed25519Key(LogKey):
    """RFC 8410: of a kind that people do not sign with here."""
    scheme = sequence(oid("2b6570"))

    def __init__(self, label):
        super().__init__(label)
        self.info = sequence(self.scheme, tlv(s.BITS, b"\0", self.public))


def extension(kind, value, critical=False):
    return sequence(oid(kind), *([tlv(s.BOOLEAN, b"\xff")] if critical else []), tlv(s.OCTETS, value))


class Person:
    """Somebody with a key and a certificate; `issuer` is another Person, an authority."""

    def __init__(self, label, issuer=None, key=None, common_name=None, usage=0xC0, purpose="2b06010505070304", authority=False,
                 since=NOON - YEAR // 2, until=NOON + 60 * YEAR):
        self.key = key or EcKey(label)
        self.serial, self.name = number(int.from_bytes(seeded(label + " serial", 15), "big") | 1), name_of(common_name or label)
        self.issuer_name, signer = (issuer or self).name, (issuer or self).key
        self.key_name = tlv(s.OCTETS, hashlib.sha1(self.key.info).digest())
        extensions = [extension(s.BASIC_CONSTRAINTS, sequence(*([tlv(s.BOOLEAN, b"\xff")] if authority else [])), True)]
        if usage is not None:
            unused = (usage & -usage).bit_length() - 1
            extensions.append(extension(s.KEY_USAGE, tlv(s.BITS, bytes([unused, usage])), True))
        if purpose and not authority:
            extensions.append(extension("551d25", sequence(oid(purpose))))
        extensions.append(extension("551d0e", self.key_name))
        if issuer:
            extensions.append(extension("551d23", sequence(tlv(0x80, issuer.key_name[2:]))))
        content = sequence(tlv(0xA0, number(2)), self.serial, signer.scheme, self.issuer_name, sequence(utc_time(since), utc_time(until)),
                           self.name, self.key.info, tlv(0xA3, sequence(*extensions)))
        self.certificate = sequence(content, signer.scheme, tlv(s.BITS, b"\0", signer.sign(content)))
        self.sha256 = sha256(self.certificate).hex()

    def pem(self):
        text = base64.b64encode(self.certificate).decode()
        lines = [text[i:i + 64] for i in range(0, len(text), 64)]
        return ("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n" % "\n".join(lines)).encode()

    def attributes(self, body, seconds):
        """The four signed attributes, by name, each as DER."""
        def one(kind, value):
            return sequence(oid(kind), tlv(s.SET, value))
        identity = sequence(tlv(s.OCTETS, sha256(self.certificate)), sequence(sequence(tlv(0xA4, self.issuer_name)), self.serial))
        return {"type": one(s.CONTENT_TYPE, oid(s.ID_DATA)), "time": one(s.SIGNING_TIME, utc_time(seconds)),
                "digest": one(s.MESSAGE_DIGEST, tlv(s.OCTETS, sha256(body))),
                "certificate": one(s.SIGNING_CERTIFICATE_V2, sequence(sequence(identity)))}

    def sign(self, body, seconds, attributes=None, scheme=None, key=None, order=sorted, parts=None, version=1, encapsulated=None,
             digests=None, certificates=None, crls=b"", digest=None, unsigned=b"", more_signers=b"", identity=None, kind=None):
        """A signature file; the other parameters forge it."""
        sha = sequence(oid(s.SHA256_OID))
        values = self.attributes(body, seconds)
        if attributes:
            attributes(values)
        ordered = order(values.values())
        key = key or self.key
        signature = key.sign(tlv(s.SET, *ordered))
        identity = identity or sequence(self.issuer_name, self.serial)
        signer = sequence(number(version), identity, digest or sha, tlv(0xA0, *ordered), scheme or key.scheme,
                          tlv(s.OCTETS, parts(signature) if parts else signature), unsigned)
        encapsulated = encapsulated or sequence(oid(s.ID_DATA))
        certificates = self.certificate if certificates is None else certificates
        signed = sequence(number(version), tlv(s.SET, digests or sha), encapsulated,
                          tlv(0xA0, certificates) if certificates else b"", crls, tlv(s.SET, signer, more_signers))
        return sequence(oid(kind or s.ID_SIGNED_DATA), tlv(0xA0, signed))


_people = {}


def person(label, **facts):
    """Made once; `issuer` is a label of another."""
    if label not in _people:
        issuer = facts.pop("issuer", None)
        _people[label] = Person(label, issuer=issuer and person(issuer, authority=True, usage=0x06), **facts)
    return _people[label]


def anna():
    return person("Officer A")


def boris():
    return person("Officer B")


def weak_rsa_person():
    return person("Officer W", key=RsaKey("rsa2048", 2048, (548, 572)))


def weaker_rsa_person():
    return person("Officer V", key=RsaKey("rsa1024", 1024, (58, 831)))


def ed25519_person():
    return person("Officer E", key=Ed25519Key("ed25519"))


def rsa_person():
    return person("Officer R", key=RsaKey("rsa", 3072, (249, 1164)))


# ---- Ledgers -----------------------------------------------------------------------------------------------------------

def digest_of(text):
    return v.to_base64url(sha256(text.encode()))


class Entry:
    def __init__(self, body, signatures, disclosures):
        self.leaf, self.body, self.signatures, self.disclosures = b"", body, signatures, disclosures


class Maker:
    """Adds entries to a ledger as a writer does, unless a hook changes what it does.

    hooks[number] is a dictionary of functions by the place where they are called: `statement` (statement), `hidden`
    (hidden members), `texts` (list of disclosures, body), `body` (body), `bytes` (bytes -> bytes), `sign` (body -> signatures).
    """

    def __init__(self, hooks=None, label="", anchors=None):
        self.hooks, self.label, self.entries, self.links, self.count = hooks or {}, label, [], {}, 0
        self.log, self.seconds = LogKey("log" + label), NOON
        self.anchors = [anna().certificate] if anchors is None else anchors
        self.names = CASE, ORIGIN
        self.signed = None
        self.issuers = []  # Persons: authorities between signers and roots

    @property
    def checkpoint(self):
        """Signed when it is asked for, over the entries of then; or what somebody put in its place."""
        if self.signed is None:
            root = v.root_of([v.leaf_hash(entry.leaf) for entry in self.entries])
            self.signed = self.log.note(len(self.entries), root, self.names[1])
        return self.signed

    @checkpoint.setter
    def checkpoint(self, signed):
        self.signed = signed

    def fresh(self, size=16):
        self.count += 1
        return v.to_base64url(seeded("%s salt %d" % (self.label, self.count), size))

    def hide(self, *value):
        return v.to_base64url(v.canonical([self.fresh(), *value]))

    def call(self, place, *values):
        hook = self.hooks.get(len(self.entries), {}).get(place)
        return hook(*values) if hook else None

    def link(self, uid):
        n, before = self.links.get(uid, (0, v.ZEROS))
        return n + 1, before

    def statement(self, uid, members, hidden, texts):
        n, before = self.link(uid)
        statement = {"n": n, "prev_body_sha256": before, "uid": uid, **members}
        hidden = dict(hidden)
        self.call("hidden", hidden)
        closed = [self.hide(name, value) for name, value in hidden.items()]
        if closed:
            statement["_sd"] = sorted(map(digest_of, closed))
        self.call("statement", statement)
        texts.append(self.hide(statement))
        texts += closed
        return {"...": digest_of(texts[-1 - len(closed)])}

    def add(self, act, members=None, exhibits=(), signers=None, roles=("acting",), whole_case=False):
        self.seconds += 60
        signers = signers or [anna()]
        texts, number = [], len(self.entries)
        case, ledger = self.names
        body = {"v": "holdfast-body/1", "act": act, "case": case, "ledger": ledger, "nonce": self.fresh(), "_sd_alg": "sha-256",
                "ledger_genesis": v.leaf_hash(self.entries[0].leaf).hex() if number else v.ZEROS,
                "parties": [{"cert_sha256": p.sha256, "kind": "person", "role": r} for p, r in zip(signers, roles)],
                "time": {"boot": "d525ef15-9212-47a6-9886-5ed344bf5f88", "mono_ms": str(60000 * number + 5000), "source": "system clock",
                         "utc": "2026-11-21T12:%02d:00.500000Z" % (number + 1)},
                "tool": {"name": "made for tests", "sha256": sha256(b"tool").hex(), "version": "1"}, **(members or {})}
        body["exhibits"] = [self.statement(uid, said, hidden, texts) for uid, said, hidden in exhibits]
        if whole_case:
            n, before = self.link(v.CASE_UID)
            body.update(scope="all", scope_n=n, scope_prev_body_sha256=before)
        self.call("texts", texts, body)
        self.call("body", body)
        data = v.canonical(body)
        data = self.call("bytes", data) or data
        given = self.call("sign", data)
        signatures = given if given is not None else [p.sign(data, self.seconds) for p in signers]
        self.entries.append(Entry(data, signatures, texts))
        digest = sha256(data).hex()
        for uid in [v.CASE_UID] * whole_case + [uid for uid, _, _ in exhibits]:
            self.links[uid] = self.link(uid)[0], digest
        before = v.leaf_hash(self.entries[-2].leaf).hex() if number else v.ZEROS
        self.entries[-1].leaf = leaf_of(self.entries[-1], number, before, state_root(self.links))
        self.signed = None
        return self

    def genesis(self, **members):
        said = {"title": "A case made up for tests", "authority": "order 17/2026", "log_key": self.log.vkey(self.names[1]), **members}
        return self.add("genesis", said, whole_case=True)

    def reseal(self):
        """What the holder of the log key can do alone: numbers, links, states and checkpoint follow what is there."""
        links, before = {}, v.ZEROS
        for number, entry in enumerate(self.entries):
            for uid in uids_of(entry):
                links[uid] = links.get(uid, (0, ""))[0] + 1, sha256(entry.body).hex()
            entry.leaf = leaf_of(entry, number, before, state_root(links))
            before = v.leaf_hash(entry.leaf).hex()
        self.signed = None
        return self

    def files(self):
        """Named as in an edition, nothing left out."""
        files = {"checkpoint": self.checkpoint, **{"certificates/%s.pem" % i.sha256: i.pem() for i in self.issuers}}
        for number, entry in enumerate(self.entries):
            files["leaves/%06d.json" % number] = entry.leaf
            if entry.body is not None:
                files["bodies/%06d.json" % number] = entry.body
                for party, data in enumerate(entry.signatures):
                    files["signatures/%06d.%d.p7s" % (number, party)] = data
                if entry.disclosures:
                    files["disclosures/%06d.txt" % number] = "".join(text + "\n" for text in entry.disclosures).encode()
        return files

    def edition(self, uids):
        """The files of an edition on these exhibits."""
        files = {"checkpoint": self.checkpoint, "log.vkey": (self.log.vkey(self.names[1]) + "\n").encode()}
        links = {}
        for number, entry in enumerate(self.entries):
            files["leaves/%06d.json" % number] = entry.leaf
            concerned = uids_of(entry)
            for uid in concerned:
                links[uid] = links.get(uid, (0, ""))[0] + 1, sha256(entry.body).hex()
            if v.CASE_UID in concerned or set(concerned) & set(uids):
                files["bodies/%06d.json" % number] = entry.body
                for party, data in enumerate(entry.signatures):
                    files["signatures/%06d.%d.p7s" % (number, party)] = data
                texts = [t for t in entry.disclosures if may_open(entry, t, uids)]
                if texts:
                    files["disclosures/%06d.txt" % number] = "".join(text + "\n" for text in texts).encode()
        hashes = slot_hashes(links)
        for index, (uid, (n, head)) in enumerate(links.items()):
            if uid in [v.CASE_UID] + list(uids):
                slot = {"uid": uid, "n": n, "head_body_sha256": head, "index": index, "slots": len(hashes), "path": path_of(hashes, index)}
                files["state/%s.json" % ("case" if uid == v.CASE_UID else uid)] = v.canonical(slot)
        files["certificates/%s.pem" % anna().sha256] = anna().pem()
        files.update(v.tiles_of(self.entries))
        return files


def leaf_of(entry, number, before, state):
    return v.canonical({"body_sha256": sha256(entry.body).hex(), "prev": before, "seq": number, "state": state, "v": "holdfast-leaf/1",
                        "sigs_sha256": sha256(*map(sha256, entry.signatures)).hex()})


def slot_hashes(links):
    hashes = [v.leaf_hash(v.canonical({"head_body_sha256": head, "n": n, "uid": uid})) for uid, (n, head) in links.items()]
    while not hashes or len(hashes) & (len(hashes) - 1):
        hashes.append(v.leaf_hash(b""))
    return hashes


def state_root(links):
    return v.root_of(slot_hashes(links)).hex()


def path_of(hashes, index):
    path = []
    while len(hashes) > 1:
        path.append(hashes[index ^ 1].hex())
        hashes = [v.node_hash(*hashes[i:i + 2]) for i in range(0, len(hashes), 2)]
        index //= 2
    return path


def opened(text):
    try:
        return json.loads(v.from_base64url(text))
    except ValueError:
        return []


def uids_of(entry):
    """The case and the exhibits that an entry concerns, as far as it can be read at all."""
    try:
        body = json.loads(entry.body)
        uids = [v.CASE_UID] if "scope" in body else []
        by_digest = {digest_of(text): opened(text) for text in entry.disclosures}
        for element in body.get("exhibits", []):
            parts = by_digest.get(element["..."], [])
            if len(parts) == 2:
                uids.append(parts[1]["uid"])
        return uids
    except (ValueError, AttributeError, KeyError, TypeError):
        return []


def may_open(entry, text, uids):
    parts = opened(text)
    if len(parts) == 2:
        return parts[1].get("uid") in uids
    for other in entry.disclosures:
        around = opened(other)
        if len(around) == 2 and digest_of(text) in around[1].get("_sd", []):
            return around[1]["uid"] in uids
    return False


def small(hooks=None, label="", anchors=None):
    """Seven entries: two exhibits, an acquisition with hidden digests, an extraction, another signer, a handover."""
    maker = Maker(hooks, label, anchors).genesis()
    maker.add("exhibit.add", None, [(PHONE, {"label": "KK-A-0001", "kind": "phone", "serial": "3581" + "0" * 11}, {})])
    maker.add("exhibit.add", None, [(DISK, {"label": "KK-A-0002", "kind": "disk", "serial_reason": "label worn off"}, {})])
    hidden = {"sha256": sha256(b"image").hex(), "acquisition_json_sha256": sha256(b"json").hex()}
    maker.add("acquire.end", None, [(PHONE, {"acquisition": "a1", "outcome": "complete", "media_bytes": "1048576"}, hidden)])
    maker.add("extract", None, [(PHONE, {"acquisition": "a1", "record_root": sha256(b"root").hex(), "lines": "3"}, {"lines_sha256": sha256(b"l").hex()})])
    added = {"cert_sha256": boris().sha256, "certificate": base64.b64encode(boris().certificate).decode(), "subject": "Officer B"}
    maker.add("key.add", added, whole_case=True)
    maker.add("handover", {"purpose": "storage"}, [(PHONE, {"seal": "TE-1"}, {}), (DISK, {"seal": "TE-2"}, {})],
              [anna(), boris()], ("releasing", "receiving"))
    if anchors is None:
        maker.anchors = [anna().certificate, boris().certificate]
    return maker
