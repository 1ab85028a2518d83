#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the published vectors: small ledgers and editions with one fault each. docs/vectors.md describes their form.

    vectors.py DIR                    writes them
    vectors.py --check SECOND_AGREE   makes them and asks both verifiers, against tests/vectors/index.json
    vectors.py --write SECOND_AGREE   as --check, and writes tests/vectors/index.json anew
"""
import base64
import json
import os
import re
import sqlite3
import sys
import tempfile

import ask
import make
import verify as v
from make import DISK, ORIGIN, PHONE, anna, boris, oid, sequence, small, tlv
from signatures import SET, sha256

INDEX = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors", "index.json")
VECTORS = []


def vector(name, what, code, maker, kind="whole", exhibits=(PHONE,)):
    """`code`: the check that must see it; None where nothing is wrong. `maker`: makes it when it is asked to."""
    VECTORS.append((name, what, code, maker, kind, list(exhibits)))


def body(number, change, entries=small):
    """A body changed before it is signed."""
    return lambda: entries({number: {"body": change}})


def put(**members):
    return lambda target: target.update(members)


def drop(name):
    return lambda target: target.pop(name)


def inside(name, change):
    return lambda target: change(target[name])


def data(number, change):
    """A body whose bytes are changed before they are signed."""
    return lambda: small({number: {"bytes": change}})


def swap(old, new):
    def change(text):
        assert old in text, old
        return text.replace(old, new, 1)
    return change


def statement(number, change):
    return lambda: small({number: {"statement": change}})


def texts(number, change):
    return lambda: small({number: {"texts": change}})


def paper(role, digit):
    return {"kind": "paper", "role": role, "slip_sha256": digit * 64}


def on_paper(place, role):
    """A handover in which one party is on paper, and Anna alone signs."""
    return {"body": lambda b: b["parties"].__setitem__(place, paper(role, "7")), "sign": lambda data: [anna().sign(data, make.NOON + 420)]}


def cms(number, **forged):
    """A body signed in another form than the profile's; who signs is the first party."""
    return lambda: small({number: {"sign": lambda data: [anna().sign(data, make.NOON + 60 * (number + 1), **forged)]}})


def signed_by(number, who, listed=True, **more):
    def make_it():
        hook = {"sign": lambda data: [who().sign(data, make.NOON + 60 * (number + 1), **more)]}
        if listed:
            hook["body"] = lambda body: body["parties"][0].update(cert_sha256=who().sha256)
        maker = small({number: hook})
        return maker
    return make_it


def later(change, reseal=True, start=small):
    """Done to a finished ledger; with `reseal` by the holder of the log key."""
    def make_it():
        maker = start()
        maker.checkpoint = maker.checkpoint  # as it was, unless it is sealed anew
        change(maker)
        return maker.reseal() if reseal else maker
    return make_it


def note(change, start=small):
    """Another checkpoint: `change` gets the maker and gives the bytes."""
    def make_it():
        maker = start()
        maker.checkpoint = change(maker)
        return maker
    return make_it


def leaf(number, change):
    """A leaf changed, and the tree signed over it by the holder of the log key."""
    def change_it(maker):
        entry = maker.entries[number]
        entry.leaf = change(entry.leaf)
        before = v.leaf_hash(entry.leaf).hex()
        for other in maker.entries[number + 1:]:
            other.leaf = v.canonical({**json.loads(other.leaf), "prev": before})
            before = v.leaf_hash(other.leaf).hex()
        maker.signed = None
    return later(change_it, reseal=False)


def members(**changes):
    return lambda data: v.canonical({**json.loads(data), **changes})


def edition(name, what, code, change=None, exhibits=(PHONE,), start=small):
    def make_it():
        maker = start()
        files = maker.edition(list(exhibits))
        if change:
            change(files)
        maker.edition = lambda _: files
        return maker
    vector(name, what, code, make_it, "edition", exhibits)


def root(maker, size=None):
    return v.root_of([v.leaf_hash(entry.leaf) for entry in maker.entries[:size]])


def text_of(maker, size=None):
    return maker.checkpoint[:maker.checkpoint.index(b"\n\n") + 1]


def sign_note(maker, text):
    text = text if isinstance(text, bytes) else text.encode()
    return text + b"\n" + maker.log.line(text)


def flip(bytes_, at=None):
    changed = bytearray(bytes_)
    changed[len(changed) // 2 if at is None else at] ^= 1
    return bytes(changed)


# ---- Sound ones ----------------------------------------------------------------------------------------------------------

vector("sound", "nothing", None, small)
vector("sound-genesis-only", "one entry", None, lambda: make.Maker().genesis())
vector("sound-rsa", "an RSA signer of 3072 bits", None,
       lambda: make.Maker({0: {"sign": lambda data: [make.rsa_person().sign(data, make.NOON + 60)], "body": lambda b: b["parties"][0].update(cert_sha256=make.rsa_person().sha256)}},
                          anchors=[make.rsa_person().certificate]).genesis())


def by(*labels, anchors=None, **facts):
    """A ledger of one entry by a person with other facts."""
    def make_it():
        who = make.person(labels[0], **facts)
        hook = {"sign": lambda data: [who.sign(data, make.NOON + 60)], "body": lambda b: b["parties"][0].update(cert_sha256=who.sha256)}
        trusted = [make.person(a).certificate if isinstance(a, str) else a for a in anchors] if anchors is not None else [who.certificate]
        return make.Maker({0: hook}, anchors=trusted).genesis()
    return make_it


vector("sound-authority", "the signer's certificate is by an authority that is trusted", None, by("Officer C", issuer="Authority", anchors=["Authority"]))


def below_a_root(*issuers, anchor="Root"):
    """A ledger of one entry by an officer whose authority is below a root; these certificates come along."""
    def make_it():
        make.person("Authority below", issuer="Root", authority=True, usage=0x06)
        maker = by("Officer D", issuer="Authority below", anchors=[anchor])()
        maker.issuers = [make.person(label) for label in issuers]
        return maker
    return make_it


def with_certificates(name, what, code, start):
    def bring(files):
        del files["certificates/%s.pem" % anna().sha256]
        files.update(("certificates/%s.pem" % i.sha256, i.pem()) for i in [make.person("Officer D")] + start().issuers)
    vector(name, what, code, start)
    edition("edition-of-" + name, what + ", in an edition", code, bring, (), start)


with_certificates("sound-chain", "an authority below the root that is trusted", None, below_a_root("Authority below"))
with_certificates("chain-left-out", "an authority below the root, whose certificate does not come along", "signature.chain", below_a_root())
with_certificates("chain-to-a-stranger", "a whole chain comes along, and nobody trusts its root", "signature.chain", below_a_root("Authority below", "Root", anchor="Officer A"))
with_certificates("chain-of-others", "another authority's certificate comes along", "signature.chain", below_a_root("Authority"))
vector("sound-algorithm-null", "algorithms with parameters NULL", None, cms(3, digest=sequence(oid("608648016503040201"), tlv(5)), digests=sequence(oid("608648016503040201"), tlv(5))))
vector("sound-clock-set-back", "the wall clock is set back a day: said, and no fault", None, body(4, inside("time", put(utc="2026-11-20T12:00:00Z"))))
vector("sound-signature-later", "signed an hour after the body was made", None, lambda: small({4: {"sign": lambda data: [anna().sign(data, make.NOON + 7200)]}}))
vector("sound-signature-a-second-before", "signed in the second before", None, lambda: small({4: {"sign": lambda data: [anna().sign(data, make.NOON + 60 * 5 - 1)]}}))
vector("sound-note-other-key", "a second line, of a key that nobody here knows", None, note(lambda m: m.checkpoint + make.LogKey("another").line(text_of(m), "witness.example")))
vector("T99-decoy", "a digest among the exhibits that nothing opens", "leaf.state",
       body(3, lambda b: b["exhibits"].append({"...": v.to_base64url(sha256(b"decoy"))})))
vector("T17-one-entry-awaits", "the last entry has no checkpoint yet", "tree.size",
       note(lambda m: m.log.note(len(m.entries) - 1, root(m, -1))))

# ---- The log -------------------------------------------------------------------------------------------------------------

vector("T01-last-entry-deleted", "the last entry is gone", "tree.size", later(lambda m: m.entries.pop(), False))
vector("T02-last-entries-deleted", "three entries at the end are gone", "tree.size", later(lambda m: m.entries.__delitem__(slice(4, None)), False))
vector("T03-genesis-left", "only the genesis is left", "tree.size", later(lambda m: m.entries.__delitem__(slice(1, None)), False))
vector("T04-empty", "no entry, and the checkpoint of seven", "tree.size", later(lambda m: m.entries.clear(), False))


def nothing_at_all(maker):
    maker.entries.clear()
    maker.checkpoint = b""


vector("T04-nothing", "no entry and no checkpoint", "note.form", later(nothing_at_all, False))
vector("T04-empty-tree", "no entry, and a signed checkpoint of the empty tree", "tree.size", later(lambda m: m.entries.clear() or setattr(m, "checkpoint", m.log.note(0, v.root_of([]))), False))
vector("T05-middle-deleted", "an entry in the middle is gone", "leaf.seq", later(lambda m: m.entries.pop(3), False))
vector("T05-middle-deleted-resealed", "the same, numbered anew and sealed with the log key", "exhibit.n", later(lambda m: m.entries.pop(3)))
vector("T05-registration-deleted-resealed", "the exhibit's registration is gone", "exhibit.n", later(lambda m: m.entries.pop(2)))
vector("T05-key-add-deleted-resealed", "the admission of a signer is gone", "signature.known", later(lambda m: m.entries.pop(5)))


def exchange(maker, i, j):
    maker.entries[i], maker.entries[j] = maker.entries[j], maker.entries[i]


vector("T06-swapped", "two entries are swapped", "leaf.seq", later(lambda m: exchange(m, 3, 4), False))
vector("T06-swapped-resealed", "two acts on one exhibit are swapped and sealed", "exhibit.n", later(lambda m: exchange(m, 3, 4)))
vector("T06-swapped-strangers", "two acts on two exhibits are swapped and sealed: the clock tells", "time.monotonic", later(lambda m: exchange(m, 1, 2)))
vector("T07-duplicated", "the last entry stands twice", "exhibit.n", later(lambda m: m.entries.append(make.Entry(m.entries[-1].body, m.entries[-1].signatures, m.entries[-1].disclosures))))
vector("T07-genesis-twice", "the genesis stands twice", "genesis.first", later(lambda m: m.entries.append(make.Entry(m.entries[0].body, m.entries[0].signatures, []))))
vector("T08-replayed", "an old body is inserted again", "exhibit.n", later(lambda m: m.entries.append(make.Entry(m.entries[3].body, m.entries[3].signatures, m.entries[3].disclosures))))


def from_elsewhere(maker):
    maker.entries[4] = small(label=" other").entries[4]


vector("T09-other-ledger", "a body of another ledger of the same name", "body.ledger", later(from_elsewhere))
for number, (what, change) in enumerate([("case", put(case="KK-2027")), ("ledger", put(ledger=ORIGIN + "2")), ("genesis", put(ledger_genesis="1" * 64))]):
    vector("T09-frame-" + what, "a body of another " + what, "body.ledger", body(4, change))


def change_entry(number, what, change):
    def change_it(maker):
        setattr(maker.entries[number], what, change(getattr(maker.entries[number], what)))
    return change_it


vector("T10-body-bit", "one bit of a body", "leaf.body", later(change_entry(3, "body", flip), False))
vector("T10-body-bit-resealed", "one bit of a body, sealed by the log key", "signature.value", later(change_entry(3, "body", lambda b: b.replace(b"made for tests", b"made for Tests"))))
vector("T11-signature-bit", "one bit of a signature", "leaf.signatures", later(change_entry(3, "signatures", lambda x: [flip(x[0])]), False))
vector("T11-signature-bit-resealed", "one bit of a signature's value, sealed", "signature.value", later(change_entry(3, "signatures", lambda x: [flip(x[0], -1)])))
vector("T12-leaf-bit", "one bit of a leaf's state", "leaf.state", later(change_entry(3, "leaf", lambda x: flip(x, x.index(b'"state":"') + 9)), False))
vector("T14-stranger", "a whole ledger by somebody whom nobody trusts", "signature.chain", by("Stranger", anchors=["Officer A"]))
vector("T14-no-anchors", "no anchors at all", "signature.chain", by("Officer A", anchors=[]))
vector("T14-other-log-key", "the checkpoint by a key that the genesis does not name", "note.signature", note(lambda m: make.LogKey("another").note(len(m.entries), root(m))))
vector("T15-fork", "the checkpoint of another history of the same size", "tree.root", note(lambda m: small({6: {"body": put(purpose="court")}}).checkpoint))
vector("T16-other-root", "a signed root of another tree", "tree.root", note(lambda m: m.log.note(len(m.entries), sha256(b"another"))))
vector("T17-larger", "one more leaf is signed than there is", "tree.size", note(lambda m: m.log.note(len(m.entries) + 1, root(m))))
vector("T17-two-more-leaves", "two leaves more than the checkpoint says", "tree.size", note(lambda m: m.log.note(len(m.entries) - 2, root(m, -2))))
for what, size in (("leading-zero", "07"), ("plus", "+7"), ("hexadecimal", "0x7"), ("two-to-64", str(2**64)), ("negative", "-7"), ("space", "7 "), ("empty", "")):
    vector("T18-size-" + what, "the size as %r" % size, "note.form", note(lambda m, size=size: m.log.note(size, root(m))))
vector("T18-size-two-to-64-less-1", "the size 2^64-1", "tree.size", note(lambda m: m.log.note(2**64 - 1, root(m))))
vector("T21-other-ledgers-checkpoint", "the checkpoint of another ledger of this name", "note.signature", note(lambda m: small(label=" other").checkpoint))
vector("T21-other-origin", "a checkpoint of another name by the same key", "note.form", note(lambda m: m.log.note(len(m.entries), root(m), ORIGIN + "2")))
vector("T22-seq", "a leaf with another number, sealed", "leaf.seq", leaf(6, members(seq=9)))
vector("T22-prev", "a leaf that follows another, sealed", "leaf.prev", leaf(6, members(prev="1" * 64)))
vector("T22-state", "a leaf with another state, sealed", "leaf.state", leaf(6, members(state="1" * 64)))
vector("T22-body", "a leaf of another body, sealed", "leaf.body", leaf(6, members(body_sha256="1" * 64)))
vector("T22-signatures", "a leaf of other signatures, sealed", "leaf.signatures", leaf(6, members(sigs_sha256="1" * 64)))
for what, change in (("version", members(v="holdfast-leaf/2")), ("member-more", members(w=1)), ("seq-text", members(seq="6")), ("seq-negative", members(seq=-6)),
                     ("upper-case", members(state="A" * 64)), ("short-digest", members(state="1" * 62)), ("spaces", lambda x: x.replace(b",", b", ")),
                     ("newline", lambda x: x + b"\n"), ("array", lambda x: b"[" + x + b"]"),
                     ("member-less", lambda x: v.canonical({k: w for k, w in json.loads(x).items() if k != "state"})),
                     ("seq-real", lambda x: x.replace(b'"seq":6', b'"seq":6.0')), ("duplicate", lambda x: x.replace(b'"seq":6', b'"seq":6,"seq":6'))):
    vector("T22-leaf-" + what, "a leaf in another form, sealed", "leaf.form", leaf(6, change))

# ---- Notes ---------------------------------------------------------------------------------------------------------------

for what, change in (("hyphen", lambda c: c.replace("\u2014".encode(), b"-")), ("en-dash", lambda c: c.replace("\u2014".encode(), "\u2013".encode())),
                     ("crlf", lambda c: c.replace(b"\n", b"\r\n")), ("no-final-newline", lambda c: c[:-1]), ("control", lambda c: c.replace(b"\n", b"\n\x01", 1)),
                     ("no-signature", lambda c: c[:c.index(b"\n\n") + 2]), ("no-empty-line", lambda c: c.replace(b"\n\n", b"\n")), ("not-utf8", lambda c: b"\xff" + c),
                     ("two-spaces", lambda c: c.replace(b" " + ORIGIN.encode(), b"  " + ORIGIN.encode())), ("signature-base64", lambda c: c[:-2] + b"*\n"),
                     ("trailing-line", lambda c: c + b"more\n"), ("byte-order-mark", lambda c: b"\xef\xbb\xbf" + c)):
    vector("T30-" + what, "the note is in another form", "note.form", note(lambda m, change=change: change(m.checkpoint)))
vector("T30-65-signatures", "more than 64 signatures", "note.form", note(lambda m: m.checkpoint + make.LogKey("another").line(text_of(m), "witness.example") * 64))
vector("T30-64-signatures", "64 signatures", None, note(lambda m: m.checkpoint + make.LogKey("another").line(text_of(m), "witness.example") * 63))
vector("T30-extension-line", "a signed fourth line", "note.form", note(lambda m: sign_note(m, text_of(m) + b"more\n")))
vector("T30-two-lines", "a signed note of two lines", "note.form", note(lambda m: sign_note(m, "%s\n7\n" % ORIGIN)))
vector("T30-root-short", "a signed root of 31 bytes", "note.form", note(lambda m: sign_note(m, "%s\n7\n%s\n" % (ORIGIN, base64.b64encode(root(m)[:31]).decode()))))
vector("T30-root-urlsafe", "a signed root in the other alphabet", "note.form", note(lambda m: sign_note(m, "%s\n7\n%s\n" % (ORIGIN, base64.b64encode(b"\xff" * 32).decode().replace("/", "_")))))
vector("T81-root-trailing-bits", "a signed root whose last digit has bits too many", "note.form", note(lambda m: sign_note(m, re.sub(rb"(.)=\n$", lambda x: bytes([x.group(1)[0] + 1]) + b"=\n", text_of(m)))))
vector("T31-right-id-wrong-key", "the right key id before a signature of another key", "note.signature",
       note(lambda m: text_of(m) + b"\n" + "\u2014 ".encode() + ORIGIN.encode() + b" " + base64.b64encode(m.log.key_id() + make.LogKey("another").sign(text_of(m))) + b"\n"))
vector("T32-other-id-only", "the right name with an unknown id", "note.signature",
       note(lambda m: text_of(m) + b"\n" + "\u2014 ".encode() + ORIGIN.encode() + b" " + base64.b64encode(b"\1\2\3\4" + m.log.sign(text_of(m))) + b"\n"))
vector("T33-broken-line-and-good-line", "a broken line of the known key after a good one", "note.signature",
       note(lambda m: m.checkpoint + "\u2014 ".encode() + ORIGIN.encode() + b" " + base64.b64encode(m.log.key_id() + bytes(64)) + b"\n"))
vector("T34-cosignature-type", "the signature with eight bytes of time before it", "note.signature",
       note(lambda m: text_of(m) + b"\n" + "\u2014 ".encode() + ORIGIN.encode() + b" " + base64.b64encode(m.log.key_id() + bytes(8) + m.log.sign(text_of(m))) + b"\n"))


def high_s(maker):
    signature = maker.log.sign(text_of(maker))
    s_ = int.from_bytes(signature[32:], "little") + 2**252 + 27742317777372353535851937790883648493
    return text_of(maker) + b"\n" + "\u2014 ".encode() + ORIGIN.encode() + b" " + base64.b64encode(maker.log.key_id() + signature[:32] + s_.to_bytes(32, "little")) + b"\n"


vector("T55-high-s", "an Ed25519 signature whose S is not below the order", "note.signature", note(high_s))


def weak_key(key):
    name = ORIGIN.encode()
    key_id = sha256(name, b"\n\1", key)[:4].hex()
    return "%s+%s+%s" % (ORIGIN, key_id, base64.b64encode(b"\1" + key).decode())


for what, key in (("identity", (1).to_bytes(32, "little")), ("order-2", ((1 << 255) - 20).to_bytes(32, "little")), ("order-4", bytes(32)),
                  ("not-canonical", ((1 << 255) - 19 + 3).to_bytes(32, "little")), ("no-point", (2).to_bytes(32, "little"))):
    vector("T55-log-key-" + what, "the genesis names an Ed25519 key that must not be used", "genesis.log_key", body(0, put(log_key=weak_key(key))))
vector("log-key-missing", "the genesis names no key", "act.table", body(0, drop("log_key")))
vector("log-key-of-another-name", "the genesis names a key of another name", "genesis.log_key", body(0, put(log_key=make.LogKey("log").vkey("other.example"))))
vector("log-key-other-id", "the verifier key's id is not its key's", "genesis.log_key", body(0, lambda b: b.update(log_key=re.sub(r"\+[0-9a-f]{8}\+", "+00000000+", b["log_key"]))))
vector("log-key-upper-case-id", "the verifier key's id in capitals", "genesis.log_key", body(0, lambda b: b.update(log_key=re.sub(r"\+[0-9a-f]{8}\+", lambda x: x.group(0).upper(), b["log_key"]))))
vector("log-key-number", "the verifier key is a number", "genesis.log_key", body(0, put(log_key=7)))

# ---- Signatures ----------------------------------------------------------------------------------------------------------

vector("T40-stripped", "no signature", "leaf.signatures", later(change_entry(3, "signatures", lambda x: []), False))
vector("T40-stripped-resealed", "no signature, sealed", "leaf.signatures", later(change_entry(3, "signatures", lambda x: [])))
vector("T40-one-of-two", "the receiving party's signature is gone, sealed", "leaf.signatures", later(change_entry(6, "signatures", lambda x: x[:1])))
vector("T40-one-more", "one signature more than parties, sealed", "leaf.signatures", later(change_entry(3, "signatures", lambda x: x + x)))
vector("T40-exchanged", "the signatures of two parties in the other order, sealed", "signature.party", later(change_entry(6, "signatures", lambda x: x[::-1])))
vector("T41-other-officer", "a valid signature by another than the body names", "signature.party", lambda: small({4: {"sign": lambda data: [boris().sign(data, make.NOON + 300)]}}))
vector("T42-one-person-twice", "one person is two parties", "act.table", lambda: small({6: {"body": lambda b: b["parties"][1].update(cert_sha256=anna().sha256), "sign": lambda data: [anna().sign(data, make.NOON + 420)] * 2}}))


def look_alike():
    return make.person("look-alike", common_name="Officer A")


vector("T43-look-alike", "a self-made certificate with the name of another", "signature.known", signed_by(4, look_alike))


def attributes(change):
    return {"attributes": change}


def attribute(name, kind, *values):
    return lambda a: a.update({name: sequence(oid(kind), tlv(SET, *values))})


TYPE, TIME, DIGEST, CERTIFICATE = "2a864886f70d010903", "2a864886f70d010905", "2a864886f70d010904", "2a864886f70d010910022f"
for what, forged in (
        ("T44-no-attributes", attributes(lambda a: a.clear())), ("T45-no-signing-certificate", attributes(drop("certificate"))),
        ("T45-other-signing-certificate", attributes(attribute("certificate", CERTIFICATE, sequence(sequence(sequence(tlv(4, bytes(32)))))))),
        ("T45-no-time", attributes(drop("time"))), ("T45-no-digest", attributes(drop("digest"))), ("T45-no-type", attributes(drop("type"))),
        ("T45-attribute-more", attributes(attribute("more", "2a864886f70d01090f", tlv(4, b"x")))),
        ("T45-attribute-of-two-values", attributes(attribute("type", TYPE, oid(make.s.ID_DATA), oid(make.s.ID_DATA)))),
        ("T45-another-content-type", attributes(attribute("type", TYPE, oid(make.s.ID_SIGNED_DATA)))),
        ("T45-digest-of-20-bytes", attributes(attribute("digest", DIGEST, tlv(4, bytes(20))))),
        ("T45-attributes-out-of-order", {"order": lambda a: sorted(a)[::-1]}), ("T45-time-with-zone", attributes(attribute("time", TIME, tlv(0x17, b"261121120500+0000")))),
        ("T45-time-without-seconds", attributes(attribute("time", TIME, tlv(0x17, b"2611211205Z")))),
        ("T46-sha1", {"digest": sequence(oid("2b0e03021a")), "digests": sequence(oid("2b0e03021a"))}),
        ("T46-sha384", {"digest": sequence(oid("608648016503040202")), "digests": sequence(oid("608648016503040202"))}),
        ("T46-ecdsa-sha384", {"scheme": sequence(oid("2a8648ce3d040303"))}), ("T46-parameters", {"scheme": sequence(oid(make.s.ECDSA_SHA256), make.number(1))}),
        ("T48-attached", {"encapsulated": sequence(oid(make.s.ID_DATA), tlv(0xA0, tlv(4, b"attached")))}),
        ("T48-other-content", {"encapsulated": sequence(oid("2a864886f70d0109100104"))}), ("T49-two-signers", {"more_signers": sequence(make.number(1))}),
        ("T150-version-3", {"version": 3}), ("T150-unsigned-attribute", {"unsigned": tlv(0xA1, sequence(oid(TIME), tlv(SET, make.utc_time(make.NOON))))}),
        ("T150-no-certificate", {"certificates": b""}), ("T150-crls", {"crls": tlv(0xA1, sequence())}), ("T150-two-digests", {"digests": sequence(oid("608648016503040201")) * 2}),
        ("T150-enveloped", {"kind": "2a864886f70d010703"}), ("T150-key-identifier", {"identity": tlv(0x80, bytes(20))}),
        ("T150-other-serial", {"identity": sequence(anna().name, make.number(1))}), ("T150-other-issuer", {"identity": sequence(boris().name, anna().serial)})):
    vector(what, "a signature in another form", "signature.profile", cms(4, **forged))
vector("T150-two-certificates", "a second certificate beside the signer's", "signature.profile", lambda: small({4: {"sign": lambda data: [anna().sign(data, make.NOON + 300, certificates=anna().certificate + boris().certificate)]}}))
vector("T83-bytes-after", "a byte after the signature", "signature.profile", later(change_entry(3, "signatures", lambda x: [x[0] + b"\0"])))
vector("T83-ber-length", "a length in more bytes than it needs", "signature.profile", later(change_entry(3, "signatures", lambda x: [b"\x30\x83\0" + x[0][2:]])))
vector("T83-indefinite", "an indefinite length", "signature.profile", later(change_entry(3, "signatures", lambda x: [b"\x30\x80" + x[0][4:] + b"\0\0"])))
vector("T83-empty", "an empty file for a signature", "signature.profile", later(change_entry(3, "signatures", lambda x: [b""])))
vector("T83-too-large", "a file over 64 KiB", "signature.profile", later(change_entry(3, "signatures", lambda x: [tlv(0x30, bytes(70000))])))
vector("T45-generalized-time-before-2050", "the signing time as GeneralizedTime in 2026", "signature.profile", cms(4, **attributes(attribute("time", TIME, tlv(0x18, b"20261121120500Z")))))
vector("T50-other-content", "a genuine signature over another body, sealed", "signature.value", later(lambda m: setattr(m.entries[3], "signatures", m.entries[4].signatures)))
vector("T50-wrong-digest", "signed attributes with the digest of another body", "signature.value", cms(4, **attributes(attribute("digest", DIGEST, tlv(4, sha256(b"another"))))))
vector("T55-s-above-order", "an ECDSA signature with s not below the order", "signature.value",
       cms(4, parts=lambda x: sequence(*[make.number(e + k) for e, k in zip(make.numbers_of(x), (0, make.p256.ORDER))])))
vector("T55-zero", "an ECDSA signature of zeros", "signature.value", cms(4, parts=lambda x: sequence(make.number(0), make.number(0))))
vector("T55-padded", "an ECDSA signature with a padded integer", "signature.value", cms(4, parts=lambda x: sequence(tlv(2, b"\0" * 34), make.number(1))))
vector("T55-other-half", "an ECDSA signature (r, n-s): as good as the other", None,
       cms(4, parts=lambda x: sequence(*[make.number(n) for n in (lambda r, s_: (r, make.p256.ORDER - s_))(*make.numbers_of(x))])))
vector("T45-explicit-digest-algorithm", "signingCertificateV2 states the default, SHA-256: not DER", "signature.profile",
       cms(4, **attributes(lambda a: a.update(certificate=sequence(oid(CERTIFICATE), tlv(SET, sequence(sequence(sequence(sequence(oid(make.s.SHA256_OID)), tlv(4, sha256(anna().certificate)))))))))))
vector("sound-certificate-digest-alone", "signingCertificateV2 without issuer and serial number", None,
       cms(4, **attributes(lambda a: a.update(certificate=sequence(oid(CERTIFICATE), tlv(SET, sequence(sequence(sequence(tlv(4, sha256(anna().certificate)))))))))))
vector("T47-rsa-encryption", "an RSA signature under the identifier of RSA encryption", None,
       lambda: make.Maker({0: {"sign": lambda data: [make.rsa_person().sign(data, make.NOON + 60, scheme=sequence(oid(make.s.RSA_KEY), tlv(5)))],
                               "body": lambda b: b["parties"][0].update(cert_sha256=make.rsa_person().sha256)}}, anchors=[make.rsa_person().certificate]).genesis())
vector("T47-rsa-2048", "an RSA key of 2048 bits", "signature.profile", signed_by(4, make.weak_rsa_person))
vector("T47-rsa-1024", "an RSA key of 1024 bits", "signature.profile", signed_by(4, make.weaker_rsa_person))
vector("T47-ed25519", "an Ed25519 key", "signature.profile", signed_by(4, make.ed25519_person))
vector("T47-rsa-under-ecdsa", "an RSA signature that says it is ECDSA", "signature.value", signed_by(4, make.rsa_person, scheme=make.EcKey.scheme))
vector("T51-authority", "signed by an authority itself", "signature.chain", by("Authority 2", authority=True, usage=0x86))
vector("T51-usage", "a certificate for key agreement only", "signature.chain", by("Officer U", usage=0x08))
vector("T51-purpose", "a certificate for TLS servers", "signature.chain", by("Officer P", purpose="2b06010505070301", issuer="Authority", anchors=["Authority"]))
vector("T53-not-yet-valid", "a certificate that was not yet valid", "signature.validity", by("Officer Y", since=make.NOON + 3600))
vector("T53-expired", "a certificate that had expired", "signature.validity", by("Officer X", until=make.NOON - 3600))
vector("T53-last-second", "a certificate in its last second", "signature.validity", by("Officer L", until=make.NOON + 60))
vector("T53-first-second", "a certificate in its first second", None, by("Officer F", since=make.NOON + 60))
vector("key-add-unknown-signer", "a signer whom nobody admitted", "signature.known", signed_by(4, boris))
vector("key-add-other-digest", "a certificate is added under another's digest", "act.table", body(5, put(cert_sha256="1" * 64)))
vector("key-add-no-certificate", "no certificate is added", "act.table", body(5, drop("certificate")))
vector("key-add-number", "a number is added", "act.table", body(5, put(certificate=1)))
vector("key-add-digest-missing", "a certificate without its digest", "act.table", body(5, drop("cert_sha256")))
vector("key-add-no-base64", "the certificate that is added is not base64", "act.table", body(5, put(certificate="*")))

# ---- Time ----------------------------------------------------------------------------------------------------------------

vector("T68-monotonic", "the monotonic clock went back", "time.monotonic", body(4, inside("time", put(mono_ms="1"))))
vector("T69-signature-older", "a signature five seconds older than its body", "time.order", lambda: small({4: {"sign": lambda data: [anna().sign(data, make.NOON + 295)]}}))
for what, change in (("missing", drop("time")), ("utc-missing", inside("time", drop("utc"))), ("boot-missing", inside("time", drop("boot"))), ("mono-missing", inside("time", drop("mono_ms"))),
                     ("mono-number", inside("time", put(mono_ms=240000))), ("mono-negative", inside("time", put(mono_ms="-1"))), ("utc-zone", inside("time", put(utc="2026-11-21T12:05:00+00:00"))),
                     ("utc-space", inside("time", put(utc="2026-11-21 12:05:00Z"))), ("utc-february-30", inside("time", put(utc="2026-02-30T12:05:00Z"))),
                     ("utc-leap-second", inside("time", put(utc="2026-06-30T23:59:60Z"))), ("utc-two-digits", inside("time", put(utc="2026-11-21T12:05:00.25Z"))),
                     ("text", put(time="2026-11-21T12:05:00Z"))):
    vector("time-" + what, "the body's time in another form", "time.form", body(4, change))

# ---- Bodies --------------------------------------------------------------------------------------------------------------

for what, change in (("T75-name-twice", swap(b'"case":', b'"case":"KK-2026","case":')), ("T76-escaped-name", swap(b'"act":', b'"\\u0061ct":')), ("T76-capital-name", swap(b'"nonce":', b'"Nonce":')),
                     ("T77-space", swap(b",", b", ")), ("T77-bytes-after", lambda x: x + b"\n"), ("T77-byte-order-mark", lambda x: b"\xef\xbb\xbf" + x), ("T77-order", lambda x: x[:-1] + b',"a":"x"}'),
                     ("T78-real", swap(b'"version":"1"', b'"version":1.0')), ("T78-exponent", swap(b'"version":"1"', b'"version":1e3')), ("T78-minus-zero", swap(b'"version":"1"', b'"version":-0')),
                     ("T78-two-to-53", swap(b'"version":"1"', b'"version":9007199254740992')), ("T78-nan", swap(b'"version":"1"', b'"version":NaN')),
                     ("T78-huge", swap(b'"version":"1"', b'"version":' + b"9" * 400)), ("T79-surrogate", swap(b'"version":"1"', b'"version":"\\ud800"')),
                     ("T79-surrogate-bytes", swap(b'"version":"1"', b'"version":"\xed\xa0\x80"')), ("T79-null-character", swap(b'"version":"1"', b'"version":"\\u0000"')),
                     ("T79-noncharacter", swap(b'"version":"1"', b'"version":"\xef\xbf\xbe"')), ("T79-not-utf8", swap(b'"version":"1"', b'"version":"\xff"')),
                     ("T79-overlong", swap(b'"version":"1"', b'"version":"\xc0\xaf"')), ("T79-escaped-slash", swap(b'"version":"1"', b'"version":"\\/"')),
                     ("T79-escape-in-capitals", swap(b'"version":"1"', b'"version":"\\u001F"')), ("T80-depth", swap(b'"version":"1"', b'"version":' + b"[" * 7 + b"]" * 7)),
                     ("T80-depth-bomb", swap(b'"version":"1"', b'"version":' + b"[" * 100000 + b"]" * 100000)),
                     ("T80-large", swap(b'"version":"1"', b'"version":"' + b"x" * 262144 + b'"')), ("array", lambda x: b"[" + x + b"]"), ("empty", lambda x: b"{}"),
                     ("T80-name-of-41", swap(b'"version":"1"', b'"' + b"v" * 41 + b'":"1"')), ("T75-true-false", swap(b'"version":"1"', b'"version":True')), ("T83-cbor", lambda x: bytes.fromhex("a16361637466766572696679")),
                     ("T83-der", lambda x: sequence(tlv(0x0C, b"act"), tlv(0x0C, b"verify")))):
    vector("body-" + what, "a signed body in another form of JSON", "body.form", data(4, change))
vector("body-T80-depth-8", "a body as deep as it may be", None, data(4, swap(b'"version":"1"', b'"version":' + b"[" * 6 + b"]" * 6)))
vector("body-T79-delete-character", "U+007F and U+2028 as they are", None, data(4, swap(b'"version":"1"', b'"version":"\x7f\xe2\x80\xa8"')))
vector("body-T79-control-characters", "control characters in their shortest escapes", None, data(4, swap(b'"version":"1"', b'"version":"\\b\\t\\n\\f\\r\\u001f\\"\\\\"')))
for name in ("v", "act", "case", "ledger", "ledger_genesis", "nonce", "parties", "tool", "_sd_alg"):
    vector("body-without-" + name.strip("_"), "a body without " + name, "body.form", body(4, drop(name)))
vector("body-without-exhibits", "a body without exhibits", "body.exhibits", body(4, drop("exhibits")))
vector("body-version", "another version", "body.version", body(4, put(v="holdfast-body/2")))
vector("body-digest-algorithm", "another digest algorithm", "body.version", body(4, put(_sd_alg="sha-512")))
vector("body-nonce-short", "a nonce of 8 bytes", "body.form", body(4, put(nonce="AAAAAAAAAAA")))
vector("body-parties-object", "parties are an object", "body.form", body(4, put(parties={})))
vector("body-party-text", "a party is a text", "body.form", body(4, put(parties=["x"])))
vector("body-exhibit-with-more", "an exhibit is more than its digest", "body.exhibits", body(4, lambda b: b["exhibits"][0].update(x=1)))
vector("body-exhibit-in-clear", "an exhibit that is not hidden", "body.exhibits", body(4, put(exhibits=[{"uid": PHONE}])))
vector("body-digest-short", "a digest of 31 bytes", "body.digest", body(4, put(exhibits=[{"...": v.to_base64url(bytes(31))}])))
vector("T81-digest-trailing-bits", "a digest whose last character has bits too many", "body.digest", body(4, lambda b: b["exhibits"][0].update({"...": b["exhibits"][0]["..."][:-1] + "B"})))
vector("body-reserved", "_sd where it has no meaning", "body.reserved", body(4, inside("tool", put(_sd=[]))))
vector("body-reserved-dots", "... where it has no meaning", "body.reserved", body(4, inside("time", lambda t: t.update({"...": "x"}))))
vector("T156-no-exhibit", "an act on an exhibit that names none", "act.table", lambda: small({4: {"body": put(exhibits=[]), "texts": lambda t, b: t.clear()}}))
vector("act-unknown", "an unknown act", "act.table", body(4, put(act="approve")))
vector("act-member-more", "a member that the act does not have", "act.table", body(4, put(approved="yes")))
vector("act-member-less", "a required member is missing", "act.table", body(6, drop("purpose")))
vector("act-scope-missing", "an act on the whole case without its scope", "act.table", body(5, lambda b: [b.pop(n) for n in ("scope", "scope_n", "scope_prev_body_sha256")]))
vector("act-scope-other", "a scope that is not all", "act.table", body(5, put(scope="some")))
vector("act-scope-too-much", "an act on an exhibit that says it is on the whole case", "act.table", body(4, put(scope="all", scope_n=2, scope_prev_body_sha256="1" * 64)))
vector("act-role", "another role", "act.table", body(4, lambda b: b["parties"][0].update(role="witness")))
vector("act-kind", "a party of another kind", "act.table", body(4, lambda b: b["parties"][0].update(kind="robot")))
vector("sound-on-paper", "who receives signed on paper", None, lambda: small({6: on_paper(1, "receiving")}))
vector("act-paper-other-role", "somebody on paper in a role that signs", "act.table", lambda: small({6: on_paper(1, "custodian")}))
vector("act-paper-alone", "both sides on paper: nobody signs", "act.table",
       lambda: small({6: {"body": put(parties=[paper("releasing", "7"), paper("receiving", "8")]), "sign": lambda data: []}}))
vector("act-paper-twice", "one slip stands for two", "act.table",
       lambda: small({6: {"body": lambda b: b["parties"].__setitem__(slice(1, 2), [paper("receiving", "7"), paper("witness", "7")]),
                          "sign": lambda data: [anna().sign(data, make.NOON + 420)]}}))
vector("act-session", "a session signs what only a person may", "act.table", body(5, lambda b: b["parties"][0].update(kind="session")))
vector("T157-session-unknown", "an act by a session that nobody opened", "signature.known", body(3, lambda b: b["parties"][0].update(kind="session")))
vector("act-party-more", "a party too many", "act.table", lambda: small({4: {"body": lambda b: b["parties"].append({"cert_sha256": boris().sha256, "kind": "person", "role": "acting"}),
                                                                          "sign": lambda data: [p.sign(data, make.NOON + 300) for p in (anna(), boris())]}}))
vector("act-exhibits-none", "an act on the whole case that names an exhibit", "act.table", body(5, put(exhibits=[{"...": v.to_base64url(sha256(b"decoy"))}])))
vector("genesis-elsewhere", "a second genesis", "genesis.first", lambda: small().genesis())
vector("genesis-missing", "the first entry is no genesis", "genesis.first", later(lambda m: m.entries.pop(0)))
vector("T155-scope-number", "an act on the whole case was left out: its number", "scope.chain", body(5, put(scope_n=3)))
vector("T155-scope-prev", "an act on the whole case was left out: its link", "scope.chain", body(5, put(scope_prev_body_sha256="1" * 64)))
vector("body-exhibits-and-reserved", "no list of exhibits, and a reserved name: the list is named first", "body.exhibits", body(4, put(exhibits={}, tool={"_sd": []})))
vector("body-digest-third-time", "a digest that stands again after a greater one: the order is named first", "body.digest", statement(3, lambda x: x.update(_sd=x["_sd"] + x["_sd"][:1])))
vector("act-unknown-first", "an unknown act before anything is registered", "act.table", body(1, put(act="approve")))
vector("T155-scope-number-text", "the number as a text", "body.form", body(5, put(scope_n="2")))

# ---- Disclosures ---------------------------------------------------------------------------------------------------------


def altered(change):
    return lambda all_texts, _: all_texts.__setitem__(0, v.to_base64url(v.canonical(change(make.opened(all_texts[0])))))


vector("T85-value", "another value", "disclosure.referenced", texts(4, altered(lambda p: [p[0], {**p[1], "lines": "4"}])))
vector("T86-salt", "another salt", "disclosure.referenced", texts(4, altered(lambda p: ["A" * 22, p[1]])))
vector("T87-of-another-entry", "a disclosure of another entry", "disclosure.referenced", later(lambda m: m.entries[4].disclosures.append(m.entries[3].disclosures[0])))
vector("T88-unreferenced", "a disclosure that belongs to nothing", "disclosure.referenced", texts(4, lambda t, b: t.append(v.to_base64url(v.canonical(["A" * 22, "x", "y"])))))
vector("T89-twice", "a disclosure stands twice", "disclosure.twice", later(lambda m: m.entries[4].disclosures.append(m.entries[4].disclosures[0])))
vector("T90-digest-twice", "a digest stands twice among the exhibits", "disclosure.digest_twice", body(4, lambda b: b["exhibits"].append(b["exhibits"][0])))


def hidden_member(name, value="x", salt="B" * 21 + "A", parts=None):
    """One hidden member more in the statement of entry 4, with its disclosure."""
    text = v.to_base64url(v.canonical(parts or [salt, name, value]))

    def change(all_texts, body_):
        salt_, value_ = make.opened(all_texts[0])
        value_["_sd"] = sorted(value_["_sd"] + [make.digest_of(text)])
        all_texts[0] = v.to_base64url(v.canonical([salt_, value_]))
        all_texts.append(text)
        body_["exhibits"][0]["..."] = make.digest_of(all_texts[0])
    return texts(4, change)


vector("T91-collision", "a hidden member has the name of one in clear", "disclosure.collision", hidden_member("lines"))
vector("T91-collision-hidden", "two hidden members of one name", "disclosure.collision", hidden_member("lines_sha256"))
vector("T91-uid", "a hidden member named uid", "disclosure.collision", hidden_member("uid"))
vector("T91-reserved", "a hidden member named _sd", "disclosure.collision", hidden_member("_sd"))
vector("T91-dots", "a hidden member named ...", "disclosure.collision", hidden_member("..."))
vector("T91-reserved-inside", "a hidden member with _sd inside", "body.reserved", hidden_member("file_sha256", {"_sd": []}))
vector("T91-unknown-hidden", "a hidden member that the act does not have", "act.table", hidden_member("approved"))
vector("T91-clear-member-hidden", "a member that stands in clear is hidden", "act.table", hidden_member("records"))
vector("T92-element-for-member", "an element where a member is hidden", "disclosure.kind", hidden_member("", parts=["B" * 21 + "A", "x"]))
vector("T92-member-for-element", "a member where an element is hidden", "disclosure.kind",
       texts(4, lambda t, b: (t.__setitem__(slice(None), [v.to_base64url(v.canonical(["B" * 21 + "A", "x", {}]))]), b["exhibits"][0].update({"...": make.digest_of(t[0])}))))
vector("T97-salt-short", "a salt of 15 bytes", "disclosure.form", hidden_member("file_sha256", salt="B" * 20))
vector("T97-salt-reused", "one salt for two disclosures", "disclosure.salt",
       texts(4, lambda t, b: (lambda salt_, value_, text: (value_.update(_sd=sorted(value_["_sd"] + [make.digest_of(text)])), t.__setitem__(0, v.to_base64url(v.canonical([salt_, value_]))), t.append(text),
                                                          b["exhibits"][0].update({"...": make.digest_of(t[0])})))(*make.opened(t[0]), v.to_base64url(v.canonical([make.opened(t[0])[0], "file_sha256", "x"])))))
vector("disclosure-of-four", "a disclosure of four parts", "disclosure.form", hidden_member("", parts=["B" * 21 + "A", "x", "y", "z"]))
vector("disclosure-of-one", "a disclosure of one part", "disclosure.form", hidden_member("", parts=["B" * 21 + "A"]))
vector("disclosure-object", "a disclosure that is no array", "disclosure.form", hidden_member("", parts={"a": 1}))
vector("disclosure-name-number", "a name that is a number", "disclosure.form", hidden_member("", parts=["B" * 21 + "A", 1, "x"]))
vector("T75-disclosure-name-twice", "a disclosure in which a name stands twice", "disclosure.form",
       later(lambda m: m.entries[4].disclosures.append(v.to_base64url(b'["' + b"A" * 22 + b'",{"a":1,"a":2}]'))))
vector("T81-disclosure-padded", "a disclosure with padding", "disclosure.form", later(lambda m: m.entries[4].disclosures.append("AAAA=")))
vector("T81-disclosure-standard-alphabet", "a disclosure in the other alphabet", "disclosure.form", later(lambda m: m.entries[4].disclosures.append("++//")))
vector("disclosure-empty-line", "an empty disclosure", "disclosure.form", later(lambda m: m.entries[4].disclosures.append("")))
vector("disclosure-not-canonical", "a disclosure with spaces, as other programs write them", "disclosure.form",
       texts(4, lambda t, b: (t.__setitem__(slice(None), [v.to_base64url(json.dumps(make.opened(t[0])).encode())]), b["exhibits"][0].update({"...": make.digest_of(t[0])}))))
vector("sd-not-ascending", "digests of hidden members that do not ascend", "body.digest", statement(3, lambda x: x.update(_sd=x["_sd"][::-1])))
vector("sd-object", "_sd is no array", "body.form", statement(4, put(_sd={})))
vector("sd-number", "a digest is a number", "body.digest", statement(4, put(_sd=[1])))
vector("statement-reserved", "_sd_alg in a statement", "body.reserved", statement(4, put(_sd_alg="sha-256")))
vector("statement-reserved-inside", "_sd deeper in a statement", "body.reserved", statement(4, put(records={"_sd": []})))
vector("statement-member-more", "a member that the statement does not have", "act.table", statement(4, put(approved="yes")))
vector("statement-member-less", "a required member is missing", "act.table", statement(4, drop("record_root")))
vector("statement-text", "a statement that is a text", "body.form",
       texts(4, lambda t, b: (t.__setitem__(slice(None), [v.to_base64url(v.canonical(["B" * 21 + "A", "x"]))]), b["exhibits"][0].update({"...": make.digest_of(t[0])}))))
for what, code, change in (("uid-zero", "exhibit.uid", put(uid="0" * 32)), ("uid-short", "exhibit.uid", put(uid="a1")), ("T82-uid-capitals", "exhibit.uid", put(uid="A1" + "0" * 30)),
                           ("T79-uid-look-alike", "exhibit.uid", put(uid="\u0430" + PHONE[1:])),
                           ("uid-number", "body.form", put(uid=1)), ("uid-missing", "body.form", drop("uid")), ("n-zero", "exhibit.n", put(n=0)), ("n-text", "body.form", put(n="3")),
                           ("n-other", "exhibit.n", put(n=7)), ("T95-prev-other", "exhibit.prev", put(prev_body_sha256="1" * 64)), ("prev-number", "body.form", put(prev_body_sha256=1))):
    vector("statement-" + what, "the exhibit's statement", code, statement(4, change))
vector("exhibit-twice", "one act names an exhibit twice", "exhibit.twice", lambda: make.Maker().genesis().add(
    "exhibit.add", None, [(PHONE, {"label": "KK-A-0001", "kind": "phone"}, {}), (PHONE, {"label": "KK-A-0002", "kind": "phone"}, {})]))
vector("exhibit-not-registered", "an act on an exhibit that nobody registered", "exhibit.registered", lambda: make.Maker().genesis().add("verify", None, [(PHONE, {"object": "image", "result": "equal"}, {})]))
vector("exhibit-registered-twice", "an exhibit is registered twice", "exhibit.registered", lambda: small().add("exhibit.add", None, [(PHONE, {"label": "KK-A-0009", "kind": "phone"}, {})]))
vector("withheld-disclosure", "a hidden member of a whole ledger is not opened (as after an erasure)", None, later(lambda m: m.entries[3].disclosures.pop(), False))
vector("withheld-exhibit", "an exhibit of a whole ledger is not opened", "leaf.state", later(lambda m: m.entries[6].disclosures.clear(), False))

# ---- Editions ------------------------------------------------------------------------------------------------------------


def gone(*names):
    return lambda files: [files.pop(name) for name in names]


def entry_files(number, parties=1, with_disclosures=True):
    names = ["bodies/%06d.json" % number] + ["signatures/%06d.%d.p7s" % (number, i) for i in range(parties)]
    return names + ["disclosures/%06d.txt" % number] * with_disclosures


def other(name, change):
    return lambda files: files.update({name: change(files[name])})


def slot(name="state/%s.json" % PHONE, **changes):
    return other(name, lambda data_: v.canonical({**json.loads(data_), **{k: c(json.loads(data_)[k]) for k, c in changes.items()}}))


edition("edition-one-exhibit", "nothing; the other exhibit is withheld", None)
edition("edition-all", "nothing; everything is shown", None, exhibits=(PHONE, DISK))
edition("edition-none", "nothing; only the acts on the whole case", None, exhibits=())
edition("T13-tile-hash", "a hash tile altered", "custody.tiles", other("tile/0/000.p/7", flip))
edition("T13-tile-entries", "an entry tile altered", "custody.tiles", other("tile/entries/000.p/7", flip))
edition("T13-tile-of-another-width", "a tile of another width", "custody.tiles", lambda f: f.update({"tile/0/000.p/6": f["tile/0/000.p/7"][:192]}))
edition("T93-act-left-out", "an act on the exhibit is left out", "exhibit.n", gone(*entry_files(3)))
edition("T93-statement-closed", "a statement on the exhibit is kept closed", "exhibit.n", gone("disclosures/000003.txt"))
edition("T94-last-act-left-out", "the last act on the exhibit is left out", "state.slot", gone(*entry_files(6, 2)))
edition("T94-registration-left-out", "the first act on the exhibit is left out", "exhibit.n", gone(*entry_files(1)))
edition("T154-slot-left-out", "the exhibit's slot is missing", "state.slot", gone("state/%s.json" % PHONE))
edition("T154-case-slot-left-out", "the slot of the case is missing", "state.slot", gone("state/case.json"))
edition("T154-slot-n", "a slot with another count", "state.slot", slot(n=lambda n: n - 1))
edition("T154-slot-head", "a slot with another head", "state.slot", slot(head_body_sha256=lambda h: "1" * 64))
edition("T19-path-shorter", "a path that is a step too short", "state.slot", slot(path=lambda p: p[:-1]))
edition("T19-path-longer", "a path that is a step too long", "state.slot", slot(path=lambda p: p + ["0" * 64]))
edition("T19-path-reordered", "a path in another order", "state.slot", slot(path=lambda p: p[::-1]))
edition("T19-path-31-bytes", "a path with a hash of 31 bytes", "custody.file", slot(path=lambda p: [p[0][2:]] + p[1:]))
edition("T19-index-sibling", "the index of the sibling", "state.slot", slot(index=lambda i: i ^ 1))
edition("T19-index-beyond", "an index beyond the slots", "state.slot", slot(index=lambda i: 4))
edition("T19-slots-three", "a number of slots that is no power of two", "state.slot", slot(slots=lambda s_: 3))
edition("T19-slots-twice", "twice the number of slots", "state.slot", slot(slots=lambda s_: s_ * 2))
edition("slot-path-object", "a path that is an object", "custody.file", slot(path=lambda p: {}))
edition("slot-negative", "a negative index", "custody.file", slot(index=lambda i: -1))
edition("slot-member-more", "a slot with a member more", "custody.file", other("state/case.json", members(x=1)))
edition("slot-under-another-name", "a slot under the name of another exhibit", "custody.file", lambda f: f.update({"state/%s.json" % DISK: f.pop("state/%s.json" % PHONE)}))
edition("slot-of-a-hidden-exhibit", "the slot of an exhibit of which nothing is shown", "state.slot", lambda f: f.update({"state/%s.json" % DISK: small().edition([DISK])["state/%s.json" % DISK]}))
edition("T155-act-on-the-case-left-out", "an act on the whole case is left out", "state.slot", gone(*entry_files(5, 1, False)))
edition("genesis-left-out", "the genesis is left out", "body.present", gone(*entry_files(0, 1, False)))
edition("leaf-left-out", "a leaf is left out", "tree.size", gone("leaves/000002.json"))
edition("last-leaf-left-out", "the last leaf is left out, with its files", "tree.size", gone("leaves/000006.json", *entry_files(6, 2)))
edition("file-without-a-place", "a file that has no place", "custody.file", lambda f: f.update({"notes.txt": b"x"}))
edition("file-of-another-form", "a name of another form", "custody.file", lambda f: f.update({"leaves/7.json": b"x"}))
edition("signature-without-body", "a signature whose body is withheld", "custody.file", lambda f: f.update({"signatures/000002.0.p7s": f["signatures/000001.0.p7s"]}))
edition("disclosures-without-body", "disclosures whose body is withheld", "custody.file", lambda f: f.update({"disclosures/000002.txt": f["disclosures/000001.txt"]}))
edition("disclosures-last-line", "disclosures whose last line does not end", "custody.file", other("disclosures/000001.txt", lambda d: d[:-1]))
edition("disclosures-crlf", "disclosures in lines that end in CR LF", "disclosure.form", other("disclosures/000001.txt", lambda d: d.replace(b"\n", b"\r\n")))
edition("vkey-of-another", "log.vkey holds another key", "custody.file", lambda f: f.update({"log.vkey": (make.LogKey("another").vkey() + "\n").encode()}))
edition("vkey-without-a-genesis", "the first body is another's, which names no key", "custody.file", lambda f: f.update({"bodies/000000.json": f["bodies/000001.json"]}))
edition("certificate-under-another-name", "a certificate under the name of another", "custody.file", lambda f: f.update({"certificates/%s.pem" % boris().sha256: anna().pem()}))
edition("certificate-broken", "a certificate that is none", "custody.file", lambda f: f.update({"certificates/%s.pem" % boris().sha256: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}))
edition("certificate-and-more", "bytes after a certificate", "custody.file", lambda f: f.update({"certificates/%s.pem" % anna().sha256: anna().pem() + b"x"}))
edition("checkpoint-missing", "the checkpoint is missing", "note.form", gone("checkpoint"))
edition("one-entry-more-than-signed", "an edition may not await its checkpoint", "tree.size", lambda f: f.update(checkpoint=small().log.note(6, root(small(), 6))))
edition("edition-body-bit", "one bit of a body in an edition", "leaf.body", other("bodies/000003.json", lambda d: d.replace(b"made for tests", b"made for Tests")))


# ---- Writing and checking ------------------------------------------------------------------------------------------------

def write_ledger(folder, maker):
    os.makedirs(folder)
    with open(os.path.join(folder, "checkpoint"), "wb") as out:
        out.write(maker.checkpoint)
    ledger = sqlite3.connect(os.path.join(folder, "ledger.db"))
    ledger.execute("CREATE TABLE entries(seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, body BLOB NOT NULL) STRICT")
    ledger.execute("CREATE TABLE signatures(seq INTEGER NOT NULL, party INTEGER NOT NULL, der BLOB NOT NULL, PRIMARY KEY(seq, party)) STRICT")
    if maker.issuers:
        ledger.execute("CREATE TABLE issuers(sha256 TEXT PRIMARY KEY, der BLOB NOT NULL) STRICT")
        ledger.executemany("INSERT INTO issuers VALUES(?,?)", [(i.sha256, i.certificate) for i in maker.issuers])
    disclosures = sqlite3.connect(os.path.join(folder, "disclosures.db"))
    disclosures.execute("CREATE TABLE disclosures(body_sha256 TEXT NOT NULL, ordinal INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(body_sha256, ordinal)) STRICT")
    for number, entry in enumerate(maker.entries):
        ledger.execute("INSERT INTO entries VALUES(?,?,?)", (number, entry.leaf, entry.body))
        for party, signature in enumerate(entry.signatures):
            ledger.execute("INSERT INTO signatures VALUES(?,?,?)", (number, party, signature))
        for ordinal, text in enumerate(entry.disclosures):
            disclosures.execute("INSERT OR IGNORE INTO disclosures VALUES(?,?,?)", (sha256(entry.body).hex(), ordinal, text))
    for database in (ledger, disclosures):
        database.commit()
        database.close()


def write_vector(folder, maker, kind, exhibits):
    os.makedirs(os.path.join(folder, "trust"))
    for number, anchor in enumerate(maker.anchors):
        pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(anchor) + b"-----END CERTIFICATE-----\n"
        with open(os.path.join(folder, "trust", "%d.pem" % number), "wb") as out:
            out.write(pem)
    if kind == "whole":
        write_ledger(os.path.join(folder, "ledgers", "station-a"), maker)
        return
    for name, content in maker.edition(exhibits).items():
        path = os.path.join(folder, "data", "custody", "station-a", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content)


def made():
    """Every vector with its maker's result: (name, what, code, kind, exhibits, maker)."""
    for name, what, code, maker, kind, exhibits in VECTORS:
        yield name, what, code, kind, exhibits, maker()


def digest_of(maker, kind, exhibits):
    """SHA-256 over the files of the vector, as in docs/vectors.md: the form of a ledger without its databases."""
    files = maker.files() if kind == "whole" else maker.edition(exhibits)
    return sha256(*(sha256(name.encode()) + sha256(files[name]) for name in sorted(files))).hex()


def expectation(name, what, code, kind, answer, digest):
    number = re.search(r"T\d+", name)
    return {"name": name, "tamper": number.group(0) if number else None, "what": what, "kind": kind, "verdict": answer[0], "code": code,
            "failed": answer[1], "not_possible": answer[2], "sha256": digest}


def write_all(folder):
    with open(INDEX) as file:
        index = {entry["name"]: entry for entry in json.load(file)["vectors"]}
    os.makedirs(folder, exist_ok=True)
    for name, _, _, kind, exhibits, maker in made():
        if digest_of(maker, kind, exhibits) != index[name]["sha256"]:
            sys.exit("%s: not the files that tests/vectors/index.json speaks of" % name)
        write_vector(os.path.join(folder, name), maker, kind, exhibits)
    with open(os.path.join(folder, "index.json"), "w") as out, open(INDEX) as file:
        out.write(file.read())
    print("%d vectors in %s" % (len(index), folder))


def check(program, write):
    ours, wrong, entries = ask.Ours(program), [], []
    with tempfile.TemporaryDirectory() as place:
        for name, what, code, kind, exhibits, maker in made():
            folder = os.path.join(place, name)
            write_vector(folder, maker, kind, exhibits)
            question = "folder " + os.path.join(folder, "ledgers", "station-a") if kind == "whole" else kind
            files = {} if kind == "whole" else maker.edition(exhibits)
            ours.ask(question, files, maker.anchors)
            second, first = ask.second(question, files, maker.anchors), ours.answer()
            if not ask.agree(first, second) or first[0] == "NOT COVERED":
                wrong.append("%s: ours %s, the second %s" % (name, first, second))
            if code not in (second[1] or second[2] or [None]) or (code is None) != second[0].startswith("VERIFIED"):
                wrong.append("%s: %s is expected, and the second says %s" % (name, code, second))
            entries.append(expectation(name, what, code, kind, first, digest_of(maker, kind, exhibits)))
    ours.close()
    if write and not wrong:
        with open(INDEX, "w") as out:
            out.write('{"vectors":[\n' + ",\n".join(json.dumps(entry) for entry in entries) + "\n]}\n")
    with open(INDEX) as file:
        committed = json.load(file)["vectors"]
    wrong += ["%s: is not as in tests/vectors/index.json" % now["name"] for now in entries if now not in committed]
    wrong += ["%s: stands in tests/vectors/index.json only" % c["name"] for c in committed if c["name"] not in [e["name"] for e in entries]]
    print("\n".join(wrong + ["%d vectors, %d faults found" % (len(entries), len(wrong))]))
    return 1 if wrong or len({entry["name"] for entry in entries}) != len(entries) else 0


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in ("--check", "--write"):
        sys.exit(check(sys.argv[2], sys.argv[1] == "--write"))
    if len(sys.argv) == 2 and not sys.argv[1].startswith("-"):
        sys.exit(write_all(sys.argv[1]))
    sys.exit(__doc__)
