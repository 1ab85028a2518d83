#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Killed at its system calls while something is handed over: both present, on paper, apart (offer, acceptance, receipt, withdrawal), and
# given back for good. What was acknowledged is there; nothing is half done; whoever looks or opens next is told of no damage; and the
# same command, given again, either does it or finds it done, with its file. Every twelfth call; each with HOLDFAST_ALL_TESTS=1.
. "$(dirname "$0")/lib.sh" "$@"
need python3 strace
calls=?write,?pwrite64,?pwritev,?fdatasync,?fsync,?rename,?renameat,?renameat2,?unlink,?unlinkat,?link,?linkat,?mkdir,?mkdirat,?ftruncate,?fallocate,?chmod,?fchmod
export ASAN_OPTIONS=detect_leaks=0
passphrases=$'a passphrase for tests\na passphrase for tests'
step=12
[ "${HOLDFAST_ALL_TESTS:-0}" = 1 ] && step=1
if [ $step -gt 1 ] && grep -qa __asan_init "$programs/holdfast"; then step=17; fi

for name in a b; do
  station $name
  person "officer-$name"
  hf "0 3" case new T-1 --agency police.example --station $name --identity "officer-$name" --yes >/dev/null 2>&1
done
station a
person storekeeper
hf 0 identity use officer-a 2>/dev/null
hf 0 ledger add-key "$(certificate a storekeeper)" >/dev/null
hf 0 exhibit add T-A-0100 --kind container --no-serial 'a bag' --no-clock 'a bag' >/dev/null
add_exhibit T-A-0001
hf 0 exhibit pack T-A-0001 --into T-A-0100 >/dev/null 2>&1
hf 0 exhibit seal T-A-0100=BAG-1 >/dev/null
mkdir "$work/trust" "$work/courier"
cp "$(certificate a officer-a)" "$work/trust/1.pem"
cp "$(certificate a storekeeper)" "$work/trust/2.pem"
cp "$(certificate b officer-b)" "$work/trust/3.pem"
cp "$(certificate b officer-b)" "$work/to.pem"
printf 'a signed slip' >"$work/slip.png"
strace -f -qq -o /dev/null -e trace=write true 2>/dev/null || skip "strace may not trace here"

# The moment before an act is kept in $work/before, and every kill begins there.
keep() { rm -rf "$work/before" && mkdir "$work/before" && cp -a "$work/a" "$work/b" "$work/courier" "$work/before/"; }
again() {
  cd "$work"
  rm -rf a b courier
  cp -a before/a before/b before/courier .
  station "$1"
}
traced() {  # STRACE-OPTION... -- ARGUMENT...
  local options=()
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  shift
  { strace -f -qq -o "$work/calls" -e trace=$calls "${options[@]}" holdfast "$@" --passphrase-fd 3 3<<<"$passphrases" >killed.txt 2>&1; } 2>/dev/null
}
acts() { holdfast ledger log --json | grep -c "\"act\":\"$1\"" || true; }
# WHERE WORDS: nothing is damaged, and what cannot be checked is the ledger of the other station, or what WORDS say.
sound() {
  local code=0
  holdfast verify . --trust "$work/trust" >said.txt 2>&1 || code=$?
  [ $code = 0 ] || { [ $code = 3 ] && [ "$(grep '^not possible' said.txt | grep -vc "that ledger is not here\|$2")" = 0 ]; } ||
    { cat said.txt; fail "$1: the case does not verify"; }
}
# A file that bears a digest as its name has it.
whole_files() {
  local file name
  while read -r file; do
    name=$(basename "$file")
    [ "${name%.*}" = "$(sha256sum <"$file" | cut -d' ' -f1)" ] || fail "$1: half a slip, $file"
  done < <(find slips -regextype posix-extended -type f -regex '.*/[0-9a-f]{64}[.][a-z]+' 2>/dev/null)
}

# kill_at STATION ACT FOUND-DONE ARGUMENT...: the same command again must succeed, or be refused with the words FOUND-DONE, where it was
# recorded. Afterwards `then_look` is called.
kill_at() {
  local at=$1 act=$2 done_words=$3 total moments i when before killed=0 acknowledged=0 found=0 code
  shift 3
  keep
  again "$at"
  before=$(acts "$act")
  traced -- "$@" || { cat killed.txt; fail "$*: it cannot be done at all"; }
  mapfile -t moments < <(moments_in "$work/calls")
  total=${#moments[@]}
  [ "$total" -gt 15 ] || fail "$act: an act of $total calls is not what it was"
  for ((i = 0; i < total; i += step)); do
    again "$at"
    when=${moments[i]}
    if traced -e "inject=$when:signal=KILL" -- "$@"; then fail "$act: not killed at $when"; fi
    killed=$((killed + 1))
    sound "$act, at $when" 'One entry awaits its checkpoint'
    whole_files "$act, at $when"
    local told=no
    if grep -q '^ledger entry' killed.txt; then
      told=yes
      acknowledged=$((acknowledged + 1))
      [ "$(acts "$act")" -gt "$before" ] || fail "$act, at $when: acknowledged, and not there"
    fi
    code=0
    holdfast "$@" --passphrase-fd 3 3<<<"$passphrases" >said.txt 2>&1 || code=$?
    if [ $code != 0 ]; then
      grep -q -- "$done_words" said.txt || { cat said.txt; fail "$act, at $when: it can neither be done nor is it seen to be done"; }
      [ "$(wc -l <said.txt)" -le 4 ] || { cat said.txt; fail "$act, at $when: too many words"; }
      found=$((found + 1))
    fi
    [ "$(acts "$act")" = $((before + 1)) ] || fail "$act, at $when: recorded $(($(acts "$act") - before)) times"
    sound "$act, at $when, and again" 'nothing else'
    then_look "$act, at $when"
  done
  echo "$act: killed at $killed of $total calls; $acknowledged acknowledged, $found found done"
}
holder() { hf 0 exhibit show T-A-0001 | sed -n 's/^now  *//p'; }

# --- both present, and on paper -------------------------------------------------------------------------------------------------------
then_look() { holder | grep -q 'held by .*storekeeper' || fail "$1: not with the storekeeper: $(holder)"; }
kill_at a handover 'another than the one who holds it' handover both T-A-0100 --with storekeeper --purpose storage
again a
then_look() {
  holder | grep -q 'held by somebody who signed on paper' || fail "$1: not with the clerk: $(holder)"
  [ "$(find slips -name '*.png' | wc -l)" = 1 ] || fail "$1: the slip is there $(find slips -name '*.png' | wc -l) times"
}
kill_at a handover 'this slip was recorded already' handover both T-A-0100 --slip "$work/slip.png" --purpose storage

again a

# --- apart -----------------------------------------------------------------------------------------------------------------------------
# What the file holds shows when the other side takes it.
then_look() {
  local where=$1
  holder | grep -q 'offered by' || fail "$where: not offered: $(holder)"
  station b
  hf 0 handover accept "$work/courier"/*.offer.json --yes --to-file "$work/courier" >said.txt 2>&1 || { cat said.txt; fail "$where: the offer cannot be accepted"; }
}
offer=(handover offer T-A-0100 --to "$work/to.pem" --purpose analysis --to-file "$work/courier")
kill_at a handover.offer 'nothing but success' "${offer[@]}"
again a
hf 0 "${offer[@]}" >/dev/null 2>&1
then_look() { holder | grep -q 'held by' || fail "$1: not here again: $(holder)"; }
kill_at a handover.withdraw 'No offer of it is open' handover withdraw T-A-0100 --reason 'the courier did not come'
again b
then_look() {
  local where=$1
  [ -d exhibits/T-A-0001 ] || fail "$where: no folder for what was accepted"
  holder | grep -q 'held by .*officer-b' || fail "$where: not accepted: $(holder)"
  station a
  hf 0 handover receipt "$work/courier"/*.acceptance.json >said.txt 2>&1 || { cat said.txt; fail "$where: the acceptance cannot be receipted"; }
}
accept=(handover accept "$work/courier/T-1-a-6.offer.json" --yes --to-file "$work/courier")
kill_at b handover.accept 'nothing but success' "${accept[@]}"
again b
hf 0 "${accept[@]}" >/dev/null 2>&1
then_look() { holder | grep -q '^left' || fail "$1: it has not left: $(holder)"; }
kill_at a handover.receipt 'nothing but success' handover receipt "$work/courier/T-1-b-1.acceptance.json"

# --- given back for good ---------------------------------------------------------------------------------------------------------------
again a
hf 0 handover withdraw T-A-0100 --reason 'the courier did not come' >/dev/null 2>&1
then_look() { holder | grep -q '^returned' || fail "$1: not returned: $(holder)"; }
kill_at a return 'was returned by entry' exhibit return T-A-0100 --reason 'order 31/2027' --slip "$work/slip.png" --yes
again a
kill_at a return 'was returned by entry' exhibit return T-A-0100 --reason 'order 31/2027' --with storekeeper --yes
