#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 at 100 random moments of an acquisition of 1 GiB (at 3 of 256 MiB where not all tests are asked for, at 10 where a
# program with sanitizers takes ten times as long), then the same command again: the same image byte for byte, no acknowledged
# ledger entry missing, a begin and an end for each attempt.
. "$(dirname "$0")/lib.sh" "$@"
need python3 setsid
rounds=3 mebibytes=256
if [ "${HOLDFAST_ALL_TESTS:-0}" = 1 ]; then
  if grep -qa __asan_init "$programs/holdfast"; then rounds=10; else rounds=100 mebibytes=1024; fi
fi
new_case
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem

python3 - "$mebibytes" "$work/disk.raw" <<'END'
import random, sys
random.seed(7)
with open(sys.argv[2], "wb") as disk:
    for i in range(int(sys.argv[1])):
        disk.write(random.randbytes(1 << 20) if i % 3 == 0 else bytes([i % 251]) * (1 << 20))
END
mkdir "$work/to"
acquire() { hf "$1" acquire "$work/disk.raw" --exhibit T-A-0001 --to "$work/to" --segment-size 40M; }

# Begun and killed: from here on the image's date and set number are fixed, so that images can be compared.
killed_after 100 said.txt acquire "$work/disk.raw" --exhibit T-A-0001 --to "$work/to" --segment-size 40M --rate 1M
for _ in 1 2 3 4 5 6 7 8 9; do
  [ -e exhibits/T-A-0001/a1/T-A-0001_a1.journal ] && break
  killed_after 900 said.txt acquire "$work/disk.raw" --exhibit T-A-0001 --to "$work/to" --segment-size 40M --rate 1M
done
[ -e exhibits/T-A-0001/a1/T-A-0001_a1.journal ] || fail "no acquisition was begun"
cd "$work"
cp -a case-folder case-begun
cp -a state state-begun
cp -a to to-begun

digests() { (cd "$work/to" && sha256sum T-A-0001_a1.E*); }
start_again() {
  cd "$work"
  rm -rf case-folder state to
  cp -a case-begun case-folder
  cp -a state-begun state
  cp -a to-begun to
  cd case-folder/T-1
}

start_again
began=$(date +%s%3N)
(acquire 0 >whole.txt 2>&1) || fail "undisturbed: $(cat whole.txt)"
took=$(($(date +%s%3N) - began))
digests >"$work/expected.txt"
[ "$(wc -l <"$work/expected.txt")" -gt 2 ] || fail "the image has too few files to tell anything"

told_all() {  # of each attempt the ledger holds a begin and an end
  holdfast ledger log --json | python3 -c '
import json, sys
acts = [json.loads(line)["body"]["act"] for line in sys.stdin]
begins, ends = acts.count("acquire.begin"), acts.count("acquire.end")
sys.exit(not begins == ends > 0)'
}

resumed=0 cut_off=0
for round in $(seq "$rounds"); do
  start_again
  killed_after $((RANDOM % took + 50)) said.txt acquire "$work/disk.raw" --exhibit T-A-0001 --to "$work/to" --segment-size 40M
  acknowledged=$(holdfast ledger log --json | wc -l)
  whole=no
  [ ! -e exhibits/T-A-0001/a1/acquisition.json ] || whole=yes
  if [ $whole = no ] || ! told_all; then
    (acquire 0 >again.txt 2>&1) || fail "round $round: it could not be gone on with: $(cat again.txt)"
    if [ $whole = no ]; then
      grep -q 'going on with a1' again.txt || fail "round $round: it did not go on"
      resumed=$((resumed + 1))
    else
      grep -q 'a1 was whole' again.txt || fail "round $round: a whole image was not recognised"
    fi
  fi
  told_all || fail "round $round: not every attempt has its begin and its end"
  [ ! -e exhibits/T-A-0001/a2 ] || fail "round $round: it began anew"
  digests | cmp - "$work/expected.txt" || fail "round $round: the files differ from those of an undisturbed run"
  size=$(holdfast ledger log --json | wc -l)
  [ "$size" -ge "$acknowledged" ] || fail "round $round: entries are missing"
  (hf "0 3" verify . --trust "$trust" >verified.txt) || fail "round $round: the case does not verify: $(cat verified.txt)"
  if ! grep -q '^VERIFIED' verified.txt; then
    # Killed between an entry and its checkpoint: the next thing that is recorded completes it first.
    grep -q 'One entry awaits its checkpoint' verified.txt || fail "round $round: the case does not verify: $(cat verified.txt)"
    cut_off=$((cut_off + 1))
    hf 0 exhibit check T-A-0001 >/dev/null 2>&1
    (hf 0 verify . --trust "$trust" >verified.txt) || fail "round $round: the case does not verify: $(cat verified.txt)"
  fi
done
[ "$resumed" -gt 0 ] || fail "no round was killed in time"
echo "$resumed of $rounds kills were gone on from, $cut_off came between an entry and its checkpoint"

# Killed when the image is whole and reported, and the ledger does not know it yet: the next run tells it, and reads nothing.
if command -v strace >/dev/null; then
  add_exhibit T-A-0002
  head -c 6000128 /dev/urandom >"$work/whole.raw"
  mkdir "$work/elsewhere"
  journal=exhibits/T-A-0002/a1/T-A-0002_a1.journal
  acquire_whole=(acquire "$work/whole.raw" --exhibit T-A-0002 --to "$work/elsewhere")
  { ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -P "$PWD/$journal" -e trace=unlink,unlinkat -e inject=unlink,unlinkat:signal=KILL \
    holdfast "${acquire_whole[@]}" --passphrase-fd 3 3<<<"a passphrase for tests" >killed.txt 2>&1 || true; } 2>/dev/null
  [ -e "$journal" ] && [ -e exhibits/T-A-0002/a1/acquisition.json ] || fail "it was not killed where it should be: $(cat killed.txt)"
  ! told_all || fail "the ledger was told already"
  hf 0 "${acquire_whole[@]}" >again.txt 2>&1
  grep -q 'a1 was whole when the program ended' again.txt || fail "a whole image was not recognised: $(cat again.txt)"
  told_all || fail "the end of a whole image is not told"
  [ ! -e exhibits/T-A-0002/a2 ] || fail "it began anew"
  (hf 0 verify . --trust "$trust" >verified.txt) || fail "the case does not verify: $(cat verified.txt)"
  hf 0 verify "$work/elsewhere/T-A-0002_a1.E01" >/dev/null
  hf 0 exhibit check T-A-0002 >checked.txt 2>&1 || fail "where the image lies was forgotten: $(cat checked.txt)"
else
  echo "skipped: a kill before the ledger is told, for strace is not installed"
fi

# One of two copies that fails is something missing: the other is whole, and the exit code says that one is not.
mkdir "$work/small"
if mount -t tmpfs -o size=2m none "$work/small" 2>/dev/null; then
  trap 'umount "$work/small"; rm -rf "$top"' EXIT
  add_exhibit T-A-0009
  head -c 6000128 /dev/urandom >"$work/small.raw"
  hf 3 acquire "$work/small.raw" --exhibit T-A-0009 --to "$work/small" --to "$work/to" >copies.txt 2>&1
  grep -q 'further copy' copies.txt || fail "the copy that failed is not named"
else
  echo "skipped: a copy that fails, for no tmpfs can be mounted here"
fi
