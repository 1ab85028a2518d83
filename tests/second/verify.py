#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second verifier of ledgers, written from docs/ledger-format.md, docs/events.md and docs/verification.md alone.

    verify.py [--trust FILE.pem]... FOLDER

FOLDER is a ledger (with ledger.db) or the folder data/custody/<station>/ of an edition. Prints the verdict and the
codes of the checks that failed or were not possible, as docs/verification.md names them. Nothing but Python's
standard library, and `openssl verify` for chains of certificates (signatures.py beside this file).
"""
import base64
import datetime
import json
import os
import re
import sqlite3
import sys
import time

from signatures import Certificate, Malformed, Trust, cached, ed25519_key, ed25519_verify, sha256, signature_of

# Checks of docs/verification.md that this program does not make. A ledger that needs one of them is not judged here.
NOT_COVERED = {
    **dict.fromkeys(["ledger.read", "segment.file", "segment.lines", "segment.count", "acquisition.file", "image.file"], "case folders"),
    **dict.fromkeys(["tree.consistency"], "checkpoints that were kept"),
    **dict.fromkeys(["time.token", "time.anchor", "time.bracket"], "tokens of time authorities"),
    **dict.fromkeys(["witness.cosignature", "witness.size", "witness.log", "witness.quorum"], "witnesses"),
    **dict.fromkeys(["signature.retired", "signature.revoked", "revocation.list", "key.act", "crl.form"], "the end of keys"),
    **dict.fromkeys(["custody.state", "close.last"], "who holds an exhibit, and what may be done to it"),
    **dict.fromkeys(["link.name", "link.ledger", "link.checkpoint", "link.offer", "link.receiver", "link.twice", "link.receipt",
                     "link.continued"], "several ledgers"),
}
# Acts whose own rules (beyond members and parties) this program does not know: it says so where one occurs.
ACTS_NOT_COVERED = {"key.retire", "key.revoke", "log.replace", "crl.add", "anchor", "witness", "handover.offer", "handover.accept",
                    "handover.receipt", "handover.withdraw", "exhibit.continue", "erase", "close"}

NOW = time.time()
ZEROS = "0" * 64
CASE_UID = "0" * 32
PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")

# ---- JSON: RFC 8785 with less freedom -------------------------------------------------------------------------------

NAME = re.compile(r"(?:[a-z0-9_]{1,40}|\.\.\.)\Z")

FORBIDDEN = re.compile("[\0\ud800-\udfff\ufdd0-\ufdef" + "".join(chr(n) for p in range(17) for n in (p << 16 | 0xFFFE, p << 16 | 0xFFFF)) + "]")

def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")

def _pairs(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a name twice")
    return members

def _no_real(text):
    raise Malformed("a real: " + text[:40])

def _integer(text):
    if len(text) > 17 or abs(int(text)) > 2**53 - 1:
        raise Malformed("an integer out of range")
    return int(text)

def _check_value(value, depth):
    if isinstance(value, str):
        if FORBIDDEN.search(value):
            raise Malformed("a character that is not allowed")
    elif isinstance(value, (dict, list)):
        if depth >= 8:
            raise Malformed("too deep")
        if isinstance(value, dict):
            for name in value:
                if not NAME.match(name):
                    raise Malformed("a name that is not allowed")
            value = value.values()
        for item in value:
            _check_value(item, depth + 1)

def parse(data):
    if len(data) > 256 * 1024:
        raise Malformed("too large")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_pairs, parse_float=_no_real,
                           parse_constant=_no_real, parse_int=_integer)
        _check_value(value, 0)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None
    if canonical(value) != data:
        raise Malformed("not canonical")
    return value

def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)

def is_hex(value, length):
    return isinstance(value, str) and len(value) == length and re.match(r"[0-9a-f]*\Z", value) is not None

def from_base64(text):
    """Padded, no line breaks, no trailing bits."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data) != (text.encode() if isinstance(text, str) else text):
        raise ValueError("another form of base64")
    return data

def is_base64url(value, size):
    try:
        return isinstance(value, str) and len(from_base64url(value)) == size
    except ValueError:
        return False

def to_base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def from_base64url(text):
    if not re.match(r"[A-Za-z0-9_-]*\Z", text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(data) != text:
        raise ValueError("another form of base64url")
    return data

# ---- Merkle trees: RFC 6962 -----------------------------------------------------------------------------------------

def leaf_hash(leaf):
    return sha256(b"\0", leaf)

def node_hash(left, right):
    return sha256(b"\1", left, right)

def root_of(hashes):
    if not hashes:
        return sha256()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))

def check_inclusion(index, size, leaf, path, root):
    if index >= size or any(len(h) != 32 for h in [leaf, root] + path):
        return False
    last, here = size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            here = node_hash(step, here)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            here = node_hash(here, step)
        index, last = index >> 1, last >> 1
    return last == 0 and here == root

def check_consistency(first, second, first_root, second_root, path):
    if any(len(h) != 32 for h in [first_root, second_root] + path) or first == 0 or first > second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first & (first - 1) == 0:
        path = [first_root] + path
    if not path:
        return False
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, step)
        index, last = index >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root

# ---- Notes: C2SP signed-note, Ed25519 -------------------------------------------------------------------------------

def parse_vkey(text):
    """(name, key id, key) of a verifier key."""
    match = re.match(r"([!-*,-~]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\Z", text)
    if not match:
        raise Malformed("no verifier key")
    name, data = match.group(1), from_base64(match.group(3))
    key_id = sha256(name.encode(), b"\n", data)[:4]
    if data[:1] != b"\1" or key_id.hex() != match.group(2) or ed25519_key(data[1:]) is None:
        raise Malformed("an unsound key")
    return name, key_id, data[1:]

def parse_note(data):
    """(text, [(name, key id, signature)], (origin, size, root)) of a checkpoint."""
    if len(data) > 64 * 1024:
        raise Malformed("too large")
    note = data.decode("utf-8")
    if any(ord(c) < 32 and c != "\n" for c in note):
        raise Malformed("control characters")
    text, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise Malformed("no signatures")
    text += "\n"
    signatures = []
    for line in lines[:-1].split("\n"):
        match = re.match(r"\u2014 ([!-*,-~]+) (\S+)\Z", line)
        value = from_base64(match.group(2)) if match else b""
        if len(value) < 5:
            raise Malformed("no signature line")
        signatures.append((match.group(1), value[:4], value[4:]))
    if len(signatures) > 64:
        raise Malformed("too many signatures")
    match = re.match(r"([!-*,-~]+)\n(0|[1-9][0-9]{0,19})\n([A-Za-z0-9+/]{43}=)\n\Z", text)
    if not match or int(match.group(2)) >= 2**64:
        raise Malformed("no checkpoint")
    return text, signatures, (match.group(1), int(match.group(2)), from_base64(match.group(3)))

# ---- The acts: read from the page that fixes them -------------------------------------------------------------------

class Act:
    def __init__(self, whole_case, clear, statement, hidden):
        self.whole_case, self.clear, self.statement, self.hidden = whole_case, clear, statement, hidden
        self.roles, self.further, self.exhibits, self.required, self.required_in_statement = [], None, "", [], []

def read_acts(page):
    def names(cell):
        while re.search(r"\([^()]*\)", cell):
            cell = re.sub(r"\([^()]*\)", "", cell)
        return re.findall(r"`([^`]+)`", cell)

    acts, table = {}, 0
    for line in page.split("\n"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| act |"):
            table += 1
        elif line.startswith("| `") and table == 1:
            acts[names(cells[0])[0]] = Act("(all)" in cells[0], *map(names, cells[1:4]))
        elif line.startswith("| `") and table == 2:
            act = acts[names(cells[0])[0]]
            fixed, _, further = cells[1].partition(", then any number of ")
            act.roles, act.further = names(fixed), (names(further) or [None])[0]
            act.exhibits, act.required, act.required_in_statement = cells[2], names(cells[3]), names(cells[4])
    return acts

# ---- The ledger -----------------------------------------------------------------------------------------------------

class Entry:
    def __init__(self, leaf, body, signatures, disclosures):
        self.leaf, self.body, self.signatures, self.disclosures = leaf, body, signatures, disclosures

class Content:
    def __init__(self, checkpoint, entries, certificates=(), slots=(), whole=True, faults=()):
        self.checkpoint, self.entries, self.certificates = checkpoint, entries, certificates
        self.slots, self.whole, self.faults = slots, whole, faults

class Refused(Exception):
    """The body cannot be opened; the argument is the code of the check."""

FRAME = {"v": str, "act": str, "case": str, "ledger": str, "ledger_genesis": str, "nonce": str, "parties": list,
         "tool": dict, "_sd_alg": str}
OF_THE_CASE = ["scope", "scope_n", "scope_prev_body_sha256"]
RESERVED = ("_sd", "_sd_alg", "...")

def require(holds, code):
    if not holds:
        raise Refused(code)

def has_reserved(value):
    if isinstance(value, dict):
        return any(name in RESERVED for name in value) or any(map(has_reserved, value.values()))
    return isinstance(value, list) and any(map(has_reserved, value))

def read_disclosure(text):
    try:
        parts = parse(from_base64url(text))
        good = isinstance(parts, list) and len(parts) in (2, 3) and all(isinstance(p, str) for p in parts[:-1])
        require(good and len(from_base64url(parts[0])) >= 16, "disclosure.form")
    except (Malformed, ValueError):
        raise Refused("disclosure.form") from None
    return parts

class Opened:
    """A body with its exhibits, as far as the disclosures open them."""

    def __init__(self, data, texts):
        try:
            self.body = body = parse(data)
        except Malformed:
            raise Refused("body.form") from None
        require(isinstance(body, dict) and all(isinstance(body.get(n), kind) for n, kind in FRAME.items()), "body.form")
        require(is_base64url(body["nonce"], 16), "body.form")
        for party in body["parties"]:
            require(isinstance(party, dict) and is_hex(party.get("cert_sha256"), 64), "body.form")
        scope = [body.get(name) for name in OF_THE_CASE]
        require("scope" not in body or [str, int, str] == list(map(type, scope)), "body.form")
        require(body["v"] == "holdfast-body/1" and body["_sd_alg"] == "sha-256", "body.version")
        exhibits = body.get("exhibits")
        require(isinstance(exhibits, list), "body.exhibits")
        require(not has_reserved([v for n, v in body.items() if n != "exhibits"]), "body.reserved")
        self.clock = clock_of(body.get("time"))
        self.exhibits, self.hidden_exhibits, self.hidden_members = [], 0, 0
        self.disclosures, self.seen = {}, set()
        for text in texts:
            parts, digest = read_disclosure(text), to_base64url(sha256(text.encode()))
            require(digest not in self.disclosures, "disclosure.twice")
            require(parts[0] not in [other[0] for other in self.disclosures.values()], "disclosure.salt")
            self.disclosures[digest] = parts
        for element in exhibits:
            require(isinstance(element, dict) and list(element) == ["..."], "body.exhibits")
            parts = self.take(element["..."], 2)
            if parts is None:
                self.hidden_exhibits += 1
            else:
                self.read_statement(parts[1])
        require(set(self.disclosures) <= self.seen, "disclosure.referenced")

    def take(self, digest, wanted):
        require(is_base64url(digest, 32), "body.digest")
        require(digest not in self.seen, "disclosure.digest_twice")
        self.seen.add(digest)
        parts = self.disclosures.get(digest)
        require(parts is None or len(parts) == wanted, "disclosure.kind")
        return parts

    def read_statement(self, value):
        require(isinstance(value, dict), "body.form")
        statement = dict(value)
        hidden = statement.pop("_sd", [])
        require(not has_reserved(statement), "body.reserved")
        uid, n, before = (statement.pop(name, None) for name in ("uid", "n", "prev_body_sha256"))
        require(isinstance(uid, str) and is_int(n) and isinstance(before, str) and isinstance(hidden, list), "body.form")
        require(is_hex(uid, 32) and uid != CASE_UID, "exhibit.uid")
        require(n >= 1, "exhibit.n")
        opened = {}
        for before_it, digest in zip([""] + hidden, hidden):
            require(isinstance(digest, str) and before_it <= digest, "body.digest")
            parts = self.take(digest, 3)
            if parts is None:
                self.hidden_members += 1
                continue
            require(parts[1] not in value and parts[1] not in opened and parts[1] not in RESERVED, "disclosure.collision")
            require(not has_reserved(parts[2]), "body.reserved")
            opened[parts[1]] = parts[2]
        require(uid not in [other[0] for other in self.exhibits], "exhibit.twice")
        self.exhibits.append((uid, n, before, statement, opened))

_opened = {}

def cached_opened(data, texts):
    key = sha256(data, *(sha256(text.encode("latin-1")) for text in texts))
    if len(_opened) > 2000:
        _opened.clear()
    if key not in _opened:
        try:
            _opened[key] = Opened(data, texts)
        except Refused as refused:
            _opened[key] = refused
    if isinstance(_opened[key], Refused):
        raise Refused(*_opened[key].args)
    return _opened[key]

def utc_of(text):
    """Microseconds; nothing where the text is no time."""
    form = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3}|\d{6}))?Z\Z"
    match = re.match(form, text, re.ASCII) if isinstance(text, str) else None
    try:
        seconds = match and datetime.datetime.fromisoformat(match.group(1) + "+00:00")
    except ValueError:
        return None
    return match and int(seconds.timestamp()) * 1000000 + int((match.group(2) or "0").ljust(6, "0"))

def clock_of(stated):
    """The time that a body states: microseconds, boot, milliseconds since."""
    stated = stated if isinstance(stated, dict) else {}
    claimed, boot, mono = utc_of(stated.get("utc")), stated.get("boot"), stated.get("mono_ms")
    good = isinstance(boot, str) and boot and isinstance(mono, str) and re.match(r"[0-9]{1,18}\Z", mono, re.ASCII)
    require(claimed is not None and good, "time.form")
    return claimed, boot, int(mono)

class Verifier:
    """One pass over one ledger; `failed` and `impossible` hold codes."""

    def __init__(self, content, trust, acts):
        self.content, self.trust, self.acts = content, trust, acts
        self.failed, self.impossible, self.not_covered = set(content.faults), set(), set()
        self.hashes, self.slots, self.links = [], {}, {}
        self.case = self.ledger = self.log_key = self.last_state = None
        self.admitted, self.state_known, self.last_clock, self.withheld = set(), True, None, False

    def check(self, holds, code):
        if not holds:
            self.failed.add(code)
        return bool(holds)

    def verdict(self):
        if self.failed:
            return "DAMAGED"
        if self.impossible or self.not_covered:
            return "NOT PROVEN"
        return "VERIFIED IN PART" if self.withheld else "VERIFIED"

    def run(self):
        self.check(self.content.entries, "tree.size")
        for number, entry in enumerate(self.content.entries):
            leaf = self.read_leaf(number, entry)
            if entry.body is not None:
                self.read_body(number, entry, leaf)
            elif self.check(not self.content.whole and number > 0, "body.present"):
                self.withheld = True
            else:
                self.state_known = False
            self.hashes.append(leaf_hash(entry.leaf))
            self.last_state = leaf["state"] if leaf else self.last_state
        self.read_checkpoint()
        if not self.content.whole:
            self.read_slots()
        return self.verdict()

    def read_leaf(self, number, entry):
        try:
            leaf = cached(parse, entry.leaf)
        except Malformed:
            leaf = None
        good = isinstance(leaf, dict) and set(leaf) == {"body_sha256", "prev", "seq", "sigs_sha256", "state", "v"}
        good = good and leaf["v"] == "holdfast-leaf/1" and is_int(leaf["seq"]) and leaf["seq"] >= 0
        good = good and all(is_hex(leaf[name], 64) for name in ("body_sha256", "prev", "sigs_sha256", "state"))
        if not self.check(good, "leaf.form"):
            return None
        self.check(leaf["seq"] == number, "leaf.seq")
        self.check(leaf["prev"] == (self.hashes[-1].hex() if self.hashes else ZEROS), "leaf.prev")
        return leaf

    def read_body(self, number, entry, leaf):
        self.check(leaf and leaf["body_sha256"] == sha256(entry.body).hex(), "leaf.body")
        try:
            opened = cached_opened(entry.body, entry.disclosures)
        except Refused as refused:
            self.check(False, refused.args[0])
            self.state_known = False
            return
        body = opened.body
        self.withheld |= bool(opened.hidden_exhibits or opened.hidden_members)
        if body["act"] in ACTS_NOT_COVERED:
            self.not_covered.add(body["act"])
        self.check((body["act"] == "genesis") == (number == 0), "genesis.first")
        if number == 0:
            self.read_genesis(body)
        named = self.case, self.ledger, self.hashes[0].hex() if number else ZEROS
        self.check((body["case"], body["ledger"], body["ledger_genesis"]) == named, "body.ledger")
        act = self.acts.get(body["act"])
        self.check(act and self.follows_table(act, opened), "act.table")
        claimed, boot, mono = opened.clock
        self.read_clock(boot, mono)
        covered = leaf and leaf["sigs_sha256"] == sha256(*map(sha256, entry.signatures)).hex()
        if self.check(covered and len(entry.signatures) == len(body["parties"]) > 0, "leaf.signatures"):
            for data, party in zip(entry.signatures, body["parties"]):
                self.read_signature(data, party, entry.body, claimed)
        if body["act"] == "key.add":
            self.admit(body)
        self.read_links(act, opened, leaf)

    def follows_table(self, act, opened):
        body, parties = opened.body, opened.body["parties"]
        own = set(body) - set(FRAME) - {"time", "exhibits"} - (set(OF_THE_CASE) if act.whole_case else set())
        good = set(act.required) <= own <= set(act.clear) and (not act.whole_case or body.get("scope") == "all")
        good = good and {"none": not body["exhibits"], "one or more": body["exhibits"], "any number": True}[act.exhibits]
        for _, _, _, statement, hidden in opened.exhibits:
            good = good and set(act.required_in_statement) <= set(statement) <= set(act.statement)
            good = good and set(hidden) <= set(act.hidden)
        roles = [party.get("role") for party in parties]
        good = good and roles[:len(act.roles)] == act.roles and set(roles[len(act.roles):]) <= {act.further} - {None}
        good = good and all(set(p) == {"cert_sha256", "kind", "role"} and p["kind"] == "person" for p in parties)
        return good and len({party["cert_sha256"] for party in parties}) == len(parties)

    def read_genesis(self, body):
        self.case, self.ledger = body["case"], body["ledger"]
        self.admitted = {party["cert_sha256"] for party in body["parties"]}
        try:
            self.log_key = parse_vkey(body.get("log_key"))
            self.check(self.log_key[0] == self.ledger, "genesis.log_key")
        except (Malformed, ValueError, TypeError):
            self.check(False, "genesis.log_key")

    def admit(self, body):
        try:
            digest = sha256(from_base64(body["certificate"])).hex()
        except (ValueError, KeyError, TypeError):
            digest = None
        if self.check(digest and digest == body.get("cert_sha256"), "act.table"):
            self.admitted.add(digest)

    def read_signature(self, data, party, body, claimed):
        try:
            signature, good = cached(signature_of, data)
        except Malformed:
            self.check(False, "signature.profile")
            return
        certificate = signature.certificate
        self.check(good and signature.digest == sha256(body), "signature.value")
        self.check(certificate.sha256 == party["cert_sha256"], "signature.party")
        self.check(certificate.sha256 in self.admitted, "signature.known")
        self.check(signature.time + 1 >= claimed // 1000000, "time.order")
        outcome, *chain = self.trust.judge(certificate, self.content.certificates)
        if outcome == "untrusted":
            self.impossible.add("signature.chain")
        elif self.check(outcome == "trusted", "signature.chain"):
            seconds = claimed // 1000000
            good = all(c.not_before <= seconds and claimed <= c.not_after * 1000000 for c in chain[0])
            self.check(good, "signature.validity")
            if not all(NOW <= c.not_after for c in chain[0]):  # and no token or witness is covered here
                self.impossible.add("signature.validity")

    def read_clock(self, boot, mono):
        if self.last_clock and self.last_clock[0] == boot:
            self.check(mono >= self.last_clock[1], "time.monotonic")
        self.last_clock = boot, mono

    def read_links(self, act, opened, leaf):
        body, digest = opened.body, leaf["body_sha256"] if leaf else ""
        if "scope" in body:
            n, before = self.links.get(CASE_UID, (0, ZEROS))
            self.check((body["scope_n"], body["scope_prev_body_sha256"]) == (n + 1, before), "scope.chain")
            self.check((not self.hashes) == (body["scope_n"] == 1), "exhibit.registered")
            self.step(CASE_UID, body["scope_n"], digest)
        for uid, n, before, _, _ in opened.exhibits:
            last, last_body = self.links.get(uid, (0, ZEROS))
            self.check(n == last + 1, "exhibit.n")
            self.check(before == last_body, "exhibit.prev")
            registers = body["act"] in ("exhibit.add", "exhibit.continue")
            either = body["act"] == "handover.accept" or act is None
            self.check(either or registers == (n == 1), "exhibit.registered")
            self.step(uid, n, digest)
        if opened.hidden_exhibits:
            self.state_known = False
        if self.content.whole and not self.state_known:
            self.impossible.add("leaf.state")
        elif self.content.whole:
            slots = [{"head_body_sha256": head, "n": count, "uid": uid} for uid, (count, head) in self.slots.items()]
            hashes = [leaf_hash(canonical(slot)) for slot in slots] or [leaf_hash(b"")]
            while len(hashes) & (len(hashes) - 1):
                hashes.append(leaf_hash(b""))
            self.check(leaf and root_of(hashes).hex() == leaf["state"], "leaf.state")

    def step(self, uid, n, digest):
        self.links[uid] = n, digest
        self.slots[uid] = self.slots.get(uid, (0, ""))[0] + 1, digest

    def read_checkpoint(self):
        try:
            text, signatures, (origin, size, root) = parse_note(self.content.checkpoint)
        except (Malformed, ValueError):
            self.check(False, "note.form")
            return
        self.check(origin == self.ledger, "note.form")
        if self.log_key:
            name, key_id, key = self.log_key
            own = [value for *who, value in signatures if who == [name, key_id]]
            self.check(own and all(ed25519_verify(key, text.encode(), value) for value in own), "note.signature")
        count = len(self.hashes)
        if count == size + 1 and self.content.whole:
            self.impossible.add("tree.size")
        else:
            self.check(count == size, "tree.size")
        if count >= size:
            self.check(root_of(self.hashes[:size]) == root, "tree.root")

    def read_slots(self):
        proven = {CASE_UID: False, **{uid: False for uid in self.links}}
        for slot in self.content.slots:
            leaf = leaf_hash(canonical({name: slot[name] for name in ("head_body_sha256", "n", "uid")}))
            path, state = [bytes.fromhex(step) for step in slot["path"]], bytes.fromhex(self.last_state or "")
            good = slot["slots"] & (slot["slots"] - 1) == 0 and check_inclusion(slot["index"], slot["slots"], leaf, path, state)
            last = self.links.get(slot["uid"]) == (slot["n"], slot["head_body_sha256"])
            proven[slot["uid"]] = self.check(good and last, "state.slot")
        self.check(all(proven.values()), "state.slot")

# ---- Where a ledger lies ---------------------------------------------------------------------------------------------

def read_file(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()

def ledger_from_folder(folder):
    def rows(name, query, *values):
        database = sqlite3.connect("file:%s?immutable=1" % os.path.join(folder, name), uri=True)
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()

    entries = []
    for seq, leaf, body in rows("ledger.db", "SELECT seq, leaf, body FROM entries ORDER BY seq"):
        signatures = rows("ledger.db", "SELECT der FROM signatures WHERE seq=? ORDER BY party", seq)
        query = "SELECT text FROM disclosures WHERE body_sha256=? ORDER BY ordinal"
        texts = rows("disclosures.db", query, sha256(body).hex())
        entries.append(Entry(leaf, body, [der for der, in signatures], [text for text, in texts]))
    checkpoint = os.path.join(folder, "checkpoint")
    has_issuers = rows("ledger.db", "SELECT 1 FROM sqlite_master WHERE name='issuers'")
    issuers = [der for der, in rows("ledger.db", "SELECT der FROM issuers")] if has_issuers else []
    return Content(read_file(checkpoint) if os.path.exists(checkpoint) else b"", entries, issuers)

def slot_of(name, data):
    slot = parse(data)
    if not isinstance(slot, dict) or set(slot) != {"uid", "n", "head_body_sha256", "index", "slots", "path"}:
        raise Malformed("no slot")
    if not isinstance(slot["path"], list):
        raise Malformed("no slot")
    numbers, digests = [slot["n"], slot["index"], slot["slots"]], [slot["head_body_sha256"]] + slot["path"]
    if not all(is_int(n) and n >= 0 for n in numbers) or not all(is_hex(d, 64) for d in digests):
        raise Malformed("no slot")
    if name != "state/%s.json" % ("case" if slot["uid"] == CASE_UID else slot["uid"]):
        raise Malformed("another slot")
    return slot

def tiles_of(entries):
    tiles = {}
    for first in range(0, len(entries), 256):
        leaves = [entry.leaf for entry in entries[first:first + 256]]
        number = first // 256
        name = "%03d" % (number % 1000)
        while number >= 1000:
            number //= 1000
            name = "x%03d/" % (number % 1000) + name
        name += "" if len(leaves) == 256 else ".p/%d" % len(leaves)
        tiles["tile/entries/" + name] = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
        tiles["tile/0/" + name] = b"".join(map(leaf_hash, leaves))
    return tiles

def ledger_from_edition(files):
    files, entries, certificates, slots, faults = dict(files), [], [], [], set()
    checkpoint = files.pop("checkpoint", b"")
    while "leaves/%06d.json" % len(entries) in files:
        number = "%06d" % len(entries)
        leaf, body, signatures, texts = files.pop("leaves/%s.json" % number), files.pop("bodies/%s.json" % number, None), [], []
        while body is not None and "signatures/%s.%d.p7s" % (number, len(signatures)) in files:
            signatures.append(files.pop("signatures/%s.%d.p7s" % (number, len(signatures))))
        if body is not None:
            *texts, rest = files.pop("disclosures/%s.txt" % number, b"").decode("latin-1").split("\n")
            faults |= {"custody.file"} if rest else set()
        entries.append(Entry(leaf, body, signatures, texts))
    tiles = tiles_of(entries)
    for name, data in files.items():
        try:
            if name.startswith("tile/"):
                faults |= set() if tiles.get(name) == data else {"custody.tiles"}
            elif name.startswith("state/"):
                slots.append(slot_of(name, data))
            elif name.startswith("certificates/"):
                certificates.append(certificate_from_pem(name, data))
            elif name != "log.vkey" or log_key_line(entries) not in (None, data):
                faults.add("custody.file")
        except (Malformed, ValueError, IndexError, TypeError):
            faults.add("custody.file")
    return Content(checkpoint, entries, certificates, slots, False, faults)

def log_key_line(entries):
    """What log.vkey holds: the newest key that a body names; nothing where a body cannot be read."""
    key = ""
    try:
        for body in [parse(entry.body) for entry in entries if entry.body is not None]:
            if isinstance(body, dict) and body.get("act") in ("genesis", "log.replace"):
                key = body.get("log_key") if isinstance(body.get("log_key"), str) else ""
    except Malformed:
        return None
    return (key + "\n").encode() if entries and entries[0].body is not None else None

def certificate_from_pem(name, data):
    certificate = Certificate(from_base64(b"".join(data.split(b"\n")[1:-2])))
    text = base64.b64encode(certificate.der).decode()
    lines = ["-----BEGIN CERTIFICATE-----"] + [text[i:i + 64] for i in range(0, len(text), 64)] + ["-----END CERTIFICATE-----", ""]
    if "\n".join(lines).encode() != data or name != "certificates/%s.pem" % certificate.sha256:
        raise Malformed("no certificate in its one form, or another")
    return certificate.der

def main(arguments):
    anchors = []
    while arguments[:1] == ["--trust"]:
        anchors += re.findall(rb"-----BEGIN CERTIFICATE-----\s([^-]*)-----END", read_file(arguments[1]))
        arguments = arguments[2:]
    if len(arguments) != 1:
        sys.exit(__doc__)
    folder, files = arguments[0], {}
    if os.path.exists(os.path.join(folder, "ledger.db")):
        content = ledger_from_folder(folder)
    else:
        for here, _, names in os.walk(folder):
            for name in names:
                files[os.path.relpath(os.path.join(here, name), folder)] = read_file(here, name)
        content = ledger_from_edition(files)
    verifier = Verifier(content, Trust([base64.b64decode(a) for a in anchors]), read_acts(read_file(PAGES, "events.md").decode()))
    print(verifier.run())
    for words, codes in (("failed", verifier.failed), ("not possible", verifier.impossible), ("not covered", verifier.not_covered)):
        if codes:
            print(words + ": " + " ".join(sorted(codes)))
    return {"VERIFIED": 0, "VERIFIED IN PART": 0, "NOT PROVEN": 2, "DAMAGED": 1}[verifier.verdict()]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
