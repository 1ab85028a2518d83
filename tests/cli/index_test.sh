#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The index is never evidence: deleted, `parse` makes it anew from the segments. A segment whose run was cut off before its
# ledger entry is made and recorded by the next run.
. "$(dirname "$0")/lib.sh" "$@"
make_samples evidence
new_case
hf 0 acquire "$work/evidence/phone-2.img" --exhibit T-A-0001 --quiet >/dev/null
segments=exhibits/T-A-0001/segments

# What a run that was killed between segment and entry leaves: files that no entry names.
mkdir -p "$segments"
touch "$segments/$(printf '0%.0s' $(seq 64)).jsonl.zst" "$segments/$(printf '0%.0s' $(seq 64)).keys"
hf "0 3" parse --quiet >/dev/null
[ "$(ls "$segments" | wc -l)" = 2 ] || fail "files that no entry names are still there"
before=$(holdfast show messages)
[ "$(holdfast show messages --json | wc -l)" -ge 3 ] || fail "too few messages to compare"

rm records.db
hf 4 find x >/dev/null 2>&1
hf 0 parse --quiet >/dev/null
[ "$before" = "$(holdfast show messages)" ] || fail "the index made anew shows something else"
