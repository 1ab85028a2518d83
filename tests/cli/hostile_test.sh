#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Broken and misleading inputs: a clear anomaly or error each, exit code 3 or 4, and the rest is parsed all the same.
. "$(dirname "$0")/lib.sh" "$@"
need zstd
make_samples evidence
new_case

# input, a code that must be among the anomalies, messages of the healthy part
number=1
while read -r input code messages; do
  number=$((number + 1))
  label=T-A-000$number
  add_exhibit "$label"
  hf "0 3" acquire --adopt "$work/evidence/hostile/$input" --exhibit "$label" --quiet >/dev/null
  hf "3 4" parse "$label" --quiet >/dev/null
  segment_lines "$label" | python3 -c '
import json, sys
print("\n".join(json.loads(line)["code"] for line in sys.stdin if json.loads(line)["type"] == "anomaly"))' >codes.txt
  grep -qxE "$code" codes.txt || { cat codes.txt >&2; fail "$input: no anomaly $code"; }
  found=$(segment_lines "$label" | count_records message)
  [ "$found" -ge "$messages" ] || fail "$input: $found messages, at least $messages are healthy"
  echo "$input: $(sort codes.txt | uniq -c | tr -s ' \n' ' '), $found messages"
done <<'EOF'
escaping-name.img name_with_slash 3
views.tar view_in_place_of_table 3
endless-view.tar view_in_place_of_table 3
truncated.tar sqlite_corrupt|database_truncated|not_a_database 3
foreign-wal.tar wal_of_other_database|wal_older 3
broken-partition-table.img partition_table_unreadable|partition_table_broken|file_system_unknown 0
partition-past-end.img partition_past_end|partition_overlaps|partition_truncated 3
EOF
# A member of an archive whose name leads up.
python3 - <<'END'
import io, tarfile
with tarfile.open("up.tar", "w") as archive:
    member = tarfile.TarInfo("data/../../../../x")
    member.size = 5
    archive.addfile(member, io.BytesIO(b"hello"))
END
add_exhibit T-C-0001
hf "0 3" acquire --adopt up.tar --exhibit T-C-0001 --quiet >/dev/null
hf 3 parse T-C-0001 --quiet >/dev/null
segment_lines T-C-0001 | grep -q '"code":"name_leads_up"' || fail "nothing says that a member's name leads up"
[ -z "$(find "$top" -name x)" ] || fail "a name in the evidence became a path"

# An unfinished image must not read as zeros.
add_exhibit T-B-0001
head -c 3000000 /dev/urandom >disk.raw
truncate -s 3000320 disk.raw
hf 0 acquire disk.raw --exhibit T-B-0001 --quiet >/dev/null
head -c 1500000 exhibits/T-B-0001/a1/T-B-0001_a1.E01 >"$work/cut.E01"
add_exhibit T-B-0002
hf "3 4" acquire --adopt "$work/cut.E01" --exhibit T-B-0002 --quiet >/dev/null 2>said.txt
hf "1 3 4" verify "$work/cut.E01" >>said.txt 2>&1
grep -q 'unfinished\|missing\|cut' said.txt || { cat said.txt >&2; fail "nothing says that the image is unfinished"; }
