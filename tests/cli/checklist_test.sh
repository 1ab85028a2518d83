#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A procedure's steps, done or skipped, are entries of their own; a checklist that was changed is another; the annex shows every
# step; what is no checklist makes no entry. The card of the first minute needs nothing.
. "$(dirname "$0")/lib.sh" "$@"
need python3 sha256sum

holdfast first-minutes >card.txt
[ "$(grep -c '^[1-7]\. ' card.txt)" = 7 ] || fail "the card: $(cat card.txt)"
! awk 'length > 80' card.txt | grep . || fail "a line of the card is too long to print"

new_case
lists=$source_root/checklists
entries() { holdfast ledger log --json | wc -l; }
for list in raid phone computer; do
  hf 3 checklist show "$lists/$list.json" >shown.txt 2>&1
  ! grep -q 'done' <(grep '^ .*- ' shown.txt) || fail "$list: something is done already"
done

before=$(entries)
hf 0 checklist done "$lists/phone.json" state isolate --exhibit T-A-0001 --reason 'bag 12' >said.txt 2>&1
[ "$(entries)" = $((before + 2)) ] || fail "two steps are not two entries"
hf 0 checklist skip "$lists/phone.json" sim --exhibit T-A-0001 --reason 'tray is bent' >/dev/null 2>&1
hf 0 checklist done "$lists/phone.json" power >/dev/null 2>&1
cmp "$lists/phone.json" "checklists/$(sha256sum <"$lists/phone.json" | cut -d' ' -f1).json" || fail "the file does not stay with the case"
hf 3 checklist show "$lists/phone.json" >shown.txt 2>shown.err
grep -q -- '- done for T-A-0001 (bag 12)' shown.txt || fail "what was done: $(cat shown.txt)"
grep -q -- '- skipped for T-A-0001 (tray is bent)' shown.txt || fail "what was skipped: $(cat shown.txt)"
grep -q '5 of 9 steps are open' shown.err || fail "what is open: $(cat shown.err)"

# Refused in two lines, and no entry.
before=$(entries)
refused() {
  hf "$@" >said.txt 2>&1
  [ "$(grep -c . said.txt)" = 2 ] || fail "$*: not two lines: $(cat said.txt)"
}
refused 2 checklist done "$lists/phone.json" no-such-step
refused 2 checklist done "$lists/phone.json"
refused 4 checklist done "$work/absent.json" state
printf '{"v":"holdfast-checklist/1","id":"x","title":"t","steps":[{"id":"1","text":"a"},{"id":"1","text":"b"}]}' >"$work/twice.json"
refused 4 checklist done "$work/twice.json" 1
printf '{"v":"holdfast-checklist/1","id":"../x","title":"t","steps":[{"id":"1","text":"a"}]}' >"$work/path.json"
refused 4 checklist done "$work/path.json" 1
printf 'no JSON' >"$work/none.json"
refused 4 checklist show "$work/none.json"
[ "$(entries)" = "$before" ] || fail "a refused step made an entry"

# One letter more is another checklist, of which nothing was done.
sed 's/A phone,/A telephone,/' "$lists/phone.json" >"$work/phone.json"
hf 3 checklist show "$work/phone.json" >shown.txt 2>shown.err
grep -q '9 of 9 steps are open' shown.err || fail "an altered checklist inherits: $(cat shown.err)"

# What an agency writes is shown, never obeyed.
printf '{"v":"holdfast-checklist/1","id":"x","title":"<script>alert(1)</script>","steps":[{"id":"1","text":"\\u202edesrever <img src=x>"}]}' >"$work/hostile.json"
hf 0 checklist done "$work/hostile.json" 1 --reason '<b>"&' >said.txt 2>&1
hf 0 checklist annex "$work/hostile.json" --to "$work/hostile.html" >/dev/null
! grep -q '<script\|<img\|<b>' "$work/hostile.html" || fail "the annex is not escaped"
! grep -q $'\u202e' said.txt "$work/hostile.html" || fail "a bidi control is not made visible"

hf 0 checklist annex "$lists/phone.json" --to "$work/annex.html" >/dev/null
for words in '3 done' '1 skipped' 'tray is bent' 'nothing is said of it' 'T-A-0001' 'Tester'; do
  grep -q "$words" "$work/annex.html" || fail "the annex lacks: $words"
done
refused 4 checklist annex "$lists/phone.json" --to "$work/annex.html"
hf 0 verify . --trust "$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem" | grep -q '^VERIFIED' || fail "the case does not verify"
