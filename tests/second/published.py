#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Vectors that others published, through the second verifier: RFC 6962 proofs, RFC 8785 texts, a small ledger, Wycheproof and
CCTV signatures. They lie beside the checkout: published.py FOLDER. Exit code 77 where they are not there."""
import base64
import json
import os
import pathlib
import sys

import make
import signatures as s
import verify as v

wrong = []
counts = {}


def judge(kind, name, holds):
    counts[kind] = counts.get(kind, 0) + 1
    if not holds:
        wrong.append("%s: %s" % (kind, name))


def load(*path):
    with open(os.path.join(*path), "rb") as file:
        return json.loads(file.read())


def files_below(folder):
    return sorted(os.path.join(here, name) for here, _, names in os.walk(folder) for name in names)


def digest(text):
    """A hash; where a vector does not care for a root, it gives a few words instead, and their digest stands for them."""
    data = base64.b64decode(text or "")
    return v.sha256(data) if len(data) == 12 else data


def check_inclusion(index, size, leaf, path, root):
    return all(len(h) == 32 for h in [leaf, *path]) and v.attempt(v.root_by_path, index, size, leaf, path) == root


def check_consistency(first, second, first_root, second_root, path):
    """Whether a proof leads from one root to another: what docs/verification.md calls tree.consistency, and verify.py does not judge."""
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
            old, new = v.node_hash(step, old), v.node_hash(step, new)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = v.node_hash(new, step)
        index, last = index >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def rfc6962(folder):
    for path in files_below(folder):
        if not path.endswith(".json"):
            continue
        vector = load(path)
        proof = [base64.b64decode(step) for step in vector.get("proof") or []]
        if os.sep + "inclusion" + os.sep in path:
            holds = check_inclusion(vector["leafIdx"], vector["treeSize"], base64.b64decode(vector["leafHash"] or ""), proof,
                                    base64.b64decode(vector["root"] or ""))
        else:
            holds = check_consistency(vector["size1"], vector["size2"], digest(vector["root1"]), digest(vector["root2"]), proof)
        judge("RFC 6962", path, holds != vector.get("wantErr", False))


def ecmascript(number):
    """A number as RFC 8785 §3.2.2.3 writes it; Python's repr has the same digits, and another form."""
    if isinstance(number, int) or number == int(number) and abs(number) < 1e21:
        return str(int(number))
    mantissa, _, exponent = repr(number).partition("e")
    if exponent and -7 < int(exponent) < 0:
        sign, digits = "-" * (number < 0), mantissa.replace(".", "").lstrip("-")
        return sign + "0." + "0" * (-int(exponent) - 1) + digits
    if not exponent:
        return mantissa
    return mantissa.removesuffix(".0") + "e" + ("+" if int(exponent) > 0 else "") + str(int(exponent))


def jcs(value):
    """RFC 8785 in full, of which the profile is a part."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(jcs(name) + ":" + jcs(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return ecmascript(value)
    return json.dumps(value, ensure_ascii=False)


def rfc8785(folder):
    for path in files_below(os.path.join(folder, "input")):
        name = os.path.basename(path)
        output = pathlib.Path(folder, "output", name).read_bytes()
        judge("RFC 8785", name, jcs(load(path)).encode() == output)
        try:
            v.parse(output)  # what the profile takes, it takes as it is
            accepted = True
        except v.Malformed:
            accepted = False

        judge("RFC 8785, the profile", name, not accepted or in_profile(load(path)))


def in_profile(value):
    """Whether names and numbers of a value are the profile's, told in another way than the verifier does it."""
    if isinstance(value, dict):
        return all(name and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_") for name in value) and all(map(in_profile, value.values()))
    if isinstance(value, list):
        return all(map(in_profile, value))
    return not isinstance(value, float)


def golden(path):
    ledger = load(path)
    leaf, first, second = (base64.b64decode(ledger[name]) for name in ("leaf4", "r3", "r7"))
    leaves = [b'{"seq":%d}' % number for number in range(7)]
    roots = {size: v.root_of([v.leaf_hash(one) for one in leaves[:size]]) for size in (3, 7)}
    judge("golden ledger", "leaf 4", leaves[4] == leaf)
    judge("golden ledger", "roots", (roots[3], roots[7]) == (first, second))
    judge("golden ledger", "inclusion", check_inclusion(4, 7, v.leaf_hash(leaf), [base64.b64decode(x) for x in ledger["incl"]], second))
    judge("golden ledger", "consistency", check_consistency(3, 7, first, second, [base64.b64decode(x) for x in ledger["cons"]]))
    name, _, key = v.parse_vkey(ledger["lv"])
    judge("golden ledger", "key", name == ledger["ln"] and len(key) == 32)


def ecdsa(path):
    for group in load(path)["testGroups"]:
        key = bytes.fromhex(group["publicKeyDer"])
        for test in group["tests"]:
            good = s.openssl_verifies(key, s.sha256(bytes.fromhex(test["msg"])), bytes.fromhex(test["sig"]))
            judge("Wycheproof ECDSA", test["tcId"], good == (test["result"] == "valid"))


def ed25519(path):
    for group in load(path)["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            good = s.ed25519_verify(key, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
            judge("Wycheproof Ed25519", test["tcId"], good == (test["result"] == "valid"))


def cctv(path):
    """Refused: keys of low order or not canonical, R not canonical, and what only holds with the cofactor."""
    refused = {"low_order_A", "non_canonical_A", "non_canonical_R", "low_order_residue"}
    for test in load(path):
        good = s.ed25519_verify(bytes.fromhex(test["key"]), test["msg"].encode(), bytes.fromhex(test["sig"]))
        judge("CCTV Ed25519", test["number"], good == (not refused & set(test["flags"] or [])))


def own_arithmetic():
    """Published examples: RFC 8032 §7.1 test 2, RFC 6979 §A.2.5 (P-256, SHA-256, "sample")."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    judge("RFC 8032", "test 2", s.ed25519_verify(key, b"\x72", signature) and not s.ed25519_verify(key, b"\x73", signature))
    secret = make.EcKey("any")
    secret.secret = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    r, value = make.numbers_of(secret.sign(b"sample"))
    judge("RFC 6979", "sample", r == 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
          and value == 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8)


def few_lines():
    """Whoever checks the verifier by reading it must be able to: docs/vectors.md promises at most 700 lines."""
    files = [module.__file__ for module in (v, s)]
    judge("size", "700 lines", sum(len(open(file, encoding="utf-8").readlines()) for file in files) <= 700)


def main(folder):
    few_lines()
    own_arithmetic()
    if not os.path.isdir(folder):
        print("skipped: the published vectors are not in " + folder)
        return 1 if wrong else 77
    rfc6962(os.path.join(folder, "rfc6962", "testdata"))
    rfc8785(os.path.join(folder, "jcs", "testdata"))
    golden(os.path.join(folder, "golden-ledger.json"))
    ecdsa(os.path.join(folder, "wycheproof", "ecdsa_secp256r1_sha256_test.json"))
    ed25519(os.path.join(folder, "wycheproof", "ed25519_test.json"))
    cctv(os.path.join(folder, "cctv-ed25519", "ed25519vectors.json"))
    print("\n".join(wrong))
    print(", ".join("%s: %d" % item for item in counts.items()) + "; %d are judged otherwise" % len(wrong))
    known = {"RFC 6962": 196, "RFC 8785": 6, "golden ledger": 5, "Wycheproof ECDSA": 484, "Wycheproof Ed25519": 151, "CCTV Ed25519": 914}
    missing = [kind for kind, count in known.items() if counts.get(kind) != count]
    if missing:
        print("not all vectors were there: " + ", ".join(missing))
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
