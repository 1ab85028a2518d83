#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demo runs to its end; whoever holds its edition recovers nothing of what is withheld, even when told what to look
# for; the bundle can be verified where it cannot be written; and the README shows what the demo prints.
. "$(dirname "$0")/lib.sh" "$@"
need zstd openssl python3 mke2fs mkntfs make-ntfs-and-leveldb
bash "$source_root/samples/demo.sh" "$programs" "$work/demo" >demo.txt 2>errors.txt || { tail -40 demo.txt errors.txt >&2; fail "the demo stopped"; }
"$source_root/docs/make-transcript.sh" --check demo.txt || fail "the README's transcript"
grep -q '^VERIFIED IN PART' demo.txt || fail "the partner's verdict is not VERIFIED IN PART"
grep -q '^FAILED.*data/export/records.jsonl' demo.txt || fail "the verdict on the damaged copy does not name the damaged file"
zstd -qdc demo/examiner/LC-2026/exhibits/LC-A-0001/segments/*.jsonl.zst >lines.jsonl
python3 "$source_root/tests/cli/guess.py" demo/partner/LC-2026_ed1 lines.jsonl || fail "something withheld can be guessed"

before=$(cd demo/partner && find . -exec stat -c '%n %s %y %z' {} + | sort | sha256sum)
hf 0 verify demo/partner/LC-2026_ed1 --trust demo/partner/trust >/dev/null
[ "$before" = "$(cd demo/partner && find . -exec stat -c '%n %s %y %z' {} + | sort | sha256sum)" ] || fail "verify wrote something"

# The link that opens the report leads to a page, and no page asks for anything outside the bundle.
[ -f demo/partner/LC-2026_ed1/00-START-HERE.html ] || fail "there is nothing to open"
! grep -rhoE '(src|href)="[a-z]+:' demo/partner/LC-2026_ed1 --include='*.html' || fail "a page refers to something outside"
