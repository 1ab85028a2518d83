#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A disk with bad sectors, imaged by Holdfast and by others: how many readable sectors each loses, and how many it says
# are bad.
#
#   tests/bench/damaged.sh [--driver PROGRAM]
#
# The disk is a loop device whose sectors fail exactly as told: nbdkit's ddrescue filter -> nbdfuse -> losetup with direct
# I/O. A request that touches a bad sector fails as a whole, which is harder than most disks are: it shows which programs
# ask again for each sector. Needs root; a program that is not installed is left out, in words.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
driver=$root/build/release/bin/imaging_driver
while [ $# -gt 0 ]; do
  case $1 in
    --driver) driver=$2; shift 2 ;;
    *) echo "usage: damaged.sh [--driver PROGRAM]" >&2; exit 2 ;;
  esac
done
[ -x "$driver" ] || { echo "no $driver: ninja -C build/release imaging_driver" >&2; exit 2; }

skip() { echo "damaged disks: skipped, $1"; exit 0; }
[ "$(id -u)" -eq 0 ] || skip "a loop device needs root"
for tool in nbdkit nbdfuse fusermount3 losetup python3; do
  command -v "$tool" >/dev/null || skip "$tool is not installed"
done

work=$(mktemp -d)
device='' server=''
clean_up() {
  [ -z "$device" ] || losetup -d "$device" || true
  if [ -n "$server" ]; then
    # The loop device lets its file go a moment after it is detached.
    for _ in $(seq 100); do fusermount3 -q -u "$work/mount" 2>/dev/null && break; sleep 0.05; done
    wait "$server" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

# 8 MiB, no byte of it zero, so that a zero in an image is one that a program put there; 11 of 16 384 sectors are bad:
# the first, the last, alone, and side by side.
bad="0 1 2 4095 5000 5001 8192 9999 12345 16000 16383"
python3 - "$work" $bad <<'PYTHON'
import random, sys
work, bad = sys.argv[1], [int(number) for number in sys.argv[2:]]
sectors, numbers = 16384, random.Random(1)
with open(work + '/media', 'wb') as out:
    out.write(bytes(numbers.randrange(1, 256) for _ in range(sectors * 512)))
# Good sectors side by side in one line: the filter fails a request that touches two.
with open(work + '/bad.map', 'w') as out:
    out.write('0x0 + 1\n')
    good = 0
    for number in bad + [sectors]:
        if number > good:
            out.write(f'{good * 512:#x} {(number - good) * 512:#x} +\n')
        if number < sectors:
            out.write(f'{number * 512:#x} 0x200 -\n')
        good = number + 1
PYTHON

mkdir "$work/mount"
nbdfuse -r "$work/mount/disk" [ nbdkit --exit-with-parent --filter=ddrescue file "$work/media" \
  ddrescue-mapfile="$work/bad.map" ] >/dev/null 2>&1 &
server=$!
for _ in $(seq 100); do [ -e "$work/mount/disk" ] && break; sleep 0.05; done
[ -e "$work/mount/disk" ] || { server=''; skip "nbdfuse does not serve here"; }
device=$(losetup -f --show -r --direct-io=on -b 512 "$work/mount/disk") || skip "no loop device can be made here"

# Sectors that can be read, but are not in the image as the disk has them.
lost() {
  python3 - "$work" "$1" $bad <<'PYTHON'
import sys
work, image, bad = sys.argv[1], sys.argv[2], {int(number) for number in sys.argv[3:]}
truth, image = open(work + '/media', 'rb').read(), open(image, 'rb')
image, more = image.read(len(truth)), image.read(1)
print('no end, ' if more else '', sum(image[at:at + 512] != truth[at:at + 512] for at in range(0, len(truth), 512) if at // 512 not in bad), sep='')
PYTHON
}
row() { printf '%-38s %14s %14s\n' "$1" "$2" "$3"; }
echo "A disk of 16384 sectors, 11 of them bad:"
row "" "readable lost" "said to be bad"

# compare NAME PROGRAM FUNCTION: the function images $device to $out/image.raw and prints how many sectors it is told are
# bad, or nothing where the program does not say. The buffers of the device are emptied before.
out=$work/out
compare() {
  command -v "$2" >/dev/null || { row "$1" "$2 is not installed" ""; return; }
  rm -rf "$out"; mkdir "$out"
  blockdev --flushbufs "$device"
  local said
  # Some programs write on without end after a bad last sector.
  said=$(ulimit -f $((64 << 10)); "$3" 2>"$work/trouble") || { row "$1" "failed" ""; return; }
  row "$1" "$(lost "$out/image.raw")" "${said:--}"
}

# As raw image: from an E01, by libewf's own tool.
export_e01() { ewfexport -u -q -f raw -t "$out/image" "$1" >/dev/null 2>&1; }
said_by_ewf() { ewfinfo -e "$1" | sed -n 's/.*at sector.*number: \([0-9]*\).*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }'; }

ours_acquire() {
  "$driver" e01 "$device" "$out" x >/dev/null || [ $? -eq 1 ]  # 1: with bad sectors
  export_e01 "$out/x.E01"
  python3 -c 'import json, sys; print(sum(int(count) for _, count in json.load(open(sys.argv[1]))["bad_ranges"]))' \
    "$out/acquisition.json"
}
ours_rescue() {
  local line
  line=$("$driver" rescue "$device" "$out" x)
  mv "$out/x.dd" "$out/image.raw"
  echo $(($(sed 's/.*bad_bytes=\([0-9]*\).*/\1/' <<<"$line") / 512))
}
with_ewfacquire() {
  timeout 120 ewfacquire -u -q "$@" -t "$out/x" "$device" >/dev/null 2>&1
  export_e01 "$out/x.E01"
  said_by_ewf "$out/x.E01"
}
ewfacquire_as_it_comes() { with_ewfacquire; }
ewfacquire_single() { with_ewfacquire -g 1; }
with_dcfldd() { timeout 120 dcfldd if="$device" of="$out/image.raw" conv=noerror,sync >/dev/null 2>&1 || true; }
with_dc3dd() {
  timeout 120 dc3dd if="$device" of="$out/image.raw" log="$out/log" >/dev/null 2>&1 || true
  sed -n 's/^ *\([0-9]*\) bad sectors replaced by zeros.*/\1/p' "$out/log"
}
with_ddrescue() {
  timeout 120 ddrescue -q "$@" "$device" "$out/image.raw" "$out/map"
  ddrescuelog -b512 -l- "$out/map" | wc -l
}
ddrescue_direct() { with_ddrescue -d; }
ddrescue_as_it_comes() { with_ddrescue; }
dd_large() { timeout 120 dd if="$device" of="$out/image.raw" bs=64K conv=noerror,sync status=none 2>/dev/null || true; }
dd_direct() { timeout 120 dd if="$device" of="$out/image.raw" bs=512 iflag=direct conv=noerror,sync status=none 2>/dev/null || true; }

compare "holdfast acquire" "$driver" ours_acquire
compare "holdfast, its rescue" "$driver" ours_rescue
compare "ddrescue -d" ddrescue ddrescue_direct
compare "ddrescue" ddrescue ddrescue_as_it_comes
compare "dc3dd" dc3dd with_dc3dd
compare "dd bs=512 iflag=direct noerror,sync" dd dd_direct
compare "dd bs=64K noerror,sync" dd dd_large
compare "dcfldd conv=noerror,sync" dcfldd with_dcfldd
compare "ewfacquire" ewfacquire ewfacquire_as_it_comes
compare "ewfacquire -g 1" ewfacquire ewfacquire_single
