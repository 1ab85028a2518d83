#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What verify says of an image that was changed: which sectors are lost, in which file and where; which segment is missing, exchanged,
# copied, foreign or one too many; what was never finished.
. "$(dirname "$0")/lib.sh" "$@"
need ewfacquire

verify() {  # expected exit code, image
  local code=0
  holdfast verify "${@:2}" >out 2>err || code=$?
  [ "$code" = "$1" ] || { cat out err >&2; fail "verify ${*:2}: exit code $code, expected $1"; }
}
says() { for text; do grep -qF -- "$text" out || { cat out >&2; fail "verify does not say: $text"; }; done; }
silent_on() { ! grep -qF -- "$1" out || { cat out >&2; fail "verify says: $1"; }; }
fresh() { rm -rf set && cp -r whole set; }

head -c 5000192 /dev/urandom >media.dd
mkdir whole
ewfacquire -q -u -f encase6 -c none -S 1M -t whole/x media.dd >/dev/null
ls whole | tr '\n' ' ' | grep -qx 'x.E01 x.E02 x.E03 x.E04 x.E05 ' || fail "not five segments: $(ls whole)"
md5=$(md5sum media.dd | cut -d' ' -f1)

# Whole: the digests, and that the image states them.
verify 0 whole/x.E01
says 'VERIFIED  whole/x.E01' "md5 of the media $md5 (the image states the same)" "$(sha256sum media.dd | cut -d' ' -f1)" '9766 sectors of 512'
verify 3 media.dd
says 'NOT PROVEN' 'the image states no digest' "$md5"

# A changed byte in a chunk: which sectors, which file, which byte. Chunks of 64 sectors are stored as they are.
fresh
place=$(python3 -c '
media, segment = open("media.dd", "rb").read(), open("set/x.E03", "rb").read()
chunk = next(n for n in range(len(media) // 32768) if media[n * 32768:(n + 1) * 32768] in segment)
print(chunk + 2, segment.index(media[(chunk + 2) * 32768:(chunk + 3) * 32768]))')
read -r chunk offset <<<"$place"
printf 'x' | dd of=set/x.E03 bs=1 seek=$((offset + 1000)) conv=notrunc status=none
verify 1 set/x.E01
says "image.chunk_checksum  x.E03: sectors $((chunk * 64)) to $((chunk * 64 + 63)) (media bytes $((chunk * 32768)) to $((chunk * 32768 + 32767))) cannot be read" \
  "at byte $offset of the file" '32768 of 5000192 bytes of the media cannot be read' 'Other programs may show zeros' 'DAMAGED  set/x.E01'
[ "$(grep -c FAILED out)" = 1 ] || fail "one change, several failures: $(cat out)"
verify 1 set/x.E01 --json
python3 -c 'import json; report = json.loads(open("out").read().splitlines()[-1]); assert report["verdict"] == "DAMAGED", report' ||
  fail "the report as JSON"

# Missing in the middle, at the end, at the front.
fresh && rm set/x.E03
verify 1 set/x.E01
says 'image.segment_missing  x.E03: the file is missing' 'image.chunks_missing  x.E02: sectors' 'they should follow byte'
fresh && rm set/x.E05
verify 1 set/x.E01
says 'image.segment_missing  x.E05' 'cannot be read'
fresh && rm set/x.E01
verify 1 set/x.E02
says 'image.segment_missing  x.E01' 'sectors 0 to'

# Exchanged; renamed to close a gap; a copy; one too many; one of another image.
fresh && mv set/x.E02 set/t && mv set/x.E03 set/x.E02 && mv set/t set/x.E03
verify 1 set/x.E01
says 'image.segment_exchanged  x.E02: the file is another segment' 'image.segment_exchanged  x.E03'
fresh && mv set/x.E03 set/x.E02 && mv set/x.E04 set/x.E03 && mv set/x.E05 set/x.E04
verify 1 set/x.E01
says 'image.segment_exchanged  x.E02' 'image.chunks_missing'
fresh && cp set/x.E02 set/x.E03
verify 1 set/x.E01
says 'image.segment_copy  x.E03: the file is a copy of another segment'
silent_on 'x.E04:'
fresh && cp set/x.E02 set/x.E06
verify 1 set/x.E01
says 'x.E06: the file follows the one that says it is the last' "$md5 (the image states the same)"
silent_on 'cannot be read'
head -c 5000192 /dev/urandom >other.dd
mkdir foreign ours
holdfast convert other.dd --to foreign --name x --segment-size 1M >/dev/null
holdfast convert media.dd --to ours --name x --segment-size 1M >/dev/null
cp foreign/x.E04 ours/x.E04
verify 1 ours/x.E01
says 'image.segment_foreign  x.E04: the file belongs to another image' 'cannot be read'
# ewfacquire gives its images no identifier: what is left is the digest.
fresh
ewfacquire -q -u -f encase6 -c none -S 1M -t foreign/y other.dd >/dev/null
cp foreign/y.E04 set/x.E04
verify 1 set/x.E01
says 'image.digest  md5: the image states'

# Cut off, or never finished: other programs show zeros for it, and say nothing.
fresh && truncate -s 300000 set/x.E05
verify 1 set/x.E01
says 'image.unfinished  x.E05: the image was never finished, or its end was cut off; it ends at byte 300000. Other programs may show zeros' 'cannot be read'

# The digest that the image states was changed, with its checksum put right.
fresh
python3 - <<'PYTHON'
import struct, zlib
data = bytearray(open("set/x.E05", "rb").read())
for name in b"digest\0", b"hash\0":
    at = data.rfind(name)
    if at < 0:
        continue
    size = struct.unpack_from("<Q", data, at + 24)[0] - 76
    data[at + 76] ^= 1
    struct.pack_into("<I", data, at + 76 + size - 4, zlib.adler32(data[at + 76:at + 76 + size - 4]))
open("set/x.E05", "wb").write(data)
PYTHON
verify 1 set/x.E01
says 'image.digest  md5: the image states' "and its media have $md5: one of them was changed"

# Split raw: the missing piece is known by its place.
split -b 1000000 -d -a 3 --numeric-suffixes=1 media.dd set/r.
rm set/r.003
verify 1 set/r.001
says 'image.segment_missing' 'sectors 3906 to 5859' 'cannot be read'

# What is no image at all.
printf 'no image' >set/n.E01
verify 4 set/n.E01
verify 4 set/nothing.E01
