#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes ledgers at random and asks both verifiers about each: they must give the same verdict, and fail the same checks.

    mutate.py SECOND_AGREE [COUNT [SEED]]     2000 ledgers, 100 000 with HOLDFAST_ALL_TESTS=1

A disagreement is printed with its number: mutate.py SECOND_AGREE --only NUMBER [SEED] makes that one ledger again. The same seed
gives the same ledgers on every machine.
"""
import base64
import collections
import copy
import json
import os
import random
import subprocess
import sys

import ask
import make
import verify as v
from make import DISK, PHONE, anna, boris, person, tlv
from signatures import Malformed, der

UNDER_WAY = 32  # questions that wait for our program while the second verifier thinks
VALUES = [None, True, False, 0, 1, -1, 2**53 - 1, "", "x", "0" * 64, "1" * 64, "0" * 32, PHONE, [], {}, [1], {"x": 1}, "all", "person", "session", "paper",
          "holdfast-body/1", "genesis", "verify", "key.add", "2026-11-21T12:00:00Z", {"...": "A" * 43}, "A" * 22, "A" * 43]
NAMES = ["x", "_sd", "...", "_sd_alg", "scope", "scope_n", "uid", "n", "serial", "label", "log_key", "act", "X", "", "cert_sha256", "slip_sha256", "officers"]


def chance(r, percent):
    return r.random() * 100 < percent


def flip(r, data):
    if not data:
        return b"x"
    data = bytearray(data)
    how, at = r.randrange(6), r.randrange(len(data))
    if how < 3:
        data[at] ^= 1 << r.randrange(8)
    elif how == 3:
        data[at] = r.randrange(256)
    elif how == 4:
        del data[at]
    else:
        data.insert(at, r.choice(b'0a"\\{}[]:, \n\0\xff'))
    return bytes(data)


def places(value, found=None):
    """Every object and array inside a JSON value, with itself."""
    found = [] if found is None else found
    if isinstance(value, (dict, list)):
        found.append(value)
        for item in value.values() if isinstance(value, dict) else value:
            places(item, found)
    return found


def change_json(r, value):
    """One change of a JSON value's content, in place."""
    target = r.choice(places(value))
    keys = list(target) if isinstance(target, dict) else list(range(len(target)))
    how = r.randrange(5)
    if how == 0 or not keys:
        if isinstance(target, dict):
            target[r.choice(NAMES)] = r.choice(VALUES)
        else:
            target.append(r.choice(VALUES))
        return
    key = r.choice(keys)
    old = target[key]
    if how == 1:
        del target[key]
    elif how == 2 and isinstance(old, str):
        target[key] = flip(r, old.encode()).decode("latin-1")
    elif how == 3 and isinstance(old, int) and not isinstance(old, bool):
        target[key] = old + r.choice([-1, 1, 5])
    elif how == 4 and isinstance(target, list):
        target.insert(r.randrange(len(keys) + 1), old)
    else:
        target[key] = r.choice(VALUES)


def change_json_text(r, data):
    """One change of the way a JSON text is written."""
    text = data.decode()
    at = r.choice([i for i, c in enumerate(text) if c in '{}[]:,"0123456789'])
    how = r.randrange(4)
    if how == 0:
        return (text[:at] + r.choice([" ", "\n", "\t", "\ufeff"]) + text[at:]).encode()
    if how == 1:
        return (text[:at] + r.choice([".0", "e0", "0", "-", ",", "\\u0061", "\\/", "\\ud800", "\0", "\uffff", "\x7f", "true", "[]"]) + text[at:]).encode()
    if how == 2:
        value = json.loads(text)
        if isinstance(value, dict):
            return json.dumps(dict(reversed(list(value.items()))), separators=(",", ":")).encode()
    return json.dumps(json.loads(text)).encode()


def change_der(r, data, depth=0):
    """One change of a node in a DER structure; lengths around it follow."""
    try:
        nodes = der(data)
    except Malformed:
        return flip(r, data)
    at = r.randrange(len(nodes))
    tag, content, whole, _ = nodes[at]
    if tag & 0x20 and content and depth < 12 and chance(r, 75):
        new = tlv(tag, change_der(r, content, depth + 1))
    else:
        new = r.choice([lambda: b"", lambda: whole + whole, lambda: tlv(tag ^ r.choice([1, 2, 0x20, 0x80]), content), lambda: tlv(tag, content + b"\0"),
                        lambda: tlv(tag, content[:-1]), lambda: tlv(tag, flip(r, content)), lambda: tlv(5), lambda: tlv(0x30, whole),
                        lambda: bytes([tag, 0x82]) + len(content).to_bytes(2, "big") + content, lambda: bytes([tag, 0x80]) + content + b"\0\0"])()
    parts = [node.whole for node in nodes[:at]] + [new] + [node.whole for node in nodes[at + 1:]]
    if chance(r, 10):
        r.shuffle(parts)
    return b"".join(parts)


# ---- What is changed -----------------------------------------------------------------------------------------------------

STEPS = [
    lambda m: m.genesis(),
    lambda m: m.add("exhibit.add", None, [(PHONE, {"label": "KK-A-0001", "kind": "phone"}, {}), (DISK, {"label": "KK-A-0002", "kind": "disk"}, {})]),
    lambda m: m.add("acquire.end", None, [(PHONE, {"acquisition": "a1", "outcome": "complete"}, {"sha256": "5" * 64, "md5": "6" * 32})]),
    lambda m: m.add("key.add", {"cert_sha256": boris().sha256, "certificate": base64.b64encode(boris().certificate).decode(), "subject": "Officer B"},
                    whole_case=True),
    lambda m: m.add("handover", {"purpose": "storage"}, [(PHONE, {"seal": "TE-1"}, {})], [anna(), boris()], ("releasing", "receiving")),
]
_begun = {}


def five(number=0, hooks=None, label=""):
    """Five entries: exhibits, an acquisition with hidden digests, another signer, a handover by two; entry `number` is made with hooks."""
    if (number, label) not in _begun:
        maker = make.Maker(None, label, [anna().certificate, boris().certificate])
        for step in STEPS[:number]:
            step(maker)
        _begun[number, label] = maker
    maker = copy.copy(_begun[number, label])
    maker.entries, maker.links, maker.hooks = list(maker.entries), dict(maker.links), {number: hooks or {}}
    for step in STEPS[number:]:
        step(maker)
    return maker


def copy_of(maker):
    other = make.Maker(anchors=maker.anchors)
    other.entries = []
    for entry in maker.entries:
        kept = make.Entry(entry.body, list(entry.signatures), list(entry.disclosures))
        kept.leaf = entry.leaf
        other.entries.append(kept)
    other.log, other.checkpoint = maker.log, maker.checkpoint
    return other


def structure(r, maker):
    entries, at = maker.entries, r.randrange(len(maker.entries))
    how = r.randrange(6)
    if how == 0:
        del entries[at]
    elif how == 1:
        entry = entries[at]
        copied = make.Entry(entry.body, list(entry.signatures), list(entry.disclosures))
        copied.leaf = entry.leaf
        entries.insert(r.randrange(len(entries) + 1), copied)
    elif how == 2:
        to = r.randrange(len(entries))
        entries[at], entries[to] = entries[to], entries[at]
    elif how == 3:
        del entries[at:]
    elif how == 4:
        entries[at] = copy_of(OTHER).entries[at % len(OTHER.entries)]
    else:
        entries.insert(at, entries.pop())


def one_part(r, maker):
    if not maker.entries:
        return
    entry = r.choice(maker.entries)
    how = r.randrange(8)
    if how == 0:
        entry.body = flip(r, entry.body)
    elif how == 1 and entry.signatures:
        i = r.randrange(len(entry.signatures))
        entry.signatures[i] = flip(r, entry.signatures[i])
    elif how == 2 and entry.signatures:
        i = r.randrange(len(entry.signatures))
        entry.signatures[i] = change_der(r, entry.signatures[i])
    elif how == 3:
        entry.signatures = r.choice([entry.signatures[:-1], entry.signatures * 2, entry.signatures[::-1], list(r.choice(maker.entries).signatures)])
    elif how == 4:
        entry.signatures = [r.choice([anna, boris, lambda: person("Stranger")])().sign(entry.body, make.NOON + r.randrange(-5, 600)) for _ in entry.signatures]
    elif how == 5:
        disclosures(r, maker, entry)
    elif how == 6:
        entry.leaf = flip(r, entry.leaf)
    else:
        maker.checkpoint = flip(r, maker.checkpoint)


def disclosures(r, maker, entry):
    texts = entry.disclosures
    if not texts:
        texts.append(r.choice(r.choice(maker.entries).disclosures or ["x"]))
        return
    at = r.randrange(len(texts))
    how = r.randrange(6)
    if how == 0:
        del texts[at]
    elif how == 1:
        texts.append(texts[at])
    elif how == 2:
        r.shuffle(texts)
    elif how == 3:
        texts[at] = flip(r, texts[at].encode()).decode("latin-1").replace("\n", "")
    elif how == 4:
        value = make.opened(texts[at])
        change_json(r, value)
        texts[at] = v.to_base64url(v.canonical(value))
    else:
        texts.append(r.choice(r.choice(maker.entries).disclosures or ["x"]))


def note(r, maker):
    root = v.root_of([v.leaf_hash(entry.leaf) for entry in maker.entries])
    size = r.choice([len(maker.entries), len(maker.entries) + r.choice([-2, -1, 1]), 0, "0%d" % len(maker.entries), 2**63])
    if isinstance(size, int) and 0 <= size <= len(maker.entries) and chance(r, 70):
        root = v.root_of([v.leaf_hash(entry.leaf) for entry in maker.entries[:size]])
    key = r.choice([maker.log, maker.log, make.LogKey("another")])
    text = "%s\n%s\n%s\n" % (r.choice([make.ORIGIN, make.ORIGIN, "other.example"]), size, base64.b64encode(root).decode())
    if chance(r, 20):
        text += r.choice(["more\n", "\n", "x", "\r\n"])
    lines = [key.line(text.encode())]
    if chance(r, 30):
        lines.append(r.choice([make.LogKey("another").line(text.encode(), "witness.example"), maker.log.line(b"other text\n"), b"\n", b"x\n", lines[0]]))
        r.shuffle(lines)
    maker.checkpoint = text.encode() + b"\n" + b"".join(lines)


def leaves(r, maker):
    number = r.randrange(len(maker.entries))
    entry = maker.entries[number]
    if chance(r, 70):
        value = json.loads(entry.leaf)
        change_json(r, value)
        entry.leaf = v.canonical(value)
    else:
        entry.leaf = change_json_text(r, entry.leaf)
    before = v.leaf_hash(entry.leaf).hex()
    for other in maker.entries[number + 1:]:
        other.leaf = v.canonical({**json.loads(other.leaf), "prev": before})
        before = v.leaf_hash(other.leaf).hex()
    maker.signed = None


def signed_anew(r):
    """A body or a statement changed before it is signed by those who should."""
    number = r.choice([0, 1, 2, 2, 3, 3, 4, 4, 4])
    place = r.choice(["body", "body", "statement", "bytes", "hidden", "texts"])

    def texts(all_texts, _):
        entry = make.Entry(b"", [], all_texts)
        disclosures(r, OTHER, entry)

    hooks = {"body": lambda body: change_json(r, body), "statement": lambda said: change_json(r, said), "hidden": lambda hidden: change_json(r, hidden),
             "bytes": lambda data: change_json_text(r, data), "texts": texts}
    return five(number, {place: hooks[place]})


def edition(r, files):
    names = sorted(files)
    name = r.choice(names)
    how = r.randrange(6)
    if how == 0:
        del files[name]
    elif how == 1:
        files[name] = flip(r, files[name])
    elif how == 2:
        files[r.choice(names)] = files[name]
    elif how == 3:
        files[r.choice(["x", "leaves/000009.json", "bodies/000002.json", "state/x.json", "tile/1/000", "certificates/x.pem", "signatures/000000.1.p7s"])] = files[name]
    elif how == 4:
        name = r.choice([n for n in names if n.startswith("state/")])
        slot = json.loads(files[name])
        change_json(r, slot)
        files[name] = v.canonical(slot)
    else:
        number = "/%06d" % r.randrange(5)
        for other in [n for n in names if number in n and not n.startswith("leaves/")]:
            del files[other]


KINDS = ["flip", "structure", "note", "leaf"] + ["part"] * 4 + ["signed"] * 6 + ["edition"] * 4 + ["two"] * 2


def mutated(r):
    """(what was done, kind, files, anchors)"""
    what = r.choice(KINDS)
    if what == "signed":
        try:
            maker = signed_anew(r)
            return what, "whole", maker.files(), maker.anchors
        except (AttributeError, TypeError, KeyError, IndexError, ValueError):
            what = "structure"  # the writer of this file cannot make an entry of what came out
    if what == "edition":
        files = dict(EDITIONS[r.randrange(len(EDITIONS))])
        edition(r, files)
        return what, "edition", files, SOUND.anchors
    maker = copy_of(SOUND)
    for step in range(1 + (what == "two")):
        {"structure": structure, "part": one_part, "note": note, "leaf": leaves}.get(what, one_part if step else structure)(r, maker)
        if what in ("structure", "part", "two") and chance(r, 60):
            maker.reseal()
    if what == "flip":
        one_part(r, maker)
    return what, "whole", maker.files(), maker.anchors


SOUND, OTHER = five(), five(label=" other")
EDITIONS = [SOUND.edition([PHONE]), SOUND.edition([PHONE, DISK]), SOUND.edition([DISK])]


def main(program, numbers, seed):
    ours, waiting, wrong = ask.Ours(program), collections.deque(), []
    tally, seen, digests = collections.Counter(), collections.Counter(), set()

    def settle():
        number, what, second = waiting.popleft()
        first = ours.answer()
        tally[first[0]] += 1
        seen.update(first[1])
        if not ask.agree(first, second):
            wrong.append("%d (%s): ours %s, the second %s" % (number, what, first, second))

    for number in numbers:
        r = random.Random("%d %d" % (seed, number))
        what, kind, files, anchors = mutated(r)
        ours.ask(kind, files, anchors)
        digests.add(v.sha256(*(v.sha256(name.encode(), data) for name, data in sorted(files.items()))))
        waiting.append((number, what, ask.second(kind, files, anchors)))
        if len(waiting) > UNDER_WAY:
            settle()
    while waiting:
        settle()
    ours.close()
    print("\n".join(wrong[:40]))
    print("seed %d: %d ledgers, %d of them different: %s" % (seed, sum(tally.values()), len(digests), ", ".join("%d %s" % (n, w) for w, n in sorted(tally.items()))))
    print("%d checks failed somewhere: %s" % (len(seen), " ".join(sorted(seen))))
    print("%d disagreements" % len(wrong))
    return 1 if wrong else 0


def in_parts(program, count, seed):
    """As many processes as there are processors, each with a part of the ledgers."""
    parts = os.cpu_count() or 1
    children = [subprocess.Popen([sys.executable, "-B", __file__, program, "--part", str(count), str(part), str(parts), str(seed)]) for part in range(parts)]
    return max([child.wait() for child in children])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[2:3] == ["--only"]:
        sys.exit(main(sys.argv[1], [int(sys.argv[3])], int((sys.argv[4:] or ["1"])[0])))
    if sys.argv[2:3] == ["--part"]:
        count, first, step, seed = map(int, sys.argv[3:7])
        sys.exit(main(sys.argv[1], range(first, count, step), seed))
    usual = "100000" if os.environ.get("HOLDFAST_ALL_TESTS") == "1" else "2000"
    sys.exit(in_parts(sys.argv[1], int((sys.argv[2:] or [usual])[0]), int((sys.argv[3:] or ["1"])[0])))
