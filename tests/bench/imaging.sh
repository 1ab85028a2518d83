#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Imaging and verification against ewfacquire, dc3dd and ewfverify, as ratios in one run.
#
#   tests/bench/imaging.sh [--runs N] [--scale PERCENT] [--driver PROGRAM]
#
# The source is mixed: 700 MB of a tar of /usr, 400 MB random, 500 MB zeros, each scaled by PERCENT (100). It lies on
# tmpfs, as does every destination, so that processors are measured and not a disk. Runs are interleaved; medians are
# printed, with the processor time that each took: on a machine that does other work, only that tells much. Needs about
# 2.5 times the source on /dev/shm.
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

# Runs a command silently; records its wall and processor time under a name.
timed() {
  local name=$1; shift
  local TIMEFORMAT='%R %U %S'
  { time "$@" >/dev/null 2>&1; } 2>"$work/times"
  read -r wall user system <"$work/times"
  record "$name" "$wall"
  record "$name.processor" "$(awk -v u="$user" -v s="$system" 'BEGIN{print u+s}')"
}
value() { tr ' ' '\n' | sed -n "s/^$1=//p"; }
median() { sort -n "$1" | awk '{v[NR]=$1} END{print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
record() { echo "$2" >>"$work/$1.figures"; }

ours_e01() {
  mkdir "$work/ours"
  line=$("$driver" e01 "$source" "$work/ours" x)
  record e01.ours "$(value seconds <<<"$line")"
  record e01.ours.processor "$(value processor_seconds <<<"$line")"
  record e01.bytes "$(value bytes <<<"$line")"
  record e01.peak "$(value peak_kib <<<"$line")"
  record e01.read_back "$(value read_back_seconds <<<"$line")"
  line=$("$driver" verify "$work/ours/x.E01")
  record verify.ours "$(value seconds <<<"$line")"
  record verify.ours.processor "$(value processor_seconds <<<"$line")"
  record verify.peak "$(value peak_kib <<<"$line")"
  if command -v ewfverify >/dev/null; then
    timed verify.peer ewfverify -q -d sha256 "$work/ours/x.E01"
  fi
  rm -r "$work/ours"
}
peer_e01() {
  command -v ewfacquire >/dev/null || return 0
  mkdir "$work/peer"
  timed e01.peer ewfacquire -u -q -c fast -d sha1 -d sha256 -f encase6 -S 400MiB -t "$work/peer/x" "$source"
  record e01.peer_bytes "$(cat "$work"/peer/x.E* | wc -c)"
  rm -r "$work/peer"
}
ours_raw() {
  mkdir "$work/ours"
  line=$("$driver" raw "$source" "$work/ours" x)
  record raw.ours "$(value seconds <<<"$line")"
  record raw.ours.processor "$(value processor_seconds <<<"$line")"
  record raw.peak "$(value peak_kib <<<"$line")"
  rm -r "$work/ours"
}
peer_raw() {
  command -v dc3dd >/dev/null || return 0
  timed raw.peer dc3dd if="$source" of="$work/peer.dd" hash=md5 hash=sha1 hash=sha256 log=/dev/null
  rm "$work/peer.dd"
}

for _ in $(seq "$runs"); do ours_e01; peer_e01; ours_raw; peer_raw; done

row() {  # work, our figure, peer's figure, what the peer is
  [ -s "$work/$3.figures" ] || { printf '%-8s %8.2f s   %s is not installed\n' "$1" "$(median "$work/$2.figures")" "$4"; return; }
  awk -v w="$1" -v a="$(median "$work/$2.figures")" -v b="$(median "$work/$3.figures")" -v p="$4" \
    -v c="$(median "$work/$2.processor.figures")" -v d="$(median "$work/$3.processor.figures")" \
    'BEGIN{printf "%-8s %8.2f s   %8.2f s   %6.2f times as fast as %s\n", w, a, b, b/a, p
           printf "         %8.2f s   %8.2f s   of processor time\n", c, d}'
}
row e01 e01.ours e01.peer "ewfacquire -c fast -d sha1 -d sha256"
row raw raw.ours raw.peer "dc3dd with three hashes"
row verify verify.ours verify.peer "ewfverify -d sha256"
[ -s "$work/e01.peer_bytes.figures" ] &&
  awk -v a="$(median "$work/e01.bytes.figures")" -v b="$(median "$work/e01.peer_bytes.figures")" \
    'BEGIN{printf "size     %d bytes, %.4f of ewfacquire'"'"'s\n", a, a/b}'
echo "peak     e01 $(median "$work/e01.peak.figures") KiB, raw $(median "$work/raw.peak.figures") KiB, verify $(median "$work/verify.peak.figures") KiB"
echo "read-back with file digests: $(median "$work/e01.read_back.figures") s"
