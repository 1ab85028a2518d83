#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A case folder with the ledgers of several stations. A label that any of them gave is given to nothing else here, and the ledger is
# named; what only reads works on all of them, also on a machine that made none, and says whose words it shows.
. "$(dirname "$0")/lib.sh" "$@"
need python3
refused() { hf 4 "$@" >said.txt 2>&1; [ "$(grep -c . said.txt)" -le 40 ] || fail "too many words"; }
for name in a b c; do
  station $name
  hf 0 identity new "officer-$name" --common-name "officer-$name" >/dev/null 2>&1
  hf "0 3" case new T-1 --agency police.example --station $name --yes >/dev/null 2>&1
done

station a
add_exhibit T-X-0001
add_exhibit T-A-0002
add_exhibit T-A-0003
hf 0 identity new deputy --common-name deputy >/dev/null 2>&1
hf 0 identity use officer-a 2>/dev/null
hf 0 ledger add-key "$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem" >/dev/null
hf 0 ledger amend --exhibit T-A-0003 --label T-A-0030 --with deputy --reason 'misread' >/dev/null 2>&1
station c
add_exhibit T-A-0002 # nobody told this station of the other
hf 0 handover offer T-A-0002 --to "$work/b/config/holdfast/identities/officer-b/sign.cert.pem" --purpose analysis --to-file "$work" >/dev/null 2>&1
offer=$(ls "$work"/*.offer.json)

station b
add_exhibit T-X-0001 # the same label, before the ledgers lie side by side
add_exhibit T-B-0002
cp -r "$work/a/T-1/ledgers/a" ledgers/

# --- labels ---------------------------------------------------------------------------------------------------------------------
before=$(sha256sum ledgers/b/checkpoint)
for label in T-A-0002 T-A-0003 T-A-0030; do
  refused exhibit add "$label" --kind phone --no-serial no --no-clock no
  said "the ledger police.example/T-1/a of this case gave the label $label to another exhibit"
  [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }
  refused ledger amend --exhibit T-B-0002 --label "$label" --with officer-b --reason 'another seal'
  said "the ledger police.example/T-1/a of this case gave the label $label to another exhibit"
done
refused handover accept "$offer" --yes
said 'the ledger police.example/T-1/a of this case gave the label T-A-0002 to another exhibit'
said 'Nothing was accepted. Give this one another: --label T-A-0002=NEW'
refused handover accept "$offer" --yes --label T-A-0002=T-X-0001
said 'Give this one another: --label T-A-0002=NEW'
[ "$before" = "$(sha256sum ledgers/b/checkpoint)" ] || fail "something was recorded that was refused"
hf 0 handover accept "$offer" --yes --label T-A-0002=T-B-0003 --to-file "$work" >/dev/null 2>&1
# A copy that cannot be read is named, and stops nobody from registering what was seized.
mkdir ledgers/0-damaged
echo nothing >ledgers/0-damaged/ledger.db
hf 0 exhibit add T-B-0004 --kind phone --no-serial no --no-clock no >said.txt 2>&1
said 'the ledger in ledgers/0-damaged cannot be read, so its labels are not compared'
rm -r ledgers/0-damaged
# What came from another ledger keeps its label where that one lies here too: it is the same exhibit.
station c
cp -r "$work/b/T-1/ledgers/b" "$work/a/T-1/ledgers/a" ledgers/

# --- reading ----------------------------------------------------------------------------------------------------------------------
# T-X-0001 of a and of b, T-A-0002 of a, of c and, as T-B-0003, of b.
reads_all() {
  hf 0 exhibit list >said.txt
  said '^label .* ledgers'
  [ "$(grep -c '^T-' said.txt)" = 7 ] || { cat said.txt; fail "not every exhibit of every ledger is listed once"; }
  [ "$(grep -c '^T-X-0001' said.txt)" = 2 ] || { cat said.txt; fail "one of two exhibits with one label is not listed"; }
  grep -Eq 'police.example/T-1/c, police.example/T-1/b as T-B-0003|police.example/T-1/b, police.example/T-1/c as T-A-0002' said.txt ||
    { cat said.txt; fail "an exhibit that two ledgers tell of is not said to be in both"; }
  hf 0 exhibit list --json >said.json
  hf 0 exhibit show T-B-0003 >said.txt
  said '^ledger police.example/T-1/b, as T-B-0003'
  said '^ledger police.example/T-1/c, as T-A-0002'
  said 'handover.accept'
  said 'handover.offer'
  hf 0 exhibit show T-X-0001 >said.txt 2>&1
  [ "$(grep -c '^uid' said.txt)" = 2 ] || { cat said.txt; fail "one of two exhibits with one label is not shown"; }
  said '2 exhibits bear this label'
  said '^ledger police.example/T-1/a, as T-X-0001'
  hf 0 exhibit show T-A-0003 >said.txt # what it was called
  said '^label *T-A-0030'
  hf 4 exhibit show T-Z-0001 >/dev/null 2>&1
  hf 0 ledger log >said.txt
  for name in a b c; do said "^ledger police.example/T-1/$name"; done
  [ "$(grep -c '^entry 0$' said.txt)" = 3 ] || { cat said.txt; fail "not every ledger's entries are told"; }
  hf 0 ledger log --json >said.json
  python3 - <<'END' || fail "ledger log --json"
import json
lines = [json.loads(line) for line in open("said.json")]
assert {line["ledger"] for line in lines} == {f"police.example/T-1/{name}" for name in "abc"}
assert all(line["ledger"] == line["body"]["ledger"] for line in lines)
END
  hf 0 case show >said.txt
  said '^exhibits *7'
}
reads_all
sed -n 1p <(hf 0 ledger log) | grep -qx 'ledger police.example/T-1/c' || fail "this station's own ledger is not the first"
cp -r "$work/c/T-1" "$work/elsewhere"
station reader
cp -r "$work/elsewhere" T-1
cd T-1
reads_all
# With one ledger, nothing more is said than before.
rm -r ledgers/a ledgers/b
hf 0 ledger log >said.txt
! grep -q '^ledger ' said.txt || fail "the only ledger is named"
hf 0 exhibit list >said.txt
! grep -q ledgers said.txt || { cat said.txt; fail "the only ledger is named"; }
rm -r ledgers/c
hf 4 exhibit list >said.txt 2>&1
said 'has no ledger'
echo "labels and entries of three ledgers"
