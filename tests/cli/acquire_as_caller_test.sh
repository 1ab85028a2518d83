#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Under sudo: a device that only root may open is acquired, and everything that is written belongs to the caller. With --watch the
# device is attached while the board stands; without it, it goes away while it is read and comes back under another name.
. "$(dirname "$0")/lib.sh" "$@"
need python3 losetup unshare setpriv mount
[ "$(id -u)" = 0 ] || skip "needs root"
caller=65534 # nobody
[ "$(id -un $caller 2>/dev/null)" = nobody ] || skip "no user has the number $caller"
head -c 4096000 /dev/urandom >first.raw
head -c 16384000 /dev/urandom >second.raw
loops=()
detach_all() { for loop in "${loops[@]}"; do losetup -d "$loop" 2>/dev/null; done || true; }
trap 'detach_all; rm -rf "$top"' EXIT
attach() { loop=$(losetup -f --show "$1" 2>/dev/null) || skip "no loop device can be made here"; loops+=("$loop"); }
attach first.raw
setpriv --reuid $caller --regid $caller --clear-groups test -r "$loop" && skip "anybody may read loop devices here"
losetup -d "$loop"

# The home of nobody is a folder of this test, in a view of the file system of its own.
home=$work/home
sed -E "s|^(nobody:[^:]*:[^:]*:[^:]*:[^:]*:)[^:]*:|\1$home:|" /etc/passwd >passwd
export XDG_CONFIG_HOME=$home/.config XDG_STATE_HOME=$home/.local/state
new_case
add_exhibit T-A-0002
chmod 755 "$top"
chown -R $caller:$caller "$home" "$work/case-folder"
unset XDG_CONFIG_HOME XDG_STATE_HOME
under_sudo=(env SUDO_UID=$caller SUDO_GID=$caller HOME=/root unshare -m bash -c "mount --bind '$work/passwd' /etc/passwd && exec \"\$@\"" -)
"${under_sudo[@]}" true 2>/dev/null || skip "no view of the file system of its own can be made here"
belongs_to_the_caller() {
  local others
  others=$(find "$work/case-folder" "$home" -not -uid $caller -o -not -gid $caller)
  [ -z "$others" ] || fail "$1: these do not belong to the caller: $others"
}

# --- attached while the board stands ------------------------------------------------------------------------------------------
"${under_sudo[@]}" python3 "$source_root/tests/cli/terminal.py" 120 24 holdfast acquire --watch <<END || fail "acquire --watch under sudo"
see ^working as nobody from here on$
see ^passphrase of tester:$
type a passphrase for tests\r
see ^attach a device, or q to end when no job runs:$
modes own
let loop losetup -f --show $work/first.raw
run echo {loop} >$work/loop
wait 2.5
see ^label for loop
let name basename {loop}
type {name} T-A-0001\r
see ^{name} +T-A-0001 +done
type q\r
end 0
END
loops+=("$(cat "$work/loop")")
[ "$(sha256sum <"$work/first.raw" | cut -d' ' -f1)" = "$(python3 -c '
import json
report = json.load(open("exhibits/T-A-0001/a1/acquisition.json"))
assert report["source"]["block_device"] and report["source"]["read_only_set"], report["source"]
print(report["digests"]["sha256"])')" ] || fail "another digest than the device's"
belongs_to_the_caller "with --watch"

# --- gone while it is read, and back under another name -------------------------------------------------------------------------
attach "$work/second.raw"
before=$loop
"${under_sudo[@]}" timeout 50 holdfast acquire "$before" --exhibit T-A-0002 --rate 4M --wait 1 --passphrase-fd 3 \
  3<<<"a passphrase for tests" >"$work/out.txt" 2>"$work/err.txt" &
job=$!
for _ in $(seq 100); do
  [ -s exhibits/T-A-0002/a1/T-A-0002_a1.E01 ] && break
  sleep 0.1
done
sleep 1
# As when the cable is pulled: the device stands, and has no medium any more (loop(4): LOOP_SET_STATUS64, lo_sizelimit).
python3 - "$before" <<'END'
import fcntl, struct, sys
LOOP_SET_STATUS64, LOOP_GET_STATUS64, SIZE_LIMIT_AT = 0x4C04, 0x4C05, 32
with open(sys.argv[1], "rb") as device:
    info = bytearray(232)
    fcntl.ioctl(device, LOOP_GET_STATUS64, info)
    struct.pack_into("=Q", info, SIZE_LIMIT_AT, 1)
    fcntl.ioctl(device, LOOP_SET_STATUS64, info)
END
sleep 1
[ "$(ps -o uid= -p "$(pgrep -P $job -x holdfast || echo $job)" | tr -d ' ')" != 0 ] || fail "it reads as root"
attach "$work/second.raw"
[ "$loop" != "$before" ] || fail "the device came back under the same name"
code=0
wait $job || code=$?
[ $code = 0 ] || fail "exit code $code: $(cat "$work/out.txt" "$work/err.txt")"
[ "$(sha256sum <"$work/second.raw" | cut -d' ' -f1) $loop" = "$(python3 -c '
import json
report = json.load(open("exhibits/T-A-0002/a1/acquisition.json"))
assert len(report["pauses"]) == 1, report
print(report["digests"]["sha256"], report["pauses"][0]["path"])')" ] || fail "another digest, or another device: $(cat exhibits/T-A-0002/a1/acquisition.json)"
belongs_to_the_caller "without --watch"
