#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same image parsed with one and with two workers gives the same lines.
. "$(dirname "$0")/lib.sh" "$@"
make_samples evidence
new_case
hf 0 acquire "$work/evidence/phone-1.img" --exhibit T-A-0001 --quiet >/dev/null
digest() { hf "0 3" parse T-A-0001 --workers "$1" --json | python3 -c '
import json, sys
print([line["lines_sha256"] for line in map(json.loads, sys.stdin) if line.get("event") == "segment"][0])'; }
one=$(digest 1)
two=$(digest 2)
[ "$one" = "$two" ] || fail "one worker gives $one, two give $two"
[ "$(ls exhibits/T-A-0001/segments/*.keys | wc -l)" = 1 ] || fail "the same lines made a second segment"
