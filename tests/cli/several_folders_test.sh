#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An image that went on in a second folder when the first was full: it parses to the same lines as the same image in one file, its
# records are walked back to it, and each of its files is verified where it lies.
. "$(dirname "$0")/lib.sh" "$@"
need zstd mke2fs tar
mkdir small more whole
mount -t tmpfs -o size=5m none small 2>/dev/null || skip "no tmpfs can be mounted here: no folder can be made full (it needs root)"
trap 'umount "$work/small"; rm -rf "$top"' EXIT
make_samples evidence

# The files of a sample phone, and noise in each of its folders so that they are spread over the several files of an E01.
mkdir tree
tar -xf evidence/phone-1-ffs.tar -C tree --no-same-owner
find tree -type d | while read -r folder; do head -c 400000 /dev/urandom >"$folder/noise"; done
truncate -s 32M disk.raw
mke2fs -q -F -t ext4 -d tree disk.raw

new_case
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
cd "$work"
cp -a case-folder case-begun
cp -a state state-begun
start_again() {  # the same exhibit and acquisition again, so that lines can be compared
  cd "$work"
  rm -rf case-folder state small/* more/* whole/*
  cp -a case-begun case-folder
  cp -a state-begun state
  cd case-folder/T-1
}
acquire() { hf 0 acquire "$work/disk.raw" --exhibit T-A-0001 --quiet "$@" >/dev/null; }
parsed_to() {
  hf "0 3" parse T-A-0001 --quiet >/dev/null
  segment_lines T-A-0001 >"$1"
}
views() {
  { hf 0 show messages --csv && hf 0 show files --csv && hf 0 find usdt; } >"$1"
  grep -qi usdt "$1" || fail "nothing was found"
}

for format in e01 raw; do
  start_again
  acquire --format $format --to "$work/whole"
  [ "$(find "$work/whole" -name 'T-A-0001_a1.*' | wc -l)" = 1 ] || fail "$format: the image in one file lies in several"
  parsed_to "$work/expected"
  views "$work/expected-views"

  start_again
  acquire --format $format --segment-size 2M --to "$work/small" --spill "$work/more"
  [ -e "$(echo "$work"/small/T-A-0001_a1.?01)" ] && [ "$(find "$work/more" -name 'T-A-0001_a1.*' | wc -l)" -gt 0 ] ||
    fail "$format: the image does not lie in two folders: $(ls "$work/small" "$work/more")"

  # The image by itself, from both folders; with the first alone a part of it is missing.
  first=$(echo "$work"/small/T-A-0001_a1.?01)
  hf "0 3" verify "$first" --also "$work/more" >verified
  grep -q 'cannot be read' verified && fail "$format: verify does not find the second folder: $(cat verified)"
  grep -q "^sha256 of the media $(sha256sum <"$work/disk.raw" | cut -d' ' -f1)" <(sed 's/^ *//' verified) || fail "$format: $(cat verified)"
  mkdir converted
  hf "0 3" convert "$first" --also "$work/more" --to converted --format raw --name whole >/dev/null 2>&1
  cmp "$(ls converted/whole*)" "$work/disk.raw" || fail "$format: the image was not converted whole"
  rm -r converted
  hf "0 3" acquire --adopt "$first" --also "$work/more" --exhibit T-A-0001 >said 2>&1
  grep -q "sha256 *$(sha256sum <"$work/disk.raw" | cut -d' ' -f1)" said || fail "$format: the image was not adopted whole: $(cat said)"
  hf 0 verify . --trust "$trust" --all >verified
  grep -q '^VERIFIED  ' verified || fail "$format: the adopted image is not verified where it lies: $(cat verified)"
  hf 2 verify . --also "$work/more" >/dev/null 2>&1
  start_again
  acquire --format $format --segment-size 2M --to "$work/small" --spill "$work/more"

  parsed_to lines
  cmp lines "$work/expected" || fail "$format: other lines than those of the image in one file"

  views shown
  cmp shown "$work/expected-views" || fail "$format: show and find tell something else"
  record=$(hf 0 show messages --json | head -1 | python3 -c 'import json, sys; print(json.loads(json.loads(sys.stdin.readline())["line"])["id"])')
  hf 0 explain "$record" >explained
  grep -q 'read again from the evidence: equal' explained || fail "$format: a record is not walked back: $(cat explained)"
  hf 0 exhibit check T-A-0001 >checked
  grep -q 'a1: equal' checked || fail "$format: $(cat checked)"
  hf 0 verify . --trust "$trust" --all >verified
  grep -q '^passed  *image.file' verified && grep -q '^VERIFIED  ' verified || fail "$format: not every file was verified: $(cat verified)"

  # A folder that is not there is named; a file that was changed in it is found.
  mv "$work/more" "$work/away"
  hf 4 explain "$record" >/dev/null 2>said
  grep -q "$work/more, where T-A-0001 a1 lies, is not there" said || fail "$format: $(cat said)"
  mv "$work/away" "$work/more"
  printf 'XXXX' | dd of="$(find "$work/more" -name 'T-A-0001_a1.*' | sort | head -1)" bs=1 seek=500000 conv=notrunc status=none
  hf 1 verify . --trust "$trust" >verified
  grep -q '^FAILED .*image.file' verified || fail "$format: $(cat verified)"
  hf 3 exhibit check T-A-0001 >checked

  # What is compared above needs the second folder: with the first one alone the lines are others.
  printf '{"T-A-0001/a1":"%s"}' "$work"/small/T-A-0001_a1.?01 >locations.json
  parsed_to lines
  ! cmp -s lines "$work/expected" || fail "$format: nothing that is parsed lies in the second folder"
done

# Every folder of a further copy is remembered, and what lies in the case goes with it when the case is moved.
start_again
acquire --segment-size 2M --to "$work/whole" --to "$work/small" --spill "$work/more"
python3 - "$work" locations.json <<'END' || fail "the second copy: $(cat locations.json)"
import json, sys
copy = json.load(open(sys.argv[2]))["T-A-0001/a1/copy2"]
assert copy[0].startswith(sys.argv[1] + "/small/") and copy[1:] == [sys.argv[1] + "/more"], copy
END
start_again
acquire --format raw --spill "$work/more"
grep -q "$work" locations.json && fail "where the case folder lies is written down: $(cat locations.json)"
mv "$work/case-folder" "$work/moved"
cd "$work/moved/T-1"
hf 0 verify . --trust "$trust" --all >verified
grep -q '^VERIFIED  ' verified || fail "the case was moved, and its image is not found: $(cat verified)"
parsed_to lines
cmp lines "$work/expected" || fail "the case was moved, and other lines are parsed"
