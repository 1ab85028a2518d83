#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The later life of a ledger's key: a station loses its high-water mark, then all it knew of the ledger, and goes on by two signatures
# from a checkpoint in other hands; a witness takes the new key where its person says so; what was cut back is seen by who kept more.
. "$(dirname "$0")/lib.sh" "$@"
at_keeper() { export XDG_CONFIG_HOME=$work/keeper/config XDG_STATE_HOME=$work/keeper/state; }
at_partner() { export XDG_CONFIG_HOME=$work/partner/config XDG_STATE_HOME=$work/partner/state; }
two_lines() { [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }; }
log_key() { holdfast ledger checkpoint | sed -n 's/^log key *//p'; }
replace() { local code=$1; shift; hf "$code" ledger replace-log-key --with boris --reason 'the disk failed' "$@" >said.txt 2>&1; }
exhibit() { hf 0 exhibit add "$1" --kind phone --no-serial 'not read' --no-clock 'not read' --identity tester >/dev/null; }

at_partner
hf 0 witness new partner.example/w1 2>/dev/null >partner.vkey
at_keeper
hf 0 identity new boris --common-name Boris >/dev/null
hf 0 identity new tester --common-name Tester >/dev/null
hf 0 identity use tester 2>/dev/null
identities=$XDG_CONFIG_HOME/holdfast/identities
mkdir trust case-folder stick
cp "$identities/tester/sign.cert.pem" trust/tester.pem
cp "$identities/boris/sign.cert.pem" trust/boris.pem
hf "0 3" case new T-1 --to case-folder --agency test.example --station A --yes >/dev/null 2>&1
cd case-folder/T-1
hf 0 ledger add-key "$identities/boris/sign.cert.pem" >/dev/null
exhibit T-A-0001
hf 0 ledger checkpoint --to "$work/three.checkpoint" >/dev/null
first_key=$(log_key)
witness() { # ANSWER CODE OPTION…: what the ledger asks now, and what the partner says
  local code=$1
  shift
  rm -f "$work"/stick/*
  at_keeper
  hf 0 ledger request --to "$work/stick/request" --witness "$work/partner.vkey" >/dev/null 2>&1
  at_partner
  hf "$code" witness cosign "$work/stick/request" --to "$work/stick/answer" "$@" >said.txt 2>&1
  at_keeper
  [ "$code" != 0 ] || hf 0 ledger witnessed "$work/stick/answer" --witness "$work/partner.vkey" >/dev/null 2>&1
}
witness 0 --log "$first_key"

# --- the high-water mark is gone --------------------------------------------------------------------------
rm -r "$XDG_STATE_HOME/holdfast/high-water"
hf 4 exhibit add T-A-0002 --kind phone --no-serial 'not read' --no-clock 'not read' >said.txt 2>&1
two_lines
said 'high-water mark .* is missing'
said 'ledger replace-log-key --last-good FILE --with NAME'
replace 2 --last-good 3 --yes
two_lines
said 'a number alone shows nothing'
replace 2 --last-good ledgers/A/checkpoint --yes
said 'it lies in the case folder'
replace 2 --last-good "$work/three.checkpoint" # nobody confirmed it
said 'never do this where the station'
hf 0 verify . --trust "$work/trust" >/dev/null
[ "$(log_key)" = "$first_key" ] || fail "a key was replaced that nobody let be"
replace 3 --last-good "$work/three.checkpoint" --yes
said 'the first 3 are those of the checkpoint that you give'
said 'whether more entries followed'
second_key=$(log_key)
[ "$second_key" != "$first_key" ] || fail "the key is the old one"
said "  $second_key"
hf 0 ledger log >said.txt
said 'lost 1: high-water mark'
hf 0 verify . --trust "$work/trust" >said.txt
said 'Entry 4 gave the ledger a new key after its station had lost the high-water mark'
exhibit T-A-0002

# --- a witness that has pinned the first key --------------------------------------------------------------
witness 4
two_lines
said 'not signed with the key of the ledger'
witness 4 --log "$second_key"
two_lines
said "another key is remembered for the ledger test.example/T-1/A: $first_key"
said '--replaces OLD'
witness 2 --replaces "$first_key"
witness 4 --log "$second_key" --replaces "$second_key"
witness 0 --log "$second_key" --replaces "$first_key"
said 'cosigned test.example/T-1/A with 6 entries'
said 'is not taken again'
exhibit T-A-0003
witness 0
at_partner
hf 0 witness list >said.txt
said "    key $second_key"
said "    earlier key, up to 3 entries $first_key"
at_keeper
cp -r "$work/trust" "$work/trust-with-policy"
policy() { printf '%s\nwitness w1 %s\nquorum w1\n' "$1" "$(cat "$work/partner.vkey")" >"$work/trust-with-policy/court.policy"; }
policy "log $second_key"
hf 0 verify . --trust "$work/trust-with-policy" >/dev/null
policy "log $first_key"
hf 3 verify . --trust "$work/trust-with-policy" >said.txt
said 'not possible.*witness.log'

# --- all that the station knew of the ledger is gone ------------------------------------------------------
hf 0 ledger checkpoint >said.txt
paper="$(sed -n 's/^entries *//p' said.txt) $(sed -n 's/^root, first *//p' said.txt)"
cp -r ledgers "$work/yesterday"
exhibit T-A-0004
hf 0 ledger checkpoint --to "$work/today.checkpoint" >/dev/null
rm -r "$XDG_STATE_HOME/holdfast/high-water" "$XDG_CONFIG_HOME/holdfast/log-keys"
hf 0 exhibit list >/dev/null # reading needs no key
hf 4 ledger amend --exhibit T-A-0001 --label T-A-0009 --with boris --reason 'misread' >said.txt 2>&1
two_lines
said 'ledger replace-log-key'
replace 2 --last-good "${paper%?}" --yes # 39 digits
two_lines
said 'at least 40 digits'
replace 4 --station B --last-good "$paper" --yes
replace 3 --last-good "$paper" --station A --yes
said "key and the high-water mark are gone"
hf 0 ledger log >said.txt
said 'lost 1: log key'
said 'lost 2: high-water mark'
exhibit T-A-0005
hf 0 verify . --trust "$work/trust" --checkpoint "$work/today.checkpoint" --checkpoint "$work/three.checkpoint" >/dev/null
witness 0 --log "$(log_key)" --replaces "$second_key"

# --- cut back, and then the marks are removed -------------------------------------------------------------
rm -r ledgers "$XDG_STATE_HOME/holdfast/high-water" "$XDG_CONFIG_HOME/holdfast/log-keys"
cp -r "$work/yesterday" ledgers
replace 4 --last-good "$work/today.checkpoint" --yes
two_lines
said 'ROLLBACK'
said 'CASE.ledger/STATION'
replace 3 --last-good "$work/three.checkpoint" --yes # who keeps no more cannot see it
hf 0 verify . --trust "$work/trust" >said.txt
said 'only a later checkpoint in other hands can show'
hf 1 verify . --trust "$work/trust" --checkpoint "$work/today.checkpoint" >said.txt
said 'tree.consistency'
rm -f "$work"/stick/*
hf 0 ledger request --to "$work/stick/request" --witness "$work/partner.vkey" >/dev/null 2>&1
third_key=$(log_key)
at_partner
remembered=$(holdfast witness list | sed -n 's/^    key //p')
hf 3 witness cosign "$work/stick/request" --to "$work/stick/answer" --log "$third_key" --replaces "$remembered" >said.txt 2>&1
said 'this witness has cosigned'
at_keeper
hf 4 ledger witnessed "$work/stick/answer" --witness "$work/partner.vkey" >said.txt 2>&1
said 'entries were lost here'
echo "goes on after a loss; what was cut back is seen by those who kept more"
