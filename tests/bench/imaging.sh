#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Imaging and verification against other imagers, as ratios in one run and on one table.
#
#   tests/bench/imaging.sh [--runs N] [--scale PERCENT] [--driver PROGRAM]
#
# The source is mixed: 700 MB of a tar of /usr, 400 MB random, 500 MB zeros, each scaled by PERCENT (100). It lies on
# tmpfs, as does every destination, so that processors are measured and not a disk. Runs are interleaved, in every second
# round in reverse order. A virtual machine gives free memory back to its host, and whoever touches it next waits for it
# (2 s to 5 s for these outputs): as much as the source is therefore touched and freed before each program.
# Medians are printed, with the processor time that each took: where other work runs, only that tells much. Needs about
# 2.5 times the source on /dev/shm. A program that is not installed, or cannot be run here, says so in its row.
set -euo pipefail

runs=5 scale=100
root=$(cd "$(dirname "$0")/../.." && pwd)
driver=$root/build/release/bin/imaging_driver
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift 2 ;;
    --scale) scale=$2; shift 2 ;;
    --driver) driver=$2; shift 2 ;;
    *) echo "usage: imaging.sh [--runs N] [--scale PERCENT] [--driver PROGRAM]" >&2; exit 2 ;;
  esac
done
[ -x "$driver" ] || { echo "no $driver: ninja -C build/release imaging_driver" >&2; exit 2; }

work=$(mktemp -d /dev/shm/holdfast-bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
source=$work/source.raw

megabytes() { echo $(( $1 * scale / 100 )); }
take() { head -c "$(megabytes "$1")000000"; }
# Reader ends before writer: head is satisfied, tar is not. That is no failure.
{ { tar -cf - --sort=name /usr/lib /usr/share /usr/bin 2>/dev/null || true; } | take 700
  take 400 </dev/urandom
  take 500 </dev/zero
} >"$source" || true
truncate -s %512 "$source"  # up to whole sectors
size=$(stat -c %s "$source")
echo "source: $size bytes; $(nproc) cores; $runs runs"

record() { echo "$2" >>"$work/$1.figures"; }
median() { sort -n "$work/$1.figures" | awk '{v[NR]=$1} END{print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
# value NAME LINE: of a line of name=value pairs
value() { tr ' ' '\n' <<<"$2" | sed -n "s/^$1=//p"; }

# ours WORK ARGUMENTS...: one run of the driver
ours() {
  local name=$1 line
  shift
  line=$("$driver" "$@")
  record "$name.seconds" "$(value seconds "$line")"
  record "$name.processor" "$(value processor_seconds "$line")"
  record "$name.peak" "$(value peak_kib "$line")"
  if [ "$1" = e01 ]; then
    record "$name.bytes" "$(value bytes "$line")"
    record "$name.read_back" "$(value read_back_seconds "$line")"
  fi
}
# peer NAME COMMAND...: one run of another program, silently
peer() {
  local name=$1 wall user system TIMEFORMAT='%R %U %S'
  shift
  command -v "$1" >/dev/null || { echo "not installed" >"$work/$name.absent"; return 0; }
  { time "$@" >/dev/null 2>&1; } 2>"$work/times" || { echo "failed" >"$work/$name.absent"; return 0; }
  read -r wall user system <"$work/times"
  record "$name.seconds" "$wall"
  record "$name.processor" "$(awk -v u="$user" -v s="$system" 'BEGIN{print u+s}')"
}
guymager() {
  local line
  if line=$(bash "$root/tests/bench/guymager.sh" "$source" "$1" 2>/dev/null); then
    record guymager.seconds "$(value seconds "$line")"
    record guymager.processor "$(value processor_seconds "$line")"
    record guymager.bytes "$(value bytes "$line")"
  else
    echo "not run: ${line:-failed}" >"$work/guymager.absent"
  fi
}

# Each writes into a new folder, which is removed before the next.
to_e01() {
  ours e01 e01 "$source" "$out" x
  ours verify verify "$out/x.E01"
  peer ewfverify ewfverify -q -d sha256 "$out/x.E01"
}
to_ewfacquire() {
  peer ewfacquire ewfacquire -u -q -c fast -d sha1 -d sha256 -f encase6 -S 400MiB -t "$out/x" "$source"
  if compgen -G "$out/x.E*" >/dev/null; then record ewfacquire.bytes "$(cat "$out"/x.E* | wc -c)"; fi
}
to_guymager() { guymager "$out"; }
to_md5() { peer md5 openssl dgst -md5 "$source"; }
to_raw() { ours raw raw "$source" "$out" x; }
to_dc3dd() { peer dc3dd dc3dd if="$source" of="$out/x.dd" hash=md5 hash=sha1 hash=sha256 log=/dev/null; }
to_dcfldd() { peer dcfldd dcfldd if="$source" of="$out/x.dd" hash=md5,sha1,sha256 hashlog="$out/hashes" status=off; }
to_ddrescue() { peer ddrescue ddrescue -q "$source" "$out/x.dd" "$out/map"; }
touch_memory() {
  head -c "$size" /dev/zero >"$work/touched"
  rm "$work/touched"
}
one_round() {
  local program out=$work/out
  for program; do
    mkdir "$out"
    touch_memory
    "to_$program"
    rm -r "$out"
  done
}
for round in $(seq "$runs"); do
  if [ $((round % 2)) = 1 ]; then
    one_round e01 md5 ewfacquire guymager raw dc3dd dcfldd ddrescue
  else
    one_round ddrescue dcfldd dc3dd raw guymager ewfacquire md5 e01
  fi
done

# row NAME LABEL [OURS]: medians; against ours, how many times its seconds
row() {
  local name=$1 label=$2 ours=${3:-} ratio='' bytes=''
  if [ -e "$work/$name.absent" ]; then
    printf '%-56s %s\n' "$label" "$(<"$work/$name.absent")"
    return
  fi
  [ -z "$ours" ] ||
    ratio=$(awk -v a="$(median "$ours.seconds")" -v b="$(median "$name.seconds")" 'BEGIN{printf "%.2f", b/a}')
  [ ! -e "$work/$name.bytes.figures" ] || bytes=$(median "$name.bytes")
  printf '%-56s %8.2f %10.2f %8s %13s\n' "$label" "$(median "$name.seconds")" "$(median "$name.processor")" "$ratio" "$bytes"
}
printf '%-56s %8s %10s %8s %13s\n' "" seconds processor ratio bytes
row e01 "to E01: Holdfast, MD5, SHA-1, SHA-256"
row ewfacquire "  ewfacquire -c fast -d sha1 -d sha256 (and MD5)" e01
row guymager "  Guymager, fast, the three digests, from a loop device" e01
row raw "to raw: Holdfast, MD5, SHA-1, SHA-256"
row dc3dd "  dc3dd, the three digests" raw
row dcfldd "  dcfldd, the three digests" raw
row ddrescue "  ddrescue, no digest at all" raw
row verify "verify E01: Holdfast, MD5, SHA-1, SHA-256"
row ewfverify "  ewfverify -d sha256 (and MD5)" verify
echo "ratio: the program's seconds for one second of Holdfast"
if [ -e "$work/ewfacquire.bytes.figures" ]; then
  awk -v a="$(median e01.bytes)" -v b="$(median ewfacquire.bytes)" \
    'BEGIN{printf "size: %.4f of ewfacquire'"'"'s\n", a/b}'
fi
# One digest is one chain of steps, which no second core shortens; all the work needs all the cores at best.
awk -v wall="$(median e01.seconds)" -v md5="$(median md5.seconds)" -v all="$(median e01.processor)" -v cores="$(nproc)" \
  'BEGIN{limit = all / cores > md5 ? all / cores : md5
         printf "overhead: %.2f of the limit of %.2f s (MD5 alone %.2f s; the processor time shared by %d cores %.2f s)\n",
                wall / limit, limit, md5, cores, all / cores}'
echo "peak memory: e01 $(median e01.peak) KiB, raw $(median raw.peak) KiB, verify $(median verify.peak) KiB"
echo "read-back with file digests: $(median e01.read_back) s"
