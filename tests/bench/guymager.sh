#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Images a file with Guymager, three hashes, E01, and prints one line of name=value pairs:
#
#   tests/bench/guymager.sh SOURCE EMPTY_FOLDER
#
# Guymager (0.8.13) has no batch mode. But nearly all that its dialog asks can stand in its configuration, and it writes
# down when it is done, so on a virtual display a right click and two Returns are enough. It images devices only: the
# source becomes a read-only loop device, the only one that it is shown. Ends with 77 and the reason where that cannot
# be done here.
set -euo pipefail
source=$(readlink -f "$1") folder=$(readlink -f "$2")

cannot() { echo "$*"; exit 77; }
[ -z "$(ls -A "$folder")" ] || cannot "$folder is not empty"  # it would ask whether to overwrite
[ "$(id -u)" -eq 0 ] || cannot "needs root"
for program in guymager Xvfb xdotool losetup; do
  command -v "$program" >/dev/null || cannot "$program is not installed"
done
device=$(losetup -f --show -r "$source" 2>/dev/null) || cannot "there are no loop devices"

work=$(mktemp -d)
started=()
finish() {
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait
  losetup -d "$device"
  rm -rf "$work"
}
trap finish EXIT

# What comes later in a configuration counts.
{
  cat /etc/guymager/guymager.cfg
  cat <<END
StartupSize = MANUAL
StartupSizeManualX = 100
StartupSizeManualY = 100
StartupSizeManualDx = 1000
StartupSizeManualDy = 500
WarnAboutImageSize = No
WarnAboutSegmentFileCount = No
DuplicateImage = off
EwfCompression = FAST
DefaultFormat = EWF
DeviceScanMethod = libudev
CommandAcquisitionEnd = 'bash -c "date +%s.%N >$work/ended.part; mv $work/ended.part $work/ended"'
LocalHiddenDevicesUseRegExp = true
TABLE HiddenDevices NoName
  '/dev/(?!${device#/dev/}\$).*'
ENDTABLE
TABLE DlgAcquireField NoName
  'SplitFileSwitch'    ShowDefault Hide        '1'
  'SplitFileSize'      ShowDefault Hide        '400'
  'SplitFileUnit'      ShowDefault Hide        'MiB'
  'EwfCaseNumber'      ShowDefault Hide        '1'
  'EwfEvidenceNumber'  ShowDefault Hide        '1'
  'EwfExaminer'        ShowDefault Hide        ''
  'EwfDescription'     ShowDefault Hide        ''
  'EwfNotes'           ShowDefault Hide        ''
  'UserField'          Hide        Hide        ''
  'DestImageDirectory' ShowDefault Hide        '$folder'
  'DestInfoDirectory'  Hide        ShowDefault '$folder'
  'DestImageFilename'  ShowDefault Hide        'x'
  'DestInfoFilename'   ShowDefault ShowDefault 'x'
  'HashCalcMD5'        ShowDefault ShowDefault '1'
  'HashCalcSHA1'       ShowDefault ShowDefault '1'
  'HashCalcSHA256'     ShowDefault ShowDefault '1'
  'HashVerifySrc'      ShowDefault ShowDefault '0'
  'HashVerifyDst'      ShowDefault ShowDefault '0'
ENDTABLE
END
} >"$work/guymager.cfg"

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for() {
  local tries=$(($1 * 5))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $((tries -= 1)) -gt 0 ] || return 1
    sleep 0.2
  done
}

Xvfb -displayfd 3 -screen 0 1280x800x24 3>"$work/display" >/dev/null 2>&1 &
started+=($!)
wait_for 20 test -s "$work/display" || cannot "the virtual display did not start"
export DISPLAY=:$(<"$work/display") XDG_RUNTIME_DIR=$work

cd "$work"  # a local.cfg in the current folder would count too
guymager cfg="$work/guymager.cfg" log="$work/log" >"$work/said" 2>&1 &
guymager=$!
started+=("$guymager")
wait_for 30 xdotool search --name '^GUYMAGER' || cannot "its window did not come: $(tail -1 "$work/said")"

# The only row of the table, once the device stands there; how high it is depends on the fonts. The dialog's title says
# which device it is about.
ask() {
  local height
  for height in 230 215 200 245; do
    xdotool key Escape mousemove 430 "$height" click 3 sleep 0.5 key Down Return sleep 1
    if xdotool search --name "^Acquire image of $device\$"; then return 0; fi
  done
  return 1
}
wait_for 2 ask || cannot "its dialog for $device did not come"

processor_ticks() { awk '{print $14 + $15}' "/proc/$guymager/stat"; }
ticks=$(processor_ticks)
began=$(date +%s.%N)
xdotool key Return
wait_for 300 test -e "$work/ended" || cannot "it did not come to an end"
awk -v began="$began" -v ended="$(<"$work/ended")" -v ticks="$(($(processor_ticks) - ticks))" \
  -v hertz="$(getconf CLK_TCK)" -v bytes="$(cat "$folder"/x.E* | wc -c)" \
  -v sha256="$(tr -d '\r' <"$folder/x.info" | sed -n 's/^SHA256 hash *: //p' | tr -d ' ')" \
  'BEGIN{printf "seconds=%.3f processor_seconds=%.3f bytes=%d sha256=%s\n", ended - began, ticks / hertz, bytes, sha256}'
