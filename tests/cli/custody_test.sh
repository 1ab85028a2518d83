#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is done to exhibits while they are kept: sealed and opened, packed and unpacked, moved, looked at, handed over in a box, also to
# another station, returned and destroyed. What contradicts is refused with two lines, and the case verifies at the end.
. "$(dirname "$0")/lib.sh" "$@"
need python3

exhibit() { hf 0 exhibit add "$1" --kind "$2" --no-serial 'not read' --no-clock 'not read' "${@:3}" >/dev/null; }
act() { hf 0 exhibit "$@" >said.txt 2>&1 || { cat said.txt; fail "exhibit $*"; }; }
refused() { hf_two 2 "$@" 2>said.txt >/dev/null; [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines: $*"; }; }
shows() { hf 0 exhibit show "$1" >shown.txt; grep -q -- "$2" shown.txt || { cat shown.txt; fail "$1 is not shown as: $2"; }; }

for name in a b; do
  station $name
  person "officer-$name"
  [ $name = b ] || person storekeeper
  hf "0 3" case new T-1 --agency police.example --station $name --identity "officer-$name" --yes >/dev/null 2>&1
done
station a
hf 0 identity use officer-a 2>/dev/null
hf 0 ledger add-key "$(certificate a storekeeper)" >/dev/null
exhibit T-A-0001 phone --seal S-1
exhibit T-A-0002 phone
exhibit T-A-0003 usb
exhibit T-A-0100 container
exhibit T-A-0200 container

# --- seals: unseal, then seal -----------------------------------------------------------------------------------------------
refused exhibit seal T-A-0001=S-2
said 'bears the seal S-1'
refused exhibit unseal T-A-0001 --seal T-A-0001=S-9 --reason imaging
said 'S-9 is taken off, and it was last said to bear S-1'
refused exhibit unseal T-A-0002 --reason imaging
act unseal T-A-0001 --reason imaging --condition 'seal whole'
shows T-A-0001 'now unsealed  *by entry'
refused handover both T-A-0001 --with storekeeper --purpose storage --seal T-A-0001=S-2
said 'nothing says that it was sealed again'
act seal T-A-0001=S-2 T-A-0003=S-3
shows T-A-0001 'now sealed with  *S-2'

# --- places, isolation, access, work on a running device ------------------------------------------------------------------------
refused exhibit locate T-A-0001
act locate T-A-0100 --site 'house 4' --floor 3 --room 12
act isolate T-A-0001 T-A-0002 --isolation faraday --isolated-at 2026-11-22T08:00:00Z --power on --battery 80
refused exhibit isolate T-A-0001 --isolation tinfoil
said 'airplane'
refused exhibit isolate T-A-0001 --isolation none --battery 101
act access T-A-0001 --purpose charging --identity storekeeper # not by the holder: a remark, no refusal
act live T-A-0002 --done 'flight mode switched on' --reason 'it could be wiped from afar'

# --- containers -------------------------------------------------------------------------------------------------------------------
refused exhibit pack T-A-0001 --into T-A-0002
said 'no container'
refused exhibit pack T-A-0100 --into T-A-0100
act pack T-A-0001 T-A-0002 --into T-A-0100
said 'In T-A-0100 now: T-A-0001, T-A-0002'
refused exhibit pack T-A-0200 --into T-A-0200
refused exhibit access T-A-0001 --purpose charging
said 'in the container T-A-0100'
refused exhibit pack T-A-0003 --into T-A-0100 --identity storekeeper
act seal T-A-0100=BOX-1
refused exhibit pack T-A-0003 --into T-A-0100
said 'bears the seal BOX-1'
refused exhibit unpack T-A-0001
shows T-A-0001 'now in  *T-A-0100'
shows T-A-0001 'now kept at  *room 12, floor 3, house 4'
shows T-A-0100 'now holds  *T-A-0001, T-A-0002'
hf 0 exhibit list >listed.txt
grep -q 'T-A-0001 .*in T-A-0100 .*room 12, floor 3, house 4.*S-2' listed.txt || { cat listed.txt; fail "the list does not say where it is"; }
hf 0 exhibit show T-A-0001 --json | python3 -c 'import json, sys
now = json.load(sys.stdin)["custody"]
assert (now["where"], now["container"], now["seal"], now["place"]["floor"]) == ("held", "T-A-0100", "S-2", "3"), now'

# --- a box goes with what is in it, and stays packed --------------------------------------------------------------------------------
refused handover both T-A-0001 --with storekeeper --purpose storage
said 'does not go with it'
hf_two 0 handover both T-A-0100 --with storekeeper --purpose storage >said.txt 2>&1
said 'With T-A-0100 goes what is in it: T-A-0001, T-A-0002'
shows T-A-0002 'now  *held by .*storekeeper'
refused exhibit unseal T-A-0100 --reason back
said 'another than the one who holds it'
hf_two 0 handover both T-A-0100 --with officer-a --purpose back --identity storekeeper >said.txt 2>&1

# --- to another station and back ------------------------------------------------------------------------------------------------------
mkdir "$work/courier"
hf 0 handover offer T-A-0100 --to "$(certificate b officer-b)" --purpose analysis --to-file "$work/courier" >said.txt 2>&1
said 'goes what is in it'
shows T-A-0001 'now  *offered by'
station b
hf 0 handover accept "$work/courier"/*.offer.json --yes --to-file "$work/courier" >/dev/null 2>&1
shows T-A-0001 'now in  *T-A-0100'
refused exhibit unpack T-A-0001
said 'bears the seal BOX-1'
act unseal T-A-0100 --reason analysis
act unpack --all-in T-A-0100
said 'Taken out: T-A-0001, T-A-0002'
refused exhibit unpack --all-in T-A-0100
shows T-A-0001 'now sealed with  *S-2'
station a
hf 0 handover receipt "$work/courier"/*.acceptance.json >/dev/null
shows T-A-0001 'now  *left'

# --- the end --------------------------------------------------------------------------------------------------------------------------
refused exhibit return T-A-0003 --reason 'order 31/2027' # nobody confirmed it
act pack T-A-0003 --into T-A-0200
hf_two 0 exhibit return T-A-0200 --reason 'order 31/2027' --with storekeeper --yes >said.txt 2>&1
said 'goes what is in it: T-A-0003'
shows T-A-0003 'now  *returned'
refused exhibit locate T-A-0003 --room 12
said 'was returned by entry'
hf_two 0 ledger amend --exhibit T-A-0003 --label T-A-0033 --reason 'papers go on' --with storekeeper >/dev/null 2>&1
exhibit T-A-0300 phone
refused exhibit destroy T-A-0300 --how shredded --reason 'order 4/2028' --with officer-a --yes
hf_two 0 exhibit destroy T-A-0300 --how shredded --reason 'order 4/2028' --with storekeeper --yes >/dev/null 2>&1
refused exhibit seal T-A-0300=S-8
said 'was destroyed by entry'

# --- both ledgers together ------------------------------------------------------------------------------------------------------------
mkdir "$work/trust"
cp "$(certificate a officer-a)" "$work/trust/1.pem"
cp "$(certificate a storekeeper)" "$work/trust/2.pem"
cp "$(certificate b officer-b)" "$work/trust/3.pem"
cp -r "$work/b/T-1/ledgers/b" ledgers/
cp -rn "$work/b/T-1/exhibits" .
hf 0 verify . --trust "$work/trust" >said.txt || { cat said.txt; fail "the case is not whole"; }
said '^VERIFIED  '
said '(access) on exhibit T-A-0001 is by another than the one who holds it'
shows T-A-0001 'now  *held by .*officer-b'
