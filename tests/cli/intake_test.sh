#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Intake at a terminal: twenty things registered by typing, one after the other, and how long the program itself takes for one;
# parts, two with one serial number, photographs, and a writer that is killed at its system calls.
. "$(dirname "$0")/lib.sh" "$@"
need python3
export TZ=UTC
hf 0 identity new tester --common-name Tester >/dev/null
mkdir case-folder
hf "0 3" case new T-1 --to case-folder --agency test.example --station A --yes >/dev/null 2>&1
cd case-folder/T-1
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
two_lines() { [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }; }

# --- twenty things, every answer typed --------------------------------------------------------------------------------------------
# The prompt is the end of what the screen shows; each is answered as soon as it is there.
prompt() { printf 'see ^%s[^\\n]*:\\Z\n' "$1"; }
answer() { prompt "$1"; printf 'type %s\\r\n' "$2"; }
{
  printf 'see ^passphrase of tester:$\ntype a passphrase for tests\\r\n'
  answer 1 'phone black, cracked'
  answer 2 R58M100
  answer 3 'on unl 45'
  answer 4 'f online'
  answer 5 'TE-0001, 2026-11-21 14:03:10 +07:00'
  answer 6 '301, 3, 1'
  for number in $(seq 2 18); do
    printf 'see ^exhibit T-A-%04d$\n' "$number"
    answer 1 phone
    answer 2 "R58M1$(printf %02d "$number")"
    answer 3 'on locked'
    answer 4 airplane
    answer 5 "TE-$(printf %04d "$number"), - screen locked"
    answer 6 "301, 3, $number"
  done
  answer 1 'sim of T-Z-0001'
  printf 'see ^  no exhibit has the label T-Z-0001$\n'
  answer 1 'sim of T-A-0001, blue' # of a SIM neither power nor clock is asked, and the place is that of before
  answer 2 '?' # no number, but a question
  printf 'see ^  Type the number, or for instance\n'
  answer 2 '- contacts worn'
  answer 5 ''
  answer 6 '! reads mail' # the place of before, and why it comes first
  answer 1 'xbox' # not understood: told what is, and asked again
  printf 'see ^  phone tablet sim card pc disk usb\n'
  answer 1 'pc, under the desk'
  answer 2 R58M100 # the number of the first
  answer '  T-A-0001 bears this number' 'sticker copied'
  answer 3 'on locked open'
  answer 4 none
  answer 5 '-, 14:03' # the date is ours
  answer 6 '302'
  answer 1 q
  echo 'end 0'
} >steps
began=$(date +%s%3N)
python3 "$source_root/tests/cli/terminal.py" 80 24 holdfast exhibit add --many --site 'Building 7' <steps || fail "intake on a terminal"
took=$(($(date +%s%3N) - began))
echo "20 exhibits in $took ms, $((took / 20)) ms each: the program's own time, for every question was answered as soon as it was asked"
rm steps
hf 0 exhibit list --json >list.json
python3 - <<'END' || fail "what was typed is not what the ledger says"
import json
exhibits = [json.loads(line) for line in open("list.json")]
assert all(one["site"] == "Building 7" for one in exhibits)
assert [one["label"] for one in exhibits] == [f"T-A-{n:04}" for n in range(1, 21)], exhibits
first, *_, sim, pc = exhibits
expected = {"kind": "phone", "description": "black, cracked", "serial": "R58M100", "power": "on", "lock": "unlocked", "battery": "45",
            "isolation": "faraday", "network": "on", "seal": "TE-0001", "room": "301", "floor": "3", "desk": "1"}
assert expected.items() <= first.items(), first
assert int(first["clock_offset_s"]) < 0 and "clock_offset_reason" not in first, first
assert exhibits[17]["clock_offset_reason"] == "screen locked" and exhibits[17]["desk"] == "18", exhibits[17]
assert sim["parent"] == first["uid"] and sim["serial_reason"] == "contacts worn" and sim["description"] == "blue", sim
assert sim["clock_offset_reason"] == "a sim has none" and "power" not in sim and "seal" not in sim and sim["room"] == "301" and "desk" not in sim, sim
assert sim["first_reason"] == "reads mail" and "first_reason" not in pc, sim
assert pc["same_serial_reason"] == "sticker copied" and pc["encryption"] == "open" and pc["room"] == "302" and "seal" not in pc, pc
assert "clock_offset_s" in pc and pc["description"] == "under the desk", pc
END
hf 0 verify . --trust "$trust" >/dev/null

# --- who asks, and who is not asked -------------------------------------------------------------------------------------------------
hf 2 exhibit add --kind usb --no-serial no --no-clock no </dev/null >said.txt 2>&1
two_lines
said 'the next free one of this station is T-A-0021'
printf 'usb\n- none\n' | hf 2 exhibit add --ask >said.txt 2>&1
said 'the answers ended before the last question'
printf '\n- worn\n\n\n\n\n' | hf 0 exhibit add --ask >said.txt 2>&1
said 'exhibit T-A-0021, uid'
hf 0 exhibit show T-A-0021 >said.txt
for fact in 'kind *phone' 'power *unknown' 'isolation *none' 'clock_offset_reason *not read' 'serial_reason *worn' 'room *302'; do
  said "^$fact$"
done
hf 4 exhibit add T-A-0021 --ask </dev/null >said.txt 2>&1 # told before anything is asked
two_lines
said 'the label T-A-0021 was given already'
for wrong in "--battery 101" "--power maybe" "--isolation bag" "--seized-at yesterday" "--kind spaceship" "--clock-shows noon"; do
  # shellcheck disable=SC2086
  hf 2 exhibit add T-A-0099 --kind phone --serial 1 $wrong >said.txt 2>&1
  two_lines
done
hf 0 exhibit add T-B-0003 --kind phone --serial 490154203237518 --clock-shows '2026-11-21 14:03:10 +07:00' >/dev/null 2>said.txt
said '^Its clock is [0-9]* s ([0-9a-z ]*) behind, read as +07:00'

hf 0 exhibit list >before.txt
# Ctrl-C at a question, and at the passphrase, where the terminal does not show what is typed: it gets its modes back.
python3 "$source_root/tests/cli/terminal.py" 80 24 holdfast exhibit add <<'END' || fail "Ctrl-C at the passphrase"
see ^passphrase of tester:$
modes own
type \x03
see ^holdfast: stopped at a question$
end 130
END
python3 "$source_root/tests/cli/terminal.py" 80 24 holdfast exhibit add <<'END' || fail "Ctrl-C at a question"
see ^passphrase of tester:$
type a passphrase for tests\r
see ^1 What is it\?
type phone\r
see ^2 Serial number
type \x03
see ^holdfast: stopped at a question$
end 130
END
hf 0 exhibit list | cmp - before.txt || fail "what was stopped at a question was registered"

# On a narrow screen a number is shown whole, or it is that of another thing; what has no room beside it stands below.
python3 "$source_root/tests/cli/terminal.py" 80 200 holdfast exhibit list <<'END' || fail "the list on 80 columns"
see ^T-B-0003 .*490154203237518
see ^T-A-0001 .* R58M100
see ^    .*description: black, cracked
end 0
END

# --- photographs --------------------------------------------------------------------------------------------------------------------
head -c 300000 /dev/urandom >one.JPG
head -c 100000 /dev/urandom >two.png
hf 0 exhibit add T-A-0022 --kind phone --no-serial no --no-clock no --photo one.JPG --photo two.png --photo one.JPG >/dev/null
photos=exhibits/T-A-0022/photos
[ "$(find $photos -type f | wc -l)" = 2 ] || fail "two photographs are two files"
kept=$photos/$(sha256sum one.JPG | cut -d' ' -f1).jpg
cmp one.JPG "$kept" || fail "a photograph is not its copy"
hf 0 exhibit show T-A-0022 >said.txt
said '^photographs *2, their files are here$'
hf 2 exhibit add T-A-0098 --kind phone --no-serial no --no-clock no --photo list.json >said.txt 2>&1
two_lines
hf 0 verify . --trust "$trust" --json >verified.json
grep -q '"photo.file".*"passed"' verified.json || fail "photographs were not checked"
mv "$kept" away
hf 3 verify . --trust "$trust" >said.txt
said 'not possible *photo.file .*a photograph, is not here. Entry .* signed by CN=Tester'
hf 0 exhibit show T-A-0022 >said.txt
said "^photographs *2; not here: $(basename "$kept" | head -c 16)…$"
cp two.png "$kept"
hf 1 verify . --trust "$trust" >said.txt
said 'FAILED *photo.file .*is not the photograph that was registered'
mv away "$kept"

# --- killed at its calls ------------------------------------------------------------------------------------------------------------
calls=write,pwrite64,fdatasync,fsync,rename,unlink,link,linkat,mkdir,ftruncate
add_traced() {  # LABEL STRACE-OPTION...
  local label=$1
  shift
  strace -f -qq -o "$work/calls" -e trace=$calls "$@" holdfast exhibit add "$label" --kind phone --no-serial no --no-clock no \
    --photo "$label.jpg" --passphrase-fd 3 3<<<"a passphrase for tests"
}
traced() { command -v strace >/dev/null && head -c 90000 /dev/urandom >T-K-0.jpg && add_traced T-K-0 >/dev/null 2>&1; }
if traced; then
  mapfile -t moments < <(moments_in "$work/calls")
  total=${#moments[@]}
  [ "$total" -gt 20 ] || fail "an intake of $total calls is not what it was"
  step=6
  [ "${HOLDFAST_ALL_TESTS:-0}" = 1 ] && step=1
  acknowledged=0
  for ((when = 1; when <= total; when += step)); do
    head -c 90000 /dev/urandom >"T-K-$when.jpg"
    if add_traced "T-K-$when" -e "inject=${moments[when - 1]}:signal=KILL" >said.txt 2>&1; then fail "not killed at ${moments[when - 1]}"; fi
    if grep -q '^ledger entry' said.txt; then
      acknowledged=$((acknowledged + 1))
      holdfast exhibit show "T-K-$when" >/dev/null || fail "T-K-$when was acknowledged and is not there"
    fi
    # A file that bears a digest has it, whole; what was cut off bears another name.
    for photo in $(find exhibits -path '*/photos/*' -name '[0-9a-f]*'); do
      name=$(basename "$photo" .jpg)
      [ "${name%.png}" = "$(sha256sum "$photo" | cut -d' ' -f1)" ] || fail "half a photograph, killed at call $when"
    done
  done
  hf 0 exhibit add T-K-9999 --kind phone --no-serial no --no-clock no >/dev/null
  hf 0 verify . --trust "$trust" >/dev/null
  echo "killed at $(((total + step - 1) / step)) of $total calls; $acknowledged acknowledged, all there"
else
  echo "(not asked: strace is not installed, or may not trace here)"
fi
