#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Several acquisitions at once: one fails by itself, the others complete, the ledger holds a begin and an end of each, and a second
# run goes on with the one that failed. Labels by file and on standard input; jobs that share a slow link take turns.
. "$(dirname "$0")/lib.sh" "$@"
need python3 nbdkit
new_case
for number in 2 3 4 5 6 7 8; do add_exhibit T-A-000$number; done
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem

# hf with lines for standard input; with time to stop what does not end.
watch() {
  local expected=$1 lines=$2 code=0
  shift 2
  printf '%b' "$lines" | timeout 50 holdfast acquire --watch "$@" --passphrase-fd 3 3<<<"a passphrase for tests" >out.txt 2>err.txt || code=$?
  case " $expected " in *" $code "*) ;; *) cat out.txt err.txt >&2; fail "watch $*: exit code $code, expected $expected" ;; esac
}
# Begins and ends in the ledger of what was acquired from this source, and the last outcome: "1 1 complete".
told() { holdfast ledger log --json | python3 -c '
import json, sys
begins, ends, last = 0, 0, ""
for line in sys.stdin:
    entry = json.loads(line)
    act = entry["body"]["act"]
    if act not in ("acquire.begin", "acquire.end") or not entry["exhibits"][0]["source"]["path"].endswith(sys.argv[1]):
        continue
    begins, ends = begins + (act == "acquire.begin"), ends + (act == "acquire.end")
    last = entry["exhibits"][0].get("outcome", last)
print(begins, ends, last)' "$1"; }
tells() { [ "$(told "$1")" = "$2" ] || fail "the ledger says of $1: $(told "$1"), expected $2"; }

# --- eight sources, one of them on a server that is killed ------------------------------------------------------------------
mkdir sources
for number in 1 2 3 4 5 6 7; do head -c $((2048000 + number * 512000)) /dev/urandom >sources/disk$number.raw; done
head -c 24064000 /dev/urandom >sources/served.raw
serve() {  # $1: bytes a second; the socket is in $socket
  socket=$work/served.socket
  rm -f "$socket"
  nbdkit -f -U "$socket" -P "$work/nbdkit.pid" --filter=rate file sources/served.raw "rate=$1" 2>/dev/null &
  for _ in $(seq 50); do [ -S "$socket" ] && return; sleep 0.1; done
  fail "nbdkit does not serve"
}
serve 40M
uri="nbd+unix:///?socket=$socket"
{
  echo '# sources of the first room'
  for number in 1 2 3 4 5 6; do echo "sources/disk$number.raw, T-A-000$number"; done
  echo "$uri, T-A-0008"
} >labels.txt

(
  for _ in $(seq 200); do  # killed while it is read
    [ -s exhibits/T-A-0008/a1/T-A-0008_a1.E01 ] && break
    sleep 0.05
  done
  sleep 0.5
  kill -9 "$(cat "$work/nbdkit.pid")"
) &
# The seventh gets its label on standard input, after two that are refused.
watch 4 'T-A-9999\nT-A-0001\nsources/disk7.raw T-A-0007\n' --assign labels.txt --jobs 7 --until-idle \
  sources/disk1.raw sources/disk2.raw sources/disk3.raw sources/disk4.raw sources/disk5.raw sources/disk6.raw sources/disk7.raw "$uri"
wait
grep -q 'T-A-9999' err.txt || fail "an unknown label is not refused in words"
grep -q 'T-A-0001 is being acquired\|T-A-0001 has a finished' err.txt || fail "a label that is taken is not refused: $(cat err.txt)"
grep -q 'T-A-0008.*FAILED' err.txt || fail "the failure is not named: $(cat err.txt)"
for number in 1 2 3 4 5 6 7; do
  tells "/disk$number.raw" "1 1 complete"
  [ "$(sha256sum <sources/disk$number.raw | cut -d' ' -f1)" = "$(grep -A3 "^T-A-000$number " out.txt | awk '/sha256/ {print $2}')" ] ||
    fail "T-A-000$number: another digest"
done
tells served.socket "1 1 failed"
[ "$(grep -c '^ledger entry' out.txt)" = 8 ] || fail "not every end shows its entry"

# --- a finished exhibit is refused, and the failed one goes on ---------------------------------------------------------------
serve 400M
watch 3 "$uri T-A-0008\nT-A-0002\n" --until-idle "$uri" sources/disk1.raw
kill "$(cat "$work/nbdkit.pid")"
wait
grep -q 'T-A-0002 has a finished acquisition' err.txt || fail "a finished exhibit is not refused: $(cat err.txt)"
grep -q 'sources/disk1.raw.* got no label' err.txt || fail "the source without a label is not named"
tells served.socket "2 2 complete"
grep -q "$(sha256sum <sources/served.raw | cut -d' ' -f1)" out.txt || fail "what was gone on with has another digest"
[ ! -e exhibits/T-A-0008/a2 ] || fail "it began anew instead of going on"

# --- what does not go together -----------------------------------------------------------------------------------------------
hf 2 acquire sources/disk1.raw --exhibit T-A-0001 --jobs 2 >/dev/null 2>&1
hf 2 acquire --watch --exhibit T-A-0001 >/dev/null 2>&1
hf 2 acquire sources/disk1.raw >/dev/null 2>&1
hf 2 acquire sources/disk1.raw sources/disk2.raw --exhibit T-A-0001 >/dev/null 2>&1
echo 'nothing' >wrong.txt
hf 2 acquire --watch --assign wrong.txt </dev/null >/dev/null 2>&1

# --- Ctrl-C stops all, each to go on ------------------------------------------------------------------------------------------
add_exhibit T-A-0010
add_exhibit T-A-0011
printf 'sources/served.raw, T-A-0010\nsources/disk3.raw, T-A-0011\n' >labels.txt
holdfast acquire --watch --rate 1M --assign labels.txt --jobs 2 --until-idle sources/served.raw sources/disk3.raw --passphrase-fd 3 \
  3<<<"a passphrase for tests" </dev/null >out.txt 2>err.txt &
job=$!
for _ in $(seq 200); do
  [ -s exhibits/T-A-0010/a1/T-A-0010_a1.E01 ] && [ -s exhibits/T-A-0011/a1/T-A-0011_a1.E01 ] && break
  sleep 0.05
done
kill -TERM $job
code=0
wait $job || code=$?
[ $code = 130 ] || fail "stopped on request: exit code $code: $(cat err.txt)"
tells /served.raw "1 1 interrupted"
watch 0 '' --assign labels.txt --jobs 2 --until-idle --json sources/served.raw sources/disk3.raw
tells /served.raw "2 2 complete"

# --- two sources on one slow link take turns ----------------------------------------------------------------------------------
# Rates are measured. On a machine that does other work they say little, so it is tried again, with other exhibits.
mkdir link
head -c 43008000 /dev/urandom >link/one
head -c 24576000 /dev/urandom >link/two
take_turns() {  # $1, $2: exhibits
  add_exhibit "$1"
  add_exhibit "$2"
  socket=$work/$1.socket
  nbdkit -f -U "$socket" -P "$work/nbdkit.pid" --filter=rate file dir=link rate=24M 2>/dev/null &  # 3 MB a second for both
  for _ in $(seq 50); do [ -S "$socket" ] && break; sleep 0.1; done
  printf '%s, %s\n' "nbd+unix:///one?socket=$socket" "$1" "nbd+unix:///two?socket=$socket" "$2" >labels.txt
  watch 0 '' --assign labels.txt --until-idle "nbd+unix:///one?socket=$socket" "nbd+unix:///two?socket=$socket"
  kill "$(cat "$work/nbdkit.pid")"
  wait
  tells "one?socket=$socket" "1 1 complete"
  grep -q "$2 pauses" err.txt
}
paused=no
for try in 1 2 3; do
  if take_turns "T-A-1$try" "T-A-2$try"; then
    paused=yes
    tells "two?socket=$socket" "2 2 complete"
    break
  fi
done
[ $paused = yes ] || fail "nothing paused on a link that is full: $(cat err.txt)"
hf 0 verify . --trust "$trust" >/dev/null
