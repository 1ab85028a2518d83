#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every item of the answer key comes out, once, and nothing else does, from the disk image and from the archive; each
# record can be walked back to its file; the evidence is as it was.
. "$(dirname "$0")/lib.sh" "$@"
need zstd
make_samples evidence
evidence_state() { (cd "$work/evidence" && find . -type f -exec stat -c '%n %s %y %z' {} + | sort && find . -type f -exec sha256sum {} + | sort); }
before=$(evidence_state)
new_case
add_exhibit T-A-0002; add_exhibit T-A-0003; add_exhibit T-A-0004; add_exhibit T-A-0005
hf 0 acquire "$work/evidence/phone-1.img" --exhibit T-A-0001 --quiet >/dev/null
hf "0 3" acquire --adopt "$work/evidence/phone-1-ffs.tar" --exhibit T-A-0002 --quiet >/dev/null
hf 0 acquire "$work/evidence/phone-2.img" --exhibit T-A-0003 --format raw --quiet >/dev/null
hf 0 acquire "$work/evidence/pc-1-disk-1.img" --exhibit T-A-0004 --quiet >/dev/null
hf "0 3" acquire --adopt "$work/evidence/pc-1-disk-2.img" --exhibit T-A-0005 --quiet >/dev/null
hf "0 3" parse --quiet >/dev/null

compare() {
  segment_lines "$1" | python3 "$source_root/samples/compare_with_key.py" "$work/evidence/answer-key.jsonl" "$2" - ${3:-} >compared.txt ||
    { cat compared.txt >&2; fail "$1 differs from the answer key of $2"; }
  tail -1 compared.txt
}
compare T-A-0001 phone-1
compare T-A-0002 phone-1 /data
compare T-A-0003 phone-2
compare T-A-0004 pc-1-disk-1
compare T-A-0005 pc-1-disk-2

# One record of every type and file, walked back.
for exhibit in T-A-0001 T-A-0002 T-A-0004; do
  segment_lines "$exhibit" | python3 -c '
import json, sys
seen = set()
for line in map(json.loads, sys.stdin):
    kind = (line["type"], line.get("source"))
    if line.get("source") and line["type"] not in ("count", "anomaly", "source") and kind not in seen:
        seen.add(kind)
        print(line["id"])' >ids.txt
  [ "$(wc -l <ids.txt)" -ge 3 ] || fail "$exhibit has too few kinds of records to walk back"
  while read -r id; do
    holdfast explain "$id" </dev/null >explained.txt || { cat explained.txt; fail "explain $id of $exhibit"; }
    grep -q 'read again from the evidence: equal' explained.txt || fail "explain $id did not read the file again"
  done <ids.txt
done

for word in 护照 โอน "hộ chiếu" Bullion; do
  [ -n "$(holdfast find "$word" --quiet)" ] || fail "find $word finds nothing"
done
[ "$before" = "$(evidence_state)" ] || fail "the evidence, its times or its folder changed"
hf 0 verify . --trust "$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem" >/dev/null
echo "all items of the key, once, and nothing else; evidence untouched"
