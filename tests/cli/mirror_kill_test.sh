#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A laptop that dies while it copies its ledger onto the disk of the images: the copy of before, or the new one, is whole, and two people
# go on from it. Killed at every second of the last system calls of an acquisition; at each with HOLDFAST_ALL_TESTS=1.
. "$(dirname "$0")/lib.sh" "$@"
need python3 strace
calls=?write,?pwrite64,?fdatasync,?fsync,?rename,?renameat,?renameat2,?unlink,?unlinkat,?rmdir,?mkdir,?mkdirat,?ftruncate
export ASAN_OPTIONS=detect_leaks=0
strace -f -qq -o /dev/null -e trace=write true 2>/dev/null || skip "strace may not trace here"
step=2 last=25
[ "${HOLDFAST_ALL_TESTS:-0}" = 1 ] && step=1
if [ $step -gt 1 ] && grep -qa __asan_init "$programs/holdfast"; then step=8; fi

station a
person officer-a
hf "0 3" case new T-1 --agency police.example --station a --yes >/dev/null 2>&1
station a
mkdir "$work/disk"
for number in 1 2; do
  add_exhibit "T-A-000$number"
  head -c 65536 /dev/urandom >"$work/phone-$number"
done
hf 0 acquire "$work/phone-1" --exhibit T-A-0001 --to "$work/disk" --quiet >/dev/null 2>&1
copy=$work/disk/T-1.ledger/a
[ -s "$copy/checkpoint" ] || fail "the ledger was not copied"
station d
person successor
person witness
mkdir "$work/before"
cp -a "$work/a" "$work/disk" "$work/d" "$work/before/"
again() {
  cd "$work"
  rm -rf a disk d
  cp -a before/a before/disk before/d .
  station a
}
traced() { { strace -f -qq -o "$work/calls" -e trace=$calls "$@" holdfast acquire "$work/phone-2" --exhibit T-A-0002 --to "$work/disk" --quiet --passphrase-fd 3 \
  3<<<"a passphrase for tests" >killed.txt 2>&1; } 2>/dev/null; }
again
traced || { cat killed.txt; fail "it cannot be acquired"; }
mapfile -t moments < <(moments_in "$work/calls" | tail -n $last)
# A run may have fewer calls than the one that was counted (its threads share them out anew): it must have succeeded then.
old=0 new=0 ended=0
for ((i = 0; i < ${#moments[@]}; i += step)); do
  again
  if traced -e "inject=${moments[i]}:signal=KILL"; then ended=$((ended + 1)); fi
  station d
  (hf_two "0 3" case continue "$copy" --identity successor --with witness --station d --yes) >said.txt 2>&1 ||
    { cat said.txt; fail "killed at ${moments[i]}: nobody can go on"; }
  station d
  if hf 0 exhibit list --json | grep -q T-A-0002 && [ "$(holdfast ledger log --json | grep -c '"act":"acquire.end"')" = 2 ]; then new=$((new + 1)); else old=$((old + 1)); fi
done
[ $ended -le $(((old + new) / 3)) ] || fail "$ended runs of $((old + new)) ended before they were killed"
[ $old -gt 0 ] && [ $new -gt 0 ] || fail "killed neither before nor after the copy took its place: $old, $new"
echo "killed at $((old + new - ended)) of the last $last calls: $old times the copy of before was gone on with, $new times the new one"
