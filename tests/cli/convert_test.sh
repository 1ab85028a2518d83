#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An image becomes another one, there and back: the media stay the same for us and for other programs, nothing is overwritten, and
# what is damaged is refused. No case is at hand.
. "$(dirname "$0")/lib.sh" "$@"
need ewfacquire ewfverify ewfinfo ewfexport img_stat fls mke2fs

convert() {  # expected exit code, arguments
  local expected=$1 code=0
  shift
  holdfast convert "$@" >out 2>err || code=$?
  [ "$code" = "$expected" ] || { cat out err >&2; fail "convert $*: exit code $code, expected $expected"; }
}
sha() { cat "$@" | sha256sum | cut -d' ' -f1; }
says() { grep -qF -- "$1" "$2" || { cat "$2" >&2; fail "$2 does not say: $1"; }; }

# A file system with names to find again, and enough noise that it takes several files.
mkdir tree
echo 'a note' >tree/note.txt
head -c 3000000 /dev/urandom >tree/noise
truncate -s 8M media.dd
mke2fs -q -F -d tree media.dd
media=$(sha media.dd)
fls -r media.dd >listing

# --- raw -> E01 in several files -> raw, by other programs' eyes ------------------------------------------------------------------
mkdir e01 raw split again
convert 0 media.dd --to e01 --name image --segment-size 1M
says "$media" out
[ -e e01/image.E02 ] || fail "one file only, although segments of 1 MiB were asked for"
[ "$(find e01 -size +1024k)" = "" ] || fail "a segment is larger than what was asked for"
[ ! -e e01/image.partial ] || fail "the folder of the work stayed"
ewfverify -q -d sha256 e01/image.E01 >verified || fail "ewfverify: $(cat verified)"
says "$media" verified
ewfinfo e01/image.E01 >info
says 'EnCase 6' info
img_stat e01/image.E01 >stat
says '8388608' stat
fls -r e01/image.E01 | cmp - listing || fail "fls sees other files in the E01"
convert 0 e01/image.E01 --to raw
says 'the source states the same' out
[ "$(sha raw/image.dd)" = "$media" ] || fail "the media changed on the way"

# --- raw in pieces, and together again ------------------------------------------------------------------------------------------------
convert 0 e01/image.E01 --to split --format raw --segment-size 2999808
[ "$(ls split | tr '\n' ' ')" = "image.001 image.002 image.003 " ] || fail "other pieces: $(ls split)"
[ "$(sha split/image.0*)" = "$media" ] || fail "the pieces are not the media"
fls -r split/image.001 split/image.002 split/image.003 | cmp - listing || fail "fls sees other files in the pieces"
convert 0 split/image.001 --to again --format raw
[ "$(sha again/image.dd)" = "$media" ] || fail "the pieces together are not the media"

# --- what an E01 states is carried over ------------------------------------------------------------------------------------------------
ewfacquire -q -u -f encase6 -c fast -S 1M -C KK-2026 -E KK-A-0007 -e 'Examiner 12' -N 'found in room 3' -D 'a phone' -m removable \
  -M logical -t stated media.dd >/dev/null
mkdir stated
sleep 1.1  # so that the time of the new image is another
convert 0 stated.E01 --to stated --format e01 --name two
ewfinfo stated/two.E01 >info
for text in KK-2026 KK-A-0007 'Examiner 12' 'found in room 3' 'a phone' 'removable disk' 'Is physical:		no'; do says "$text" info; done
ewfinfo stated.E01 | grep 'Acquisition date' >date
says "$(cat date)" info
ewfverify -q stated/two.E01 >/dev/null || fail "ewfverify of an E01 made of an E01"

# --- odd sizes ----------------------------------------------------------------------------------------------------------------------------
mkdir odd
head -c 1000001 tree/noise >odd.dd
convert 2 odd.dd --to odd
says 'whole sectors' err
[ -z "$(ls odd)" ] || fail "left behind: $(ls odd)"
: >empty.dd # as a reader of cards without a card
convert 2 empty.dd --to odd
says 'the source has 0 bytes' err
convert 0 odd.dd --to odd --format raw --segment-size 400K
[ "$(sha odd/odd.0*)" = "$(sha odd.dd)" ] || fail "an odd size changed"

# --- asked for wrongly -------------------------------------------------------------------------------------------------------------------
before=$(sha e01/*)
convert 4 media.dd --to e01 --name image
says 'exists already' err
[ "$before" = "$(sha e01/*)" ] || fail "an image that was there was touched"
convert 2 media.dd --to e01 --name ../up
convert 2 media.dd --to e01 --name x --segment-size 12x
convert 2 media.dd --to e01 --name x --segment-size 1000000
says 'multiple of 512' err
convert 2 media.dd --to e01 --name x --format aff
convert 4 media.dd --to nowhere
convert 4 nothing.dd --to e01

# --- a damaged source -------------------------------------------------------------------------------------------------------------------
mkdir damaged
cp stated.E* damaged
printf 'XX' | dd of=damaged/stated.E02 bs=1 seek=500000 conv=notrunc status=none
mkdir from_damaged
for format in raw e01; do
  convert 1 damaged/stated.E01 --to from_damaged --format $format
  says 'stated.E02: sectors' err
  says '32768 of 8388608 bytes of the media cannot be read' out
  [ -z "$(ls from_damaged)" ] || fail "left behind: $(ls from_damaged)"
done
rm damaged/stated.E02
convert 1 damaged/stated.E01 --to from_damaged
says 'stated.E02: the file is missing' err
# The mirror of a table is damaged: nothing is lost, and it is told.
cp stated.E02 damaged
place=$(grep -abo table2 stated.E01 | head -1 | cut -d: -f1)
cp stated.E01 damaged
printf 'X' | dd of=damaged/stated.E01 bs=1 seek=$((place + 76 + 30)) conv=notrunc status=none
convert 3 damaged/stated.E01 --to from_damaged
says 'second copy of a table' err
[ "$(sha from_damaged/stated.dd)" = "$media" ] || fail "the media of an image with a damaged mirror"

# --- a digest that the media do not have: no new image may state another ---------------------------------------------------------------
mkdir other
python3 - <<'PYTHON'
import struct, zlib
last = sorted(__import__("glob").glob("stated.E0*"))[-1]
data = bytearray(open(last, "rb").read())
for name, digest_at in (b"digest\0", 0), (b"hash\0", 0):
    at = data.rfind(name)
    if at < 0:
        continue
    size = struct.unpack_from("<Q", data, at + 24)[0] - 76
    data[at + 76] ^= 1
    struct.pack_into("<I", data, at + 76 + size - 4, zlib.adler32(data[at + 76:at + 76 + size - 4]))
open("other/" + last, "wb").write(data)
PYTHON
cp -n stated.E* other
convert 1 other/stated.E01 --to from_damaged --name other
says 'do not have the digest' out
[ ! -e from_damaged/other.dd ] || fail "an image with another digest was converted"

# --- bad ranges: kept in an E01, shown for raw ------------------------------------------------------------------------------------------
# ewfacquire keeps none of a sound file, so one is put in by a program of our own where nbdkit can make bad sectors.
if command -v nbdkit >/dev/null; then
  printf '# Mapfile\n0x0 + 1\n0x0 0x2000 +\n0x2000 0x600 -\n0x2600 0x7FDA00 +\n' >map
  mkdir "$top/s"
  nbdkit -r -U "$top/s/socket" -P "$top/s/pid" --filter=ddrescue file media.dd ddrescue-mapfile=map
  new_case >/dev/null
  hf 3 acquire "nbd+unix:///?socket=$top/s/socket" --exhibit T-A-0001 >acquired 2>&1
  kill "$(cat "$top/s/pid")"
  image=$(echo "$PWD"/exhibits/T-A-0001/a1/*.E01)
  cd "$work"
  mkdir bad
  convert 0 "$image" --to bad --format e01 --name kept
  says 'sectors 16 to 18' out
  ewfinfo bad/kept.E01 >info
  says 'at sector(s): 16 - 18 number: 3' info
  convert 3 "$image" --to bad --format raw --name shown
  says 'sectors 16 to 18' err
  convert 0 bad/kept.E01 --to bad --format e01 --name kept_again --json
  says '"bad_ranges":[["16","3"]]' out
else
  echo "skipped: bad ranges, for nbdkit is not installed"
fi
