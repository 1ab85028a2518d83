#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The source is never written: every system call of an acquisition on every descriptor of its source, of a file and of a block device, as
# E01, raw and by rescue. What may be called is listed in source_audit.py; first it must object to programs that do write.
. "$(dirname "$0")/lib.sh" "$@"
export ASAN_OPTIONS=detect_leaks=0  # LeakSanitizer cannot run under strace
need strace python3 sha256sum
here=$source_root/tests/cli
strace -o /dev/null true 2>/dev/null || skip "this system lets no program be traced"

trace() {  # name, command…: what it calls, in $top/NAME.*
  local name=$1
  shift
  strace -f -ff -y -s 256 -x -e trace=%desc,%file,ioctl,io_uring_setup -o "$top/$name" "$@"
}
audit() { python3 "$here/source_audit.py" "$1" "$top/$2".[0-9]*; }

# --- the audit objects to what writes ----------------------------------------------------------------------------------------------------
victim=$top/victim
head -c 65536 /dev/urandom >"$victim"
must_object() {  # name, words of the objection, command…
  local name=$1 words=$2
  shift 2
  trace "$name" "$@" >/dev/null 2>&1 || true
  ! audit "$victim" "$name" >"$top/said" || fail "the audit does not object to $*"
  grep -q "$words" "$top/said" || fail "the audit objects to $* for another reason: $(cat "$top/said")"
}
must_object dd 'not for reading only' dd if=/dev/zero of="$victim" bs=512 count=1 conv=notrunc
must_object cut 'a call with its path' python3 -c 'import os, sys; os.truncate(sys.argv[1], 65536)' "$victim"
must_object touched 'a call with its path' python3 -c 'import os, sys; os.utime(sys.argv[1])' "$victim"
must_object mapped 'mapped to be written' python3 -c '
import mmap, sys
file = open(sys.argv[1], "r+b")
mmap.mmap(file.fileno(), 0)[0] = 1' "$victim"
must_object copied 'written to' python3 -c '
import os, sys
os.copy_file_range(os.open("/proc/self/exe", os.O_RDONLY), os.open(sys.argv[1], os.O_WRONLY), 10)' "$victim"
must_object asked 'the ioctl BLKDISCARD' python3 -c '
import fcntl, sys
fcntl.ioctl(open(sys.argv[1], "rb"), 0x1277, b"\0" * 16)' "$victim"
# A command to the drive itself: sg_io_hdr of scsi/sg.h, with the command in hexadecimal.
cat >"$top/command.py" <<'PYTHON'
import ctypes, fcntl, struct, sys
command = ctypes.create_string_buffer(bytes.fromhex(sys.argv[2]))
size = len(bytes.fromhex(sys.argv[2]))
header = struct.pack("@iiBBHIPPPIIiP", ord("S"), -1, size, 0, 0, 0, 0, ctypes.addressof(command), 0, 1000, 0, 0, 0)
fcntl.ioctl(open(sys.argv[1], "rb"), 0x2285, header.ljust(88, b"\0"))
PYTHON
must_object written 'SG_IO: SCSI command 0x2a' python3 "$top/command.py" "$victim" 2a000000000000000100
must_object erased 'SG_IO: ATA command 0xf4' python3 "$top/command.py" "$victim" 8506000000000000000000000000f400
must_object aliased 'not for reading only' python3 -c '
import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
os.open(f"/proc/self/fd/{fd}", os.O_RDWR)' "$victim"
must_object moved 'a call with its path' mv "$victim" "$victim.aside"
mv "$victim.aside" "$victim"
must_object absent 'does not show the source' true
trace reads cat "$victim" >/dev/null
audit "$victim" reads >"$top/said" || fail "the audit objects to a program that reads: $(cat "$top/said")"

# --- acquisitions ------------------------------------------------------------------------------------------------------------------------
new_case >/dev/null
sha() { sha256sum "$1" | cut -d' ' -f1; }
acquire_traced() {  # name, source, options…
  local name=$1 source=$2 code=0
  shift 2
  trace "$name" holdfast acquire "$source" --exhibit T-A-0001 "$@" --passphrase-fd 3 3<<<"a passphrase for tests" >"$top/out" 2>&1 || code=$?
  [ "$code" = 0 ] || fail "acquire $source $*: exit code $code: $(cat "$top/out")"
  audit "$source" "$name" >"$top/said" || fail "acquire $source $*: $(cat "$top/said")"
  echo "acquire $* of $source: $(head -1 "$top/said")"
}

source=$top/source.dd
python3 -c '
import sys
sys.stdout.buffer.write(b"".join((b"%015d\n" % n) * 32 for n in range(6001)))' >"$source"
touch -d '2026-01-02 03:04:05' "$source"
before=$(sha "$source") written=$(stat -c '%Y %Z %s %a' "$source")
for options in '--format e01' '--format raw' '--rescue'; do
  # shellcheck disable=SC2086
  acquire_traced "file${options//[^a-z0-9]/}" "$source" $options
done
[ "$(sha "$source")" = "$before" ] || fail "the SHA-256 of the file is another"
[ "$(stat -c '%Y %Z %s %a' "$source")" = "$written" ] || fail "the file has another time, size or mode"

if [ "$(id -u)" != 0 ]; then
  echo "skipped: a block device, for that needs root"
  exit 0
fi
loop=$(losetup -f --show -b 512 "$source" 2>/dev/null) || { echo "skipped: a block device, for no loop device can be made here"; exit 0; }
trap 'blockdev --setrw "$loop"; losetup -d "$loop"; rm -rf "$top"' EXIT
written_sectors() { awk '{ print $5, $7, $12, $14 }' "/sys/block/${loop#/dev/}/stat"; }  # writes, sectors, discards, sectors
counted=$(written_sectors)
blockdev --setrw "$loop"  # an earlier user of this loop device may have set it read-only
[ "$(blockdev --getro "$loop")" = 0 ] || fail "$loop cannot be written to, so that nothing would be proven"
for options in '--format e01' '--format raw' '--rescue'; do
  # shellcheck disable=SC2086
  acquire_traced "loop${options//[^a-z0-9]/}" "$loop" $options
done
[ "$(blockdev --getro "$loop")" = 1 ] || fail "$loop was not set read-only"
[ "$(written_sectors)" = "$counted" ] || fail "the write counters of $loop: $counted before, $(written_sectors) now"
[ "$(sha "$source")" = "$before" ] || fail "the SHA-256 of the file below $loop is another"
[ "$(stat -c '%Y %s' "$source")" = "${written%% *} $(stat -c %s "$source")" ] || fail "the file below $loop has another time of change"
