# SPDX-License-Identifier: Apache-2.0
"""guess.py BUNDLE LINES: tries to get the withheld texts and numbers of an edition back.

It knows everything that the recipient knows (the bundle with all leaves, all proofs, the keys of every record that is
released whole) and is even told the true value of each withheld member: if any digest in the bundle covers such a value
with a salt that the recipient can know, or with none, it finds that. LINES are the lines of the whole segment. Ends with 1
where something is recovered, and with 2 where the check itself does not work.
"""

import base64
import hashlib
import json
import pathlib
import re
import struct
import sys


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(data):
    return hashlib.sha256(data).digest()


def field_commitment(salt, name, value):
    return sha256(b"\0" + salt + canonical([name, value]).encode())


def tree_root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + tree_root(leaves[:half]) + tree_root(leaves[half:]))


def salts_of(key):
    return [sha256(b"\2" + key + struct.pack(">I", index))[:16] for index in range(64)]


def digests_in(bundle):
    """Everything in the bundle that could be a digest, as bytes, whole and by its first 10 and 16 bytes."""
    pool = set()
    for path in bundle.rglob("*"):
        if not path.is_file():
            continue
        data = path.read_bytes()
        for token in re.findall(rb"[0-9a-fA-F]{20,128}", data):
            if len(token) % 2 == 0:
                pool.add(bytes.fromhex(token.decode()))
        for token in re.findall(rb"[A-Za-z0-9+/_-]{22,88}", data):
            text = token.replace(b"-", b"+").replace(b"_", b"/")
            pool.add(base64.b64decode(text + b"=" * (-len(text) % 4)) if len(text) % 4 != 1 else b"")
        for token in re.findall(rb"[a-z2-7]{16,52}", data):
            pool.add(base64.b32decode(token.upper() + b"=" * (-len(token) % 8)) if len(token) % 8 in (0, 2, 4, 5, 7) else b"")
        if "tile" in path.parts:
            pool.update(data[at : at + 32] for at in range(0, len(data) - 31, 32))
    pool.discard(b"")
    return pool


def proof_record(proof, line, pool):
    """True where the record's commitment follows from its proof and stands in the bundle."""
    members = dict(line)
    if "key" in proof:
        return True
    leaves = [
        bytes.fromhex(field["commitment"])
        if "commitment" in field
        else field_commitment(base64.b64decode(field["salt"]), field["name"], members[field["name"]])
        for field in proof["fields"]
    ]
    return sha256(b"\0" + struct.pack(">I", len(leaves)) + tree_root(leaves)) in pool


def forms(value):
    """The bytes under which a value might have been hashed."""
    yield canonical(value).encode()
    texts = [value] if isinstance(value, str) else [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    for text in texts:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.lower().encode()
        digits = re.sub(r"\D", "", text)
        if len(digits) >= 6:
            yield digits.encode()
            yield b"+" + digits.encode()


def guesses(name, value, salts):
    for data in forms(value):
        for algorithm in ("md5", "sha1", "sha256", "sha512"):
            yield hashlib.new(algorithm, data).digest()
        yield sha256(b"\0" + data)
        for salt in salts:
            yield sha256(b"\0" + salt + data)
            yield sha256(salt + data)
    pair = canonical([name, value]).encode()
    yield sha256(pair)
    yield sha256(b"\0" + pair)
    for salt in salts:
        yield sha256(b"\0" + salt + pair)


def read_lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def main(bundle, whole_lines):
    bundle = pathlib.Path(bundle)
    whole = {line["id"]: line for line in read_lines(whole_lines)}
    released = read_lines(bundle / "data/export/records.jsonl")
    proofs = read_lines(bundle / "data/disclosure/proofs.jsonl")
    pool = digests_in(bundle)
    salts = set()
    for proof in proofs:
        if "key" in proof:
            salts.update(salts_of(base64.b64decode(proof["key"])))
        else:
            salts.update(base64.b64decode(field["salt"]) for field in proof["fields"] if "salt" in field)
    redacted = [(proof, line) for proof, line in zip(proofs, released) if "fields" in proof]
    if not redacted or not all(proof_record(proof, line, pool) for proof, line in redacted):
        print("the check does not work: a redacted record does not follow from its proof")
        return 2
    shown = {canonical(value) for line in released for value in line.values()}
    recovered, tried = 0, 0
    for line in released:
        for name, value in whole[line["id"]].items():
            if name in line or canonical(value) in shown or isinstance(value, bool):
                continue
            tried += 1
            hits = [guess.hex() for guess in guesses(name, value, salts) if guess in pool or guess[:16] in pool or guess[:10] in pool]
            if hits:
                recovered += 1
                print(f"{line['type']}.{name}: a digest in the bundle gives it away")
    withheld = [line for line in whole.values() if line["id"] not in {record["id"] for record in released}]
    print(f"{tried} withheld values and {len(withheld)} withheld records, {len(salts)} known salts, {len(pool)} digests: {recovered} recovered")
    return 1 if recovered or tried < 20 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
