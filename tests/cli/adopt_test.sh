#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What somebody else made is registered where it lies, verified and parsed: a folder, an E01, a split raw image; a change
# to it afterwards is found; `get` takes a file out of it under the name of its digest; nothing is overwritten.
. "$(dirname "$0")/lib.sh" "$@"
need zstd python3
make_samples evidence
new_case
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
add_exhibit T-A-0002; add_exhibit T-A-0003

mkdir folder && tar -xf "$work/evidence/phone-1-ffs.tar" -C folder --no-same-owner 2>/dev/null
hf 0 acquire --adopt folder --exhibit T-A-0001 --quiet >/dev/null
hf "0 3" parse T-A-0001 --quiet >/dev/null
segment_lines T-A-0001 | python3 "$source_root/samples/compare_with_key.py" "$work/evidence/answer-key.jsonl" phone-1 - /data >compared.txt ||
  { cat compared.txt >&2; fail "the folder differs from the answer key"; }

hf 0 acquire "$work/evidence/phone-2.img" --exhibit T-A-0002 --quiet >/dev/null
cp exhibits/T-A-0002/a1/*.E01 "$work/theirs.E01"
hf 0 acquire --adopt "$work/theirs.E01" --exhibit T-A-0003 >said.txt
grep -q 'read back: equal' said.txt || fail "the E01 was not compared with what it states"
split -b 8000000 -d -a 3 --numeric-suffixes=1 "$work/evidence/phone-2.img" "$work/split."
hf 0 acquire --adopt "$work/split.001" --exhibit T-A-0003 >said.txt
[ "$(grep sha256 said.txt | awk '{print $2}')" = "$(sha256sum <"$work/evidence/phone-2.img" | cut -d' ' -f1)" ] ||
  fail "the split image has another digest than what was split"
hf "0 3" parse T-A-0003 --quiet >/dev/null

locator=$(holdfast show files --json | python3 -c '
import json, sys
for row in map(json.loads, sys.stdin):
    line = json.loads(row["line"])
    if row["exhibit"] == "T-A-0002": print(line["path"])
' | head -1)
[ -n "$locator" ] || { hf "0 3" parse T-A-0002 --quiet >/dev/null; locator=p2:/user_de/0/com.android.providers.telephony/databases/mmssms.db; }
file=$(holdfast get "$locator" --exhibit T-A-0002 --to out)
[ "$(basename "$file")" = "$(sha256sum <"$file" | cut -d' ' -f1)" ] || fail "a file of the evidence is not named by its digest"
hf 4 get "$locator" --exhibit T-A-0002 --to out >/dev/null 2>&1

hf 0 verify . --trust "$trust" >/dev/null
hf 0 exhibit check T-A-0001 >/dev/null 2>&1
echo changed >>"$(find folder -name '*.txt' | head -1)"
hf 3 exhibit check T-A-0001 >/dev/null 2>&1
hf 1 verify . --trust "$trust" >verified.txt
grep -q 'image.file' verified.txt || fail "the verdict does not name the changed file"
