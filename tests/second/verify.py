#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A second verifier of ledgers, written from docs/ledger-format.md, docs/events.md and docs/verification.md alone.

    verify.py [--trust FILE.pem]... FOLDER

FOLDER is a ledger (with ledger.db) or the folder data/custody/<station>/ of an edition. Prints the verdict and the
codes of the checks that failed or were not possible, as docs/verification.md names them; which of them it does not make
stands in ask.py. Nothing but Python's standard library, and the `openssl` program (signatures.py beside this file).
"""
import base64
import collections
import contextlib
import datetime
import functools
import json
import pathlib
import re
import sqlite3
import sys

from signatures import Malformed, Signature, attempt, certificates_in, ed25519_key, ed25519_verify, judge, require, sha256

# Acts whose own rules (beyond members and parties) this program does not know: it says so where one occurs.
ACTS_NOT_COVERED = set("key.retire key.revoke log.replace crl.add anchor witness handover.offer handover.accept handover.receipt authority.add"
    " restrict unrestrict handover.withdraw exhibit.continue erase close seal unseal pack unpack locate isolate access live return destroy receive copy copy.destroy session.open session.close".split())
NOW = datetime.datetime.now().timestamp()
ZEROS, CASE_UID = "0" * 64, "0" * 32
ON_PAPER, IN_SESSION = ("releasing", "receiving", "witness"), ("acquire.begin", "acquire.end", "extract", "verify")
EVENTS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "events.md"

# ---- JSON: RFC 8785 with less freedom; base64 -----------------------------------------------------------------------
NAME = re.compile(r"(?:[a-z0-9_]{1,40}|\.\.\.)\Z")
FORBIDDEN = re.compile("[\0\ufdd0-\ufdef%s]" % "".join(chr(plane << 16 | n) for plane in range(17) for n in (0xFFFE, 0xFFFF)))

def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")

def is_allowed(value, depth=0):
    if isinstance(value, str):
        return not FORBIDDEN.search(value)
    if isinstance(value, dict):
        return all(map(NAME.match, value)) and is_allowed(list(value.values()), depth)
    if isinstance(value, list):
        return depth < 8 and all(is_allowed(item, depth + 1) for item in value)
    return value is None or isinstance(value, int) and abs(value) < 2**53

def parse(data):
    """The value that the bytes are the one form of: what stands twice, elsewhere or otherwise would be written in other bytes."""
    require(len(data) <= 256 * 1024, "too large")
    value = json.loads(data.decode())
    require(canonical(value) == data and is_allowed(value), "not canonical")
    return value

def is_hex(value, length):
    return isinstance(value, str) and len(value) == length and re.match(r"[0-9a-f]*\Z", value) is not None

def from_base64(text):
    data = base64.b64decode(text)
    require(base64.b64encode(data).decode() == text, "another form of base64")
    return data

def to_base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def from_base64url(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    require(to_base64url(data) == text, "another form of base64url")
    return data

# ---- Merkle trees: RFC 6962 -----------------------------------------------------------------------------------------
def leaf_hash(leaf):
    return sha256(b"\0", leaf)

def node_hash(left, right):
    return sha256(b"\1", left, right)

def root_of(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))

def root_by_path(index, size, leaf, path):
    """The root to which a proof of inclusion leads."""
    require(index < size and (size > 1) == (len(path) > 0), "no such proof")
    if size == 1:
        return leaf
    *below, beside = path
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        return node_hash(root_by_path(index, split, leaf, below), beside)
    return node_hash(beside, root_by_path(index - split, size - split, leaf, below))

# ---- Notes: C2SP signed-note, Ed25519 -------------------------------------------------------------------------------
NOTE = re.compile("(([!-*,-~]+)\n(0|[1-9][0-9]{0,19})\n([A-Za-z0-9+/]{43}=)\n)\n((?:\u2014 [!-*,-~]+ \\S+\n){1,64})\\Z")

def parse_vkey(text):
    """(name, key id, key) of a verifier key."""
    match = require(re.match(r"([!-*,-~]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\Z", text), "no verifier key")
    name, data = match[1], from_base64(match[3])
    key_id = sha256(name.encode(), b"\n", data)[:4]
    require(data[:1] == b"\1" and key_id.hex() == match[2] and ed25519_key(data[1:]), "an unsound key")
    return name, key_id, data[1:]

def parse_note(data):
    """(text, [(name, signature with its key id)], origin, size, root) of a checkpoint."""
    match = NOTE.match(data.decode())
    require(match and len(data) <= 64 * 1024 and int(match[3]) < 2**64, "no checkpoint")
    signatures = [(name, from_base64(value)) for name, value in re.findall("\u2014 (\\S+) (\\S+)\n", match[5])]
    require(all(len(value) >= 5 for _, value in signatures), "no signature")
    return match[1], signatures, match[2], int(match[3]), from_base64(match[4])

# ---- The acts: read from the page that fixes them -------------------------------------------------------------------
Act = collections.namedtuple("Act", "whole_case exhibits clear statement hidden roles further required required_in_statement")

def names_in(cell):
    return re.findall(r"`([^`]+)`", re.sub(r"\((?:[^()]|\([^()]*\))*\)", "", cell))

def read_acts(page):
    """Each act has a row in the first table of the page, and one in the second. What stands in brackets is no name."""
    rows = collections.defaultdict(list)
    for line in re.findall(r"^\| (`.*) \|$", page, re.MULTILINE):
        rows[names_in(line)[0]] += line.split(" | ")
    acts = {}
    for name, (first, clear, statement, hidden, _, parties, exhibits, *required) in rows.items():
        lists = [clear, statement, hidden, *parties.partition(", then any number of ")[::2], *required]
        acts[name] = Act("(all)" in first, exhibits, *map(names_in, lists))
    return acts

# ---- The ledger -----------------------------------------------------------------------------------------------------
Entry = collections.namedtuple("Entry", "leaf body signatures disclosures")
Content = collections.namedtuple("Content", "checkpoint entries issuers slots whole faults")
LEAF = re.compile('{"body_sha256":"(?P<body>#)","prev":"(?P<prev>#)","seq":(?P<seq>0|[1-9][0-9]{0,15}),'
                  '"sigs_sha256":"(?P<signatures>#)","state":"(?P<state>#)","v":"holdfast-leaf/1"}\\Z'.replace("#", "[0-9a-f]{64}"))
FRAME = {"v": str, "act": str, "case": str, "ledger": str, "ledger_genesis": str, "nonce": str, "parties": list,
         "tool": dict, "_sd_alg": str}
OF_THE_CASE = {"scope": str, "scope_n": int, "scope_prev_body_sha256": str}
RESERVED = ("_sd", "_sd_alg", "...")

def has_reserved(value):
    if isinstance(value, dict):
        return any(name in RESERVED for name in value) or has_reserved(list(value.values()))
    return isinstance(value, list) and any(map(has_reserved, value))

def read_disclosure(text):
    parts = parse(from_base64url(text))
    require(isinstance(parts, list) and len(parts) in (2, 3) and all(isinstance(p, str) for p in parts[:-1]), "another form")
    require(len(from_base64url(parts[0])) >= 16, "a short salt")
    return parts

def clock_of(stated):
    """The time that a body states: microseconds, boot, milliseconds since."""
    utc, boot, mono = stated["utc"], stated["boot"], stated["mono_ms"]
    match = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{3}|\d{6}))?Z\Z", utc, re.ASCII)
    require(match and isinstance(boot, str) and boot and re.match(r"[0-9]{1,18}\Z", mono, re.ASCII), "no time")
    seconds = datetime.datetime.fromisoformat(match[1] + "+00:00").timestamp()
    return int(seconds) * 1000000 + int((match[2] or "0").ljust(6, "0")), boot, int(mono)

@functools.lru_cache(2000)
class Opened:
    """A body with its exhibits, as far as the disclosures open them."""

    def __init__(self, data, texts):
        self.body = body = attempt(parse, data)
        require(isinstance(body, dict) and all(isinstance(body.get(n), kind) for n, kind in FRAME.items()), "body.form")
        require(len(attempt(from_base64url, body["nonce"]) or b"") == 16, "body.form")
        require(all(isinstance(p, dict) and is_hex(p.get("cert_sha256", p.get("slip_sha256")), 64) for p in body["parties"]), "body.form")
        require("scope" not in body or all(type(body.get(n)) is kind for n, kind in OF_THE_CASE.items()), "body.form")
        require(body["v"] == "holdfast-body/1" and body["_sd_alg"] == "sha-256", "body.version")
        require(isinstance(body.get("exhibits"), list), "body.exhibits")
        require(not has_reserved([v for n, v in body.items() if n != "exhibits"]), "body.reserved")
        self.clock = require(attempt(clock_of, body.get("time")), "time.form")
        self.exhibits, self.withheld, self.disclosures, self.seen = [], set(), {}, set()
        self.signing = [party for party in body["parties"] if party.get("kind") != "paper"]
        for text in texts:
            parts, digest = require(attempt(read_disclosure, text), "disclosure.form"), to_base64url(sha256(text.encode()))
            require(digest not in self.disclosures, "disclosure.twice")
            require(parts[0] not in [other[0] for other in self.disclosures.values()], "disclosure.salt")
            self.disclosures[digest] = parts
        for element in body["exhibits"]:
            require(isinstance(element, dict) and list(element) == ["..."], "body.exhibits")
            for _, value in self.take(element["..."], 2):
                self.read_statement(value)
        require(set(self.disclosures) <= self.seen, "disclosure.referenced")

    def take(self, digest, wanted):
        """What the digest stands for, once; nothing where it is withheld."""
        require(len(attempt(from_base64url, digest) or b"") == 32, "body.digest")
        require(digest not in self.seen, "disclosure.digest_twice")
        self.seen.add(digest)
        if digest not in self.disclosures:
            self.withheld.add(wanted)
            return []
        require(len(self.disclosures[digest]) == wanted, "disclosure.kind")
        return [self.disclosures[digest]]

    def read_statement(self, value):
        require(isinstance(value, dict), "body.form")
        statement, opened = dict(value), {}
        hidden = statement.pop("_sd", [])
        require(not has_reserved(statement), "body.reserved")
        uid, n, before = (statement.pop(name, None) for name in ("uid", "n", "prev_body_sha256"))
        require(isinstance(uid, str) and type(n) is int and isinstance(before, str) and isinstance(hidden, list), "body.form")
        require(is_hex(uid, 32) and uid != CASE_UID, "exhibit.uid")
        require(n >= 1, "exhibit.n")
        for before_it, digest in zip([""] + hidden, hidden):
            require(isinstance(digest, str) and before_it <= digest, "body.digest")
            for _, name, member in self.take(digest, 3):
                require(name not in value and name not in opened and name not in RESERVED, "disclosure.collision")
                require(not has_reserved(member), "body.reserved")
                opened[name] = member
        require(uid not in [other[0] for other in self.exhibits], "exhibit.twice")
        self.exhibits.append((uid, n, before, statement, opened))

class Verifier:
    """One pass over one ledger; `failed` and `impossible` hold codes."""

    def __init__(self, content, anchors, acts):
        self.content, self.anchors, self.acts = content, tuple(anchors), acts
        self.failed, self.impossible, self.not_covered = set(content.faults), set(), set()
        self.hashes, self.slots, self.links = [], {}, {}
        self.case = self.ledger = self.log_key = self.last_state = None
        self.admitted, self.state_known, self.last_clock, self.withheld = set(), True, (None, 0), False

    def check(self, holds, code):
        if not holds:
            self.failed.add(code)
        return bool(holds)

    def verdict(self):
        if self.failed or self.impossible or self.not_covered:
            return "DAMAGED" if self.failed else "NOT PROVEN"
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
        leaf = LEAF.match(entry.leaf.decode("latin-1"))
        if not self.check(leaf and int(leaf["seq"]) < 2**53, "leaf.form"):
            return None
        self.check(int(leaf["seq"]) == number, "leaf.seq")
        self.check(leaf["prev"] == (self.hashes[-1].hex() if self.hashes else ZEROS), "leaf.prev")
        return leaf

    def read_body(self, number, entry, leaf):
        self.check(leaf and leaf["body"] == sha256(entry.body).hex(), "leaf.body")
        try:
            opened = Opened(entry.body, tuple(entry.disclosures))
        except Malformed as malformed:
            self.check(False, malformed.args[0])
            self.state_known = False
            return
        body, act = opened.body, self.acts.get(opened.body["act"])
        self.withheld |= bool(opened.withheld)
        self.not_covered |= {body["act"]} & ACTS_NOT_COVERED
        self.check((body["act"] == "genesis") == (number == 0), "genesis.first")
        if number == 0:
            self.read_genesis(body)
        named = self.case, self.ledger, self.hashes[0].hex() if number else ZEROS
        self.check((body["case"], body["ledger"], body["ledger_genesis"]) == named, "body.ledger")
        self.check(act and self.follows_table(act, opened), "act.table")
        claimed, boot, mono = opened.clock
        self.check(boot != self.last_clock[0] or mono >= self.last_clock[1], "time.monotonic")
        self.last_clock = boot, mono
        covered = leaf and leaf["signatures"] == sha256(*map(sha256, entry.signatures)).hex()
        if self.check(covered and len(entry.signatures) == len(opened.signing) > 0, "leaf.signatures"):
            for data, party in zip(entry.signatures, opened.signing):
                self.read_signature(data, party, entry.body, claimed)
        if body["act"] in ("key.add", "session.open"):
            certificate, of_session = attempt(from_base64, body.get("certificate")), body["act"] == "session.open"
            if self.check(certificate and sha256(certificate).hex() == body.get("cert_sha256"), ("act.table", "session.open")[of_session]):
                self.admitted.add((of_session, body["cert_sha256"]))
        self.read_links(act, opened, leaf["body"] if leaf else "")
        self.state_known = self.state_known and 2 not in opened.withheld
        if self.content.whole and not self.state_known:
            self.impossible.add("leaf.state")
        elif self.content.whole:
            self.check(leaf and leaf["state"] == self.state(), "leaf.state")

    def follows_table(self, act, opened):
        body, parties = opened.body, opened.body["parties"]
        own = set(body) - set(FRAME) - {"time", "exhibits"} - (set(OF_THE_CASE) if act.whole_case else set())
        good = set(act.required) <= own <= set(act.clear) and (not act.whole_case or body.get("scope") == "all")
        good = good and {"none": not body["exhibits"], "one or more": body["exhibits"], "any number": True}[act.exhibits]
        for _, _, _, statement, hidden in opened.exhibits:
            good = good and set(act.required_in_statement) <= set(statement) <= set(act.statement) and set(hidden) <= set(act.hidden)
        roles = [party.get("role") for party in parties]
        good = good and roles[:len(act.roles)] == act.roles and all(role in act.further for role in roles[len(act.roles):])
        good = good and opened.signing and all("cert_sha256" in p and p.get("kind") in ["person"] + ["session"] * (body["act"] in IN_SESSION) for p in opened.signing)
        good = good and all(len(p) == 3 and (p in opened.signing or "slip_sha256" in p and p.get("role") in ON_PAPER) for p in parties)
        return good and len({p.get("cert_sha256", p.get("slip_sha256")) for p in parties}) == len(parties)

    def read_genesis(self, body):
        self.case, self.ledger = body["case"], body["ledger"]
        self.admitted = {(False, party.get("cert_sha256")) for party in body["parties"]}
        self.log_key = attempt(parse_vkey, body.get("log_key"))
        self.check(self.log_key and self.log_key[0] == self.ledger, "genesis.log_key")

    def read_signature(self, data, party, body, claimed):
        signature = attempt(Signature, data)
        if not self.check(signature, "signature.profile"):
            return
        certificate, seconds = signature.certificate, claimed // 1000000
        self.check(signature.good and signature.digest == sha256(body), "signature.value")
        self.check(certificate.sha256 == party.get("cert_sha256"), "signature.party")
        self.check((party.get("kind") == "session", certificate.sha256) in self.admitted, "signature.known")
        self.check(signature.time + 1 >= seconds, "time.order")
        outcome, chain = judge(certificate, self.anchors, tuple(self.content.issuers))
        if outcome == "untrusted":
            self.impossible.add("signature.chain")
        elif self.check(outcome == "trusted", "signature.chain"):
            self.check(all(c.not_before <= seconds and claimed <= c.not_after * 1000000 for c in chain), "signature.validity")
            if not all(NOW <= c.not_after for c in chain):  # and no token or witness is covered here
                self.impossible.add("signature.validity")

    def read_links(self, act, opened, digest):
        body = opened.body
        links = [(CASE_UID, body["scope_n"], body["scope_prev_body_sha256"])] if "scope" in body else []
        for uid, n, before in links + [exhibit[:3] for exhibit in opened.exhibits]:
            last, last_body = self.links.get(uid, (0, ZEROS))
            of_case, continues = uid == CASE_UID, body["act"] == "handover.accept" or act is None
            self.check(n == last + 1, "scope.chain" if of_case else "exhibit.n")
            self.check(before == last_body, "scope.chain" if of_case else "exhibit.prev")
            begins = not self.hashes if of_case else body["act"] in ("exhibit.add", "exhibit.continue")
            self.check(begins == (n == 1) or continues and not of_case, "exhibit.registered")
            self.links[uid] = n, digest
            self.slots[uid] = self.slots.get(uid, (0, ""))[0] + 1, digest

    def state(self):
        hashes = [leaf_hash(canonical({"head_body_sha256": head, "n": n, "uid": uid})) for uid, (n, head) in self.slots.items()]
        while not hashes or len(hashes) & (len(hashes) - 1):
            hashes.append(leaf_hash(b""))
        return root_of(hashes).hex()

    def read_checkpoint(self):
        note = attempt(parse_note, self.content.checkpoint)
        if not self.check(note, "note.form"):
            return
        text, signatures, origin, size, root = note
        self.check(origin == self.ledger, "note.form")
        if self.log_key:
            own = [value[4:] for name, value in signatures if (name, value[:4]) == self.log_key[:2]]
            self.check(own and all(ed25519_verify(self.log_key[2], text.encode(), value) for value in own), "note.signature")
        count = len(self.hashes)
        if count == size + 1 and self.content.whole:
            self.impossible.add("tree.size")
        else:
            self.check(count == size, "tree.size")
        self.check(count < size or root_of(self.hashes[:size]) == root, "tree.root")

    def read_slots(self):
        proven = {uid: False for uid in [CASE_UID, *self.links]}
        for slot in self.content.slots:
            leaf = leaf_hash(canonical({name: slot[name] for name in ("head_body_sha256", "n", "uid")}))
            root = attempt(root_by_path, slot["index"], slot["slots"], leaf, [bytes.fromhex(step) for step in slot["path"]])
            good = root and root.hex() == self.last_state and slot["slots"] & (slot["slots"] - 1) == 0
            good = good and self.links.get(slot["uid"]) == (slot["n"], slot["head_body_sha256"])  # the last that is shown
            proven[slot["uid"]] = self.check(good, "state.slot")
        self.check(all(proven.values()), "state.slot")

# ---- Where a ledger lies ---------------------------------------------------------------------------------------------
def ledger_from_folder(folder):
    def rows(name, query, *values):
        with contextlib.closing(sqlite3.connect("file:%s/%s?immutable=1" % (folder, name), uri=True)) as database:
            return database.execute(query, values).fetchall()
    entries = []
    for seq, leaf, body in rows("ledger.db", "SELECT seq, leaf, body FROM entries ORDER BY seq"):
        signatures = rows("ledger.db", "SELECT der FROM signatures WHERE seq=? ORDER BY party", seq)
        texts = rows("disclosures.db", "SELECT text FROM disclosures WHERE body_sha256=? ORDER BY ordinal", sha256(body).hex())
        entries.append(Entry(leaf, body, [der for der, in signatures], [text for text, in texts]))
    has_issuers = rows("ledger.db", "SELECT 1 FROM sqlite_master WHERE name='issuers'")
    issuers = [der for der, in rows("ledger.db", "SELECT der FROM issuers")] if has_issuers else []
    checkpoint = pathlib.Path(folder, "checkpoint")
    return Content(checkpoint.read_bytes() if checkpoint.exists() else b"", entries, issuers, [], True, set())

def slot_of(name, data):
    slot = parse(data)
    require(set(slot) == {"uid", "n", "head_body_sha256", "index", "slots", "path"} and isinstance(slot["path"], list), "no slot")
    require(all(type(slot[n]) is int and slot[n] >= 0 for n in ("n", "index", "slots")), "no slot")
    require(all(is_hex(digest, 64) for digest in [slot["head_body_sha256"], *slot["path"]]), "no slot")
    require(name == "state/%s.json" % ("case" if slot["uid"] == CASE_UID else slot["uid"]), "another slot")
    return slot

def tiles_of(entries):
    tiles = {}
    for number in range((len(entries) + 255) // 256):
        leaves = [entry.leaf for entry in entries[number * 256:number * 256 + 256]]
        *high, low = (group.zfill(3) for group in f"{number:,}".split(","))
        name = "".join("x%s/" % group for group in high) + low + ("" if len(leaves) == 256 else ".p/%d" % len(leaves))
        tiles["tile/entries/" + name] = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)
        tiles["tile/0/" + name] = b"".join(map(leaf_hash, leaves))
    return tiles

def ledger_from_edition(files):
    files, entries, faults = dict(files), [], set()
    checkpoint = files.pop("checkpoint", b"")
    while "leaves/%06d.json" % len(entries) in files:
        number, signatures, texts = "%06d" % len(entries), [], []
        leaf, body = files.pop("leaves/%s.json" % number), files.pop("bodies/%s.json" % number, None)
        if body is not None:
            while "signatures/%s.%d.p7s" % (number, len(signatures)) in files:
                signatures.append(files.pop("signatures/%s.%d.p7s" % (number, len(signatures))))
            *texts, rest = files.pop("disclosures/%s.txt" % number, b"").decode("latin-1").split("\n")
            faults |= {"custody.file"} if rest else set()
        entries.append(Entry(leaf, body, signatures, texts))
    tiles, slots, issuers = tiles_of(entries), [], []
    for name, data in files.items():
        if name.startswith("tile/"):
            faults |= set() if tiles.get(name) == data else {"custody.tiles"}
        elif name.startswith("state/"):
            slots.append(attempt(slot_of, name, data))
        elif name.startswith("certificates/"):
            issuers.append(attempt(certificate_from_pem, name, data))
        elif name != "log.vkey" or attempt(log_key_line, entries) not in (None, data):
            faults.add("custody.file")
    faults |= {"custody.file"} if None in slots + issuers else set()
    return Content(checkpoint, entries, [*filter(None, issuers)], [*filter(None, slots)], False, faults)

def log_key_line(entries):
    """What log.vkey holds: the newest key that a body names; not known without the first body, or where one cannot be read."""
    require(entries[0].body is not None, "left out")
    bodies = [parse(entry.body) for entry in entries if entry.body is not None]
    keys = [b.get("log_key") for b in bodies if isinstance(b, dict) and b.get("act") in ("genesis", "log.replace")]
    return (keys[-1] + "\n").encode() if keys and isinstance(keys[-1], str) else b"\n"

def certificate_from_pem(name, data):
    (certificate,) = certificates_in(data)
    require(certificate.pem == data and name == "certificates/%s.pem" % certificate.sha256, "another form, or name")
    return certificate.der

def main(arguments):
    if len(arguments) % 2 == 0 or set(arguments[:-1:2]) - {"--trust"}:
        sys.exit(__doc__)
    anchors = [anchor.der for path in arguments[1:-1:2] for anchor in certificates_in(pathlib.Path(path).read_bytes())]
    folder = pathlib.Path(arguments[-1])
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    content = ledger_from_folder(folder) if "ledger.db" in files else ledger_from_edition(files)
    verifier = Verifier(content, anchors, read_acts(EVENTS.read_text("utf-8")))
    print(verifier.run())
    for words, codes in ("failed", verifier.failed), ("not possible", verifier.impossible), ("not covered", verifier.not_covered):
        if codes:
            print(words + ": " + " ".join(sorted(codes)))
    return {"VERIFIED": 0, "VERIFIED IN PART": 0, "NOT PROVEN": 2, "DAMAGED": 1}[verifier.verdict()]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
