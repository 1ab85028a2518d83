#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Imaging and verification against ewfacquire, dc3dd and ewfverify, as ratios in one run.
#
#   tests/bench/imaging.sh [--runs N] [--scale PERCENT] [--driver PROGRAM]
#
# The source is mixed: 700 MB of a tar of /usr, 400 MB random, 500 MB zeros, each scaled by PERCENT (100). It lies on
# tmpfs, as does every destination, so that processors are measured and not a disk. Runs are interleaved; medians are
# printed. Needs about 2.5 times the source on /dev/shm.
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

now() { date +%s.%N; }
elapsed() { awk -v a="$1" -v b="$(now)" 'BEGIN{printf "%.3f", b-a}'; }
value() { tr ' ' '\n' | sed -n "s/^$1=//p"; }
median() { sort -n "$1" | awk '{v[NR]=$1} END{print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
record() { echo "$2" >>"$work/$1.figures"; }

ours_e01() {
  mkdir "$work/ours"
  line=$("$driver" e01 "$source" "$work/ours" x)
  record e01.ours "$(value seconds <<<"$line")"
  record e01.bytes "$(value bytes <<<"$line")"
  record e01.peak "$(value peak_kib <<<"$line")"
  record e01.read_back "$(value read_back_seconds <<<"$line")"
  line=$("$driver" verify "$work/ours/x.E01")
  record verify.ours "$(value seconds <<<"$line")"
  record verify.peak "$(value peak_kib <<<"$line")"
  if command -v ewfverify >/dev/null; then
    start=$(now)
    ewfverify -q -d sha256 "$work/ours/x.E01" >/dev/null
    record verify.peer "$(elapsed "$start")"
  fi
  rm -r "$work/ours"
}
peer_e01() {
  command -v ewfacquire >/dev/null || return 0
  mkdir "$work/peer"
  start=$(now)
  ewfacquire -u -q -c fast -d sha1 -d sha256 -f encase6 -S 400MiB -t "$work/peer/x" "$source" >/dev/null
  record e01.peer "$(elapsed "$start")"
  record e01.peer_bytes "$(cat "$work"/peer/x.E* | wc -c)"
  rm -r "$work/peer"
}
ours_raw() {
  mkdir "$work/ours"
  line=$("$driver" raw "$source" "$work/ours" x)
  record raw.ours "$(value seconds <<<"$line")"
  record raw.peak "$(value peak_kib <<<"$line")"
  rm -r "$work/ours"
}
peer_raw() {
  command -v dc3dd >/dev/null || return 0
  start=$(now)
  dc3dd if="$source" of="$work/peer.dd" hash=md5 hash=sha1 hash=sha256 log=/dev/null >/dev/null 2>&1
  record raw.peer "$(elapsed "$start")"
  rm "$work/peer.dd"
}

for _ in $(seq "$runs"); do ours_e01; peer_e01; ours_raw; peer_raw; done

row() {  # work, our figure, peer's figure, what the peer is
  [ -s "$work/$3.figures" ] || { printf '%-8s %8.2f s   %s is not installed\n' "$1" "$(median "$work/$2.figures")" "$4"; return; }
  awk -v w="$1" -v a="$(median "$work/$2.figures")" -v b="$(median "$work/$3.figures")" -v p="$4" \
    'BEGIN{printf "%-8s %8.2f s   %8.2f s   %6.2f times as fast as %s\n", w, a, b, b/a, p}'
}
row e01 e01.ours e01.peer "ewfacquire -c fast -d sha1 -d sha256"
row raw raw.ours raw.peer "dc3dd with three hashes"
row verify verify.ours verify.peer "ewfverify -d sha256"
[ -s "$work/e01.peer_bytes.figures" ] &&
  awk -v a="$(median "$work/e01.bytes.figures")" -v b="$(median "$work/e01.peer_bytes.figures")" \
    'BEGIN{printf "size     %d bytes, %.4f of ewfacquire'"'"'s\n", a, a/b}'
echo "peak     e01 $(median "$work/e01.peak.figures") KiB, raw $(median "$work/raw.peak.figures") KiB, verify $(median "$work/verify.peak.figures") KiB"
echo "read-back with file digests: $(median "$work/e01.read_back.figures") s"
