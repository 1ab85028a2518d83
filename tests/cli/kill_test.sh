#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 during an append and during an acquisition: the ledger opens, verifies, and no acknowledged entry is missing.
# HOLDFAST_ALL_TESTS=1 tries more moments.
. "$(dirname "$0")/lib.sh" "$@"
need python3 setsid
new_case
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
rounds=12
[ "${HOLDFAST_ALL_TESTS:-0}" = 1 ] && rounds=100

check_ledger() {  # every acknowledged entry of $1 is there, and all of it verifies
  local acknowledged size
  acknowledged=$(awk '/^ledger entry [0-9]+/ {print $3 + 0}' "$1" | sort -n | tail -1)
  hf 0 exhibit add "$2" --kind usb --no-serial none --no-clock none --json >opened.txt
  size=$(holdfast ledger log --json | wc -l)
  [ "$size" -gt "${acknowledged:-0}" ] || fail "entry $acknowledged was acknowledged, the ledger has $size entries"
  hf 0 verify . --trust "$trust" >verified.txt || { cat verified.txt; fail "the ledger does not verify"; }
}

# How long one append takes here: the kills are spread over a little more than that.
milliseconds() { date +%s%3N; }
began=$(milliseconds)
add_exhibit T-K-0
append=$(($(milliseconds) - began))

: >said.txt
for round in $(seq "$rounds"); do
  killed_after $((RANDOM % (append * 5 / 4) + 1)) said.txt exhibit add "T-K-$round" --kind usb --no-serial none --no-clock none
done
grep -q 'ledger entry' said.txt || echo "(no append was acknowledged before its kill)"
check_ledger said.txt T-L-0001

head -c 60000256 /dev/urandom >disk.raw
: >said2.txt
for round in $(seq $((rounds / 3))); do
  killed_after $((60 + RANDOM % 900)) said2.txt acquire disk.raw --exhibit T-A-0001
done
check_ledger said2.txt T-L-0002
hf 0 acquire disk.raw --exhibit T-A-0001 >/dev/null 2>&1
hf 0 verify . --trust "$trust" >/dev/null
