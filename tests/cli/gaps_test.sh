#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two stations, with gaps planted in both: exactly those are listed, and each goes when it is closed. Which device is next, the evening
# report and the memorandum of seizure say the same as the ledgers.
. "$(dirname "$0")/lib.sh" "$@"
need python3
courier=$work/courier
mkdir "$courier"

exhibit() { hf 0 exhibit add "$1" --no-clock 'not read' "${@:2}" >/dev/null; }
# The gaps as "code label station:entry", in order, must be these.
gaps_are() {
  local expected=$1 code=0
  shift
  holdfast show gaps --json "$@" >gaps.json || code=$?
  [ $code = "$([ -z "$expected" ] && echo 0 || echo 3)" ] || fail "show gaps: exit code $code for: $expected"
  python3 - "$expected" <<'END' || fail "those are not the gaps"
import json, sys
gaps = [json.loads(line) for line in open("gaps.json")]
found = "; ".join(" ".join(filter(None, (g["code"], g["exhibit"], g["ledger"].split("/")[-1] + ":" + g["entry"]))) for g in gaps)
if found != sys.argv[1]: sys.exit("found:    " + found + "\nexpected: " + sys.argv[1])
END
}
# Somebody else's word over the ledger as it is.
witnessed() {
  local here=$1
  rm -f "$courier/request" "$courier/answer"
  station "$here"
  hf 0 ledger checkpoint | sed -n 's/^log key *//p' >"$courier/log.vkey"
  hf 0 ledger request --to "$courier/request" >/dev/null 2>&1
  station w
  hf 0 witness cosign "$courier/request" --to "$courier/answer" --log "$courier/log.vkey" >/dev/null
  station "$here"
  hf 0 ledger witnessed "$courier/answer" --witness "$work/w.vkey" >/dev/null 2>&1
}
head -c 1048576 /dev/urandom >disk.raw

# --- station a: everything is planted --------------------------------------------------------------------------------------------
station a
hf 0 identity new officer-a --common-name officer-a >/dev/null 2>&1
hf "0 3" case new T-1 --agency test.example --station a --authority 'warrant 12/2026' --yes >/dev/null 2>&1
station a
exhibit T-A-0001 --kind disk --serial S-1 --seal Z-1
exhibit T-A-0002 --kind phone --serial S-2
exhibit T-A-0003 --kind phone --no-serial 'worn off'
exhibit T-A-0004 --kind document --serial 'page 1 of 9'
gaps_are "image.none T-A-0001 a:1; image.none T-A-0002 a:2; image.none T-A-0003 a:3; identity.none T-A-0003 a:3; ledger.unwitnessed a:0"
hf 0 acquire "$work/disk.raw" --exhibit T-A-0001 --quiet >/dev/null 2>said.txt
said 'it bears the seal Z-1, and no entry says that this was taken off'
said 'exhibit unseal T-A-0001'
gaps_are "seal.open T-A-0001 a:5; image.none T-A-0002 a:2; image.none T-A-0003 a:3; identity.none T-A-0003 a:3; ledger.unwitnessed a:0"

# --- next ------------------------------------------------------------------------------------------------------------------------
hf 0 next >said.txt
said '^Take T-A-0002 now: '
[ "$(awk 'length > 80' said.txt)" = "" ] || fail "wider than 80 columns: $(cat said.txt)"
grep -q 'T-A-0001\|T-A-0004' said.txt && fail "what is imaged, or has nothing to image, is next: $(cat said.txt)"

# --- pages -----------------------------------------------------------------------------------------------------------------------
hf 3 report evening --to "$work/evening.html" >/dev/null
hf 4 report evening --to "$work/evening.html" >/dev/null 2>&1
hf 2 report evening --to "$work/evening.pdf" >/dev/null 2>&1
hf 0 memo --to "$work/memo.html" >/dev/null
hf 4 memo --room nowhere --to "$work/none.html" >/dev/null 2>said.txt
said 'no exhibit was found in the room nowhere'
[ ! -e "$work/none.html" ] || fail "a page was written of nothing"
root=$(hf 0 ledger checkpoint | sed -n 's/^root, first  //p')
for page in evening memo; do
  grep -qF -- "$root" "$work/$page.html" || fail "$page has not the checkpoint's digits"
  grep -qi '<script\|src=\|http:\|https:' "$work/$page.html" && fail "$page loads something, or runs something"
  grep -q 'officer-a' "$work/$page.html" && fail "$page names a person"
done
# What a camera reads off the page is the checkpoint itself.
if command -v zbarimg >/dev/null; then
  python3 - "$work/memo.html" "$work/code.pgm" <<'END'
import re, sys
page = open(sys.argv[1]).read()
side, path = int(re.search(r'viewBox="0 0 (\d+) ', page)[1]), re.search(r' d="([^"]+)"', page)[1]
pixels = bytearray(b"\xff" * side * side)
for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1", path):
    for at in range(int(x), int(x) + int(wide)): pixels[int(y) * side + at] = 0
large = b"".join(b"".join(bytes([p]) * 4 for p in pixels[y * side:(y + 1) * side]) * 4 for y in range(side))
open(sys.argv[2], "wb").write(b"P5 %d %d 255\n" % (4 * side, 4 * side) + large)
END
  zbarimg --nodbus --quiet --raw "$work/code.pgm" >"$work/read.note"
  head -c -1 "$work/read.note" | cmp - ledgers/a/checkpoint || fail "the code on the page is not the checkpoint"
else
  echo "skipped: the code on the page, for zbarimg is not installed"
fi
grep -q 'T-A-0002 to\|T-A-0002, \|T-A-0002<' "$work/evening.html" || fail "the evening report does not list what is not done"
grep -q 'Z-1' "$work/memo.html" && grep -q 'worn off' "$work/memo.html" || fail "the memorandum lacks a seal or a reason"

# --- a phone goes to station b, which images it ------------------------------------------------------------------------------------
station w
hf 0 witness new w.example/w1 2>/dev/null >"$work/w.vkey"
station b
hf 0 identity new officer-b --common-name officer-b >/dev/null 2>&1
hf "0 3" case new T-1 --agency test.example --station b --authority 'warrant 12/2026' --yes >/dev/null 2>&1
station a
hf 0 handover offer T-A-0002 --to "$work/b/config/holdfast/identities/officer-b/sign.cert.pem" --purpose imaging --to-file "$courier" >/dev/null 2>&1
offer=$(ls "$courier"/*.offer.json)
rest="image.none T-A-0003 a:3; identity.none T-A-0003 a:3"
gaps_are "seal.open T-A-0001 a:5; image.none T-A-0002 a:2; offer.open T-A-0002 a:7; $rest; ledger.unwitnessed a:0"
station b
hf 0 handover accept "$offer" --yes --to-file "$courier" >/dev/null 2>&1
hf 0 acquire "$work/disk.raw" --exhibit T-A-0002 --quiet >/dev/null
witnessed b
gaps_are "ledger.missing b:1"

# Both ledgers in one folder: what b did closes what a left open, and nothing says in a that b has it.
gathered=$work/gathered/T-1
gather() {
  rm -rf "$gathered"
  mkdir -p "$work/gathered"
  cp -r "$work/a/T-1" "$gathered"
  cp -r "$work/b/T-1/ledgers/b" "$gathered/ledgers/"
  cd "$gathered"
}
gather
gaps_are "seal.open T-A-0001 a:5; offer.unreceipted T-A-0002 b:1; $rest"
station a
hf 0 next >said.txt
said '^Take T-A-0003 now: '
hf 0 handover receipt "$(ls "$courier"/*-b-*.acceptance.json)" >/dev/null

# --- what is closed goes ------------------------------------------------------------------------------------------------------------
hf 0 acquire "$work/disk.raw" --exhibit T-A-0003 --quiet >/dev/null
hf 0 handover offer T-A-0001 --to "$work/b/config/holdfast/identities/officer-b/sign.cert.pem" --seal T-A-0001=Z-2 --purpose storage --to-file "$courier" >/dev/null 2>&1
hf 0 handover withdraw T-A-0001 --reason 'the courier did not come' >/dev/null
witnessed a
gaps_are "identity.none T-A-0003 a:3; ledger.missing a:8"
gather
gaps_are "identity.none T-A-0003 a:3"
hf 0 next >said.txt
said '^nothing waits'
hf 3 show gaps >said.txt
said '^T-A-0003 '
said '^1 gap: 1 in 1 exhibit, 0 in ledgers'
[ "$(awk 'length > 80' said.txt)" = "" ] || fail "wider than 80 columns: $(cat said.txt)"
hf 3 show gaps --csv >said.txt
[ "$(wc -l <said.txt)" = 2 ] && grep -q '"identity.none"' said.txt || fail "as CSV: $(cat said.txt)"

# A witness that one does not know vouches for nothing; each station still vouches for what it was shown of the other.
mkdir trust
cat >trust/witnesses.policy <<END
witness other $(cd "$work/w" && XDG_CONFIG_HOME=$work/other hf 0 witness new other.example/w2 2>/dev/null)
quorum other
END
gaps_are "identity.none T-A-0003 a:3; ledger.unwitnessed a:8; ledger.unwitnessed b:2" --trust trust
