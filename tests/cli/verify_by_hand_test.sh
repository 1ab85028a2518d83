#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The commands of docs/verify-by-hand.md, as they stand on the page: over a genuine bundle every one succeeds, and over altered
# copies they stop in the part that must see it.
. "$(dirname "$0")/lib.sh" "$@"
need zstd openssl xxd awk base64 python3 mke2fs mkntfs make-ntfs-and-leveldb
bash "$source_root/samples/demo.sh" "$programs" "$work/demo" >demo.txt 2>&1 || { tail -40 demo.txt >&2; fail "the demo stopped"; }
genuine=$work/demo/partner/LC-2026_ed1 L=data/custody/A
export TRUST=$work/demo/partner/trust/sign.cert.pem
export KEPT=$work/kept PROOF=$work/proof LEAF=$L/leaves/000005.json BODY=$work/anchor.json TSA=$work/tsa.pem

# Each heading of the page as a line that is printed before its commands run.
awk '/^## /{ print "echo \"== " substr($0, 4) "\"" } /^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' \
  "$source_root/docs/verify-by-hand.md" >page.sh
[ "$(grep -c '^echo "== ' page.sh)" -ge 13 ] || fail "the page has fewer parts than it had"
grep -v '^== ' page.sh | grep -oE '\b(python3?|perl|holdfast|jq)\b' && fail "the page needs a program that it does not name"
# The same without the lists of files: what an attacker who makes them anew is up against.
awk '/^echo "== The files"/ { skip = 1 } /^echo "== The checkpoint"/ { skip = 0 } !skip' page.sh >ledger.sh

# What the page takes from elsewhere: an earlier checkpoint, a proof of one leaf, a token over this checkpoint.
python3 -B - "$source_root" "$genuine/$L" <<'END'
import base64, os, pathlib, sys
sys.path.insert(0, os.path.join(sys.argv[1], "tests/second"))
import verify as v
folder = pathlib.Path(sys.argv[2])
note = (folder / "checkpoint").read_bytes()
hashes = [v.leaf_hash(leaf.read_bytes()) for leaf in sorted((folder / "leaves").iterdir())]
origin = note.split(b"\n")[0].decode()

def path(index, part):
    if len(part) == 1:
        return []
    half = 1 << ((len(part) - 1).bit_length() - 1)
    if index < half:
        return path(index, part[:half]) + [v.root_of(part[half:])]
    return path(index - half, part[half:]) + [v.root_of(part[:half])]

def write(name, data):
    with open(name, "wb") as out:
        out.write(data)

write("kept", ("%s\n7\n%s\n" % (origin, base64.b64encode(v.root_of(hashes[:7])).decode())).encode())
steps = "".join(base64.b64encode(step).decode() + "\n" for step in path(5, hashes))
write("proof", b"c2sp.org/tlog-proof@v1\nindex 5\n" + steps.encode() + b"\n" + note)
END

cat >tsa.cnf <<'END'
[tsa]
default_tsa = here
[here]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[ext]
extendedKeyUsage = critical,timeStamping
END
echo 01 >serial
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.pem -days 30 -subj '/CN=Time' \
  -config <(printf '[req]\ndistinguished_name=dn\n[dn]\n'; cat tsa.cnf) -extensions ext 2>/dev/null
stamp() {  # the bytes that are stamped -> the body of an anchor
  openssl ts -query -data "$1" -sha256 -cert -out query 2>/dev/null
  openssl ts -reply -queryfile query -signer tsa.pem -inkey tsa.key -config tsa.cnf -token_out -out token 2>/dev/null
  printf '{"checkpoint":"%s","token":"%s"}' "$(base64 -w0 "$2")" "$(base64 -w0 token)" >"$3"
}
stamp "$genuine/$L/checkpoint" "$genuine/$L/checkpoint" anchor.json

# The message of which the text is withheld: fields of several kinds, and words that are not ASCII.
N=$(grep -n '"text"' "$genuine/data/disclosure/redactions.jsonl" | head -1 | sed 's/.*"citation":"\([^"]*\)".*/\1/')
N=$(grep -nF "\"citation\":\"$N\"" "$genuine/data/disclosure/proofs.jsonl" | cut -d: -f1)
export N

# Runs a script in a folder; the heading of the part in which it stopped, or nothing where it came to its end.
stopped_in() {
  if (cd "$2" && bash -e "$work/$1") >said.txt 2>&1; then return; fi
  grep '^== ' said.txt | tail -1 | cut -c4-
}

part=$(stopped_in page.sh "$genuine")
[ -z "$part" ] || { tail -5 said.txt >&2; fail "a genuine bundle: stopped in \"$part\""; }
[ "$(grep -c '^ok: ' said.txt)" -ge 60 ] || fail "fewer commands ran than stand on the page"
grep -q '^ok: the same history' said.txt && grep -q '^ok: leaf 5 is under' said.txt && grep -q '^ok: the stamped' said.txt || fail "a part was passed over"
message=$N
for N in 1 2; do
  part=$(stopped_in ledger.sh "$genuine")
  [ -z "$part" ] || { tail -5 said.txt >&2; fail "record $N of a genuine bundle: stopped in \"$part\""; }
done

altered=0
# tampered SCRIPT PART WHAT COMMAND: a copy that the command alters; the page must stop in that part.
tampered() {
  rm -rf copy
  cp -r "$genuine" copy
  (cd copy && eval "$4") || fail "$3: nothing was altered"
  ! diff -rq "$genuine" copy >/dev/null || fail "$3: the copy is as it was"
  part=$(stopped_in "$1" copy)
  [ "$part" = "$2" ] || { tail -5 said.txt >&2; fail "$3: stopped in \"$part\", expected \"$2\""; }
  altered=$((altered + 1))
}
flip() {  # file: the lowest bit of the byte in its middle
  python3 - "$1" <<'END'
import sys
with open(sys.argv[1], "r+b") as file:
    data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    file.seek(0)
    file.write(data)
END
}
N=$message
last=$(ls "$genuine/$L/leaves" | tail -1)
last=${last%.json}
tampered page.sh "The files" "one bit of the report" 'flip data/report/index.html'
tampered page.sh "The files" "a file more" 'echo x >data/report/more.html'
tampered page.sh "The files" "a list made anew" 'flip data/report/index.html
  (grep -v " data/report/index.html" manifest-sha256.txt; sha256sum data/report/index.html) | LC_ALL=C sort -k2 >m && mv m manifest-sha256.txt
  for list in tagmanifest-sha256.txt; do cut -c67- $list | xargs sha256sum >t && mv t $list; done'
tampered ledger.sh "The checkpoint" "another size" "sed -i '2s/.*/7/' $L/checkpoint"
tampered ledger.sh "The checkpoint" "another key in the first entry" "sed -i 's/\(\"log_key\":\"[^\"]*\)....\"/\1AAAA\"/' $L/bodies/000000.json"
tampered ledger.sh "The checkpoint" "another ledger's name" "sed -i 's/LC-2026/LC-2027/g' $L/checkpoint"
tampered ledger.sh "All leaves under it" "one bit of a leaf" "flip $L/leaves/000003.json"
tampered ledger.sh "All leaves under it" "a leaf is gone" "rm $L/leaves/$last.json"
tampered ledger.sh "All leaves under it" "two leaves in the other order" "mv $L/leaves/000003.json x && mv $L/leaves/000004.json $L/leaves/000003.json && mv x $L/leaves/000004.json"
tampered ledger.sh "Bodies and signatures" "a body" "sed -i 's/police.example/police.Example/' $L/bodies/000001.json"
tampered ledger.sh "Bodies and signatures" "the signature of another entry" "cp $L/signatures/000001.0.p7s $L/signatures/$last.0.p7s"
tampered ledger.sh "Bodies and signatures" "a signature more" "cp $L/signatures/000001.0.p7s $L/signatures/000001.1.p7s"
tampered ledger.sh "Disclosures" "a disclosure of another entry" "cat $L/disclosures/000001.txt >>$L/disclosures/$last.txt"
tampered ledger.sh "Disclosures" "the value behind a digest" "sed -i 's/.\$/A/; s/^WyJ/WyK/' $L/disclosures/000001.txt"
tampered ledger.sh "The last act on an exhibit" "the last entry is left out" "rm $L/bodies/$last.json $L/signatures/$last.0.p7s $L/disclosures/$last.txt"
tampered ledger.sh "The last act on an exhibit" "a slot with one act less" "sed -i 's/\"n\":6/\"n\":5/' $L/state/????????????????????????????????.json"
tampered ledger.sh "What was disclosed" "a file was exchanged and listed" "sed -i '/report.index/s/^..../0000/' manifest-sha256.txt"
tampered ledger.sh "A redacted record" "a word of the record" "sed -i '${N}s/\"app\":\"/\"app\":\"x/' data/export/records.jsonl"
tampered ledger.sh "A redacted record" "a commitment" "sed -i '${N}s/\"commitment\":\"..../\"commitment\":\"0000/' data/disclosure/proofs.jsonl"
tampered ledger.sh "A redacted record" "a salt" "sed -i '${N}s/\"salt\":\"..../\"salt\":\"AAAA/' data/disclosure/proofs.jsonl"
tampered ledger.sh "A redacted record" "a line of the tree of records" "sed -i '3s/^..../0000/' data/disclosure/record-tree-1.txt"

# What the page takes from elsewhere, altered.
elsewhere() {  # part, what
  part=$(stopped_in ledger.sh "$genuine")
  [ "$part" = "$1" ] || { tail -5 said.txt >&2; fail "$2: stopped in \"$part\", expected \"$1\""; }
  altered=$((altered + 1))
}
sed '3s/^..../AAAA/' kept >other-kept
KEPT=$work/other-kept elsewhere "An earlier checkpoint" "a checkpoint of another history"
sed '4s/^..../AAAA/' proof >other-proof
PROOF=$work/other-proof elsewhere "One leaf without the others" "another step of the path"
sed '$!b' proof | awk 'NR != 3' >short-proof
PROOF=$work/short-proof elsewhere "One leaf without the others" "a path that is a step too short"
LEAF=$L/leaves/000006.json elsewhere "One leaf without the others" "the proof of another leaf"
stamp demo.txt "$genuine/$L/checkpoint" other-anchor.json
BODY=$work/other-anchor.json elsewhere "Time stamps" "a token over other bytes"
stamp other-kept other-kept other-anchor.json
BODY=$work/other-anchor.json elsewhere "Time stamps" "a token over another history"
TSA=$TRUST elsewhere "Time stamps" "a time authority that is not yours"
echo "every command of the page over a genuine bundle; $altered alterations were seen where they must be"
