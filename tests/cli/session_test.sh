#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A night: a person opens a session for four acts; two images are taken, checked and parsed without anybody giving a passphrase; in the
# morning the person confirms the list, and the case verifies and says who signed how. What the session may not sign asks for the person.
# Killed at any moment, nothing acknowledged is lost and no key that signs is left behind. A thing goes to a store on paper and back.
. "$(dirname "$0")/lib.sh" "$@"
need python3 mke2fs openssl

# Without any way to give a passphrase.
alone() {
  local expected=$1 code=0
  shift
  holdfast "$@" </dev/null >out.txt 2>said.txt || code=$?
  case " $expected " in *" $code "*) ;; *) cat out.txt said.txt; fail "holdfast $*: exit code $code, expected $expected" ;; esac
}
said() { grep -q -- "$1" said.txt out.txt || { cat said.txt out.txt; fail "nothing was said of: $1"; }; }
keys() { find "$XDG_CONFIG_HOME/holdfast/sessions" -name '*.pem' 2>/dev/null | wc -l; }
certificate=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem

new_case
add_exhibit T-A-0002
for card in 1 2; do
  truncate -s 1M "$work/card$card"
  mke2fs -q -F -t ext2 "$work/card$card"
done

# --- what a session may be opened for ------------------------------------------------------------------------------------------
refused() { hf 2 session open "$@" >out.txt 2>said.txt; [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }; }
refused --acts amend --until 8h && said 'may not sign "amend"'
refused --acts acquire.begin,key.add --until 8h && said 'may not sign "key.add"'
refused --acts verify --until 2020-01-01 && said 'is no time'
refused --acts verify --until '2020-01-01 00:00' && said 'would be over already'
refused --acts verify --until 200h && said 'more than seven days'
[ "$(keys)" = 0 ] || fail "a refusal left a key"

# --- the night -----------------------------------------------------------------------------------------------------------------
alone 2 acquire "$work/card1" --exhibit T-A-0001 --quiet
hf 0 session open --acts acquire.begin,acquire.end,verify,extract --until 8h >out.txt 2>said.txt
said 'without a passphrase' && said 'ledger entry'
[ "$(keys)" = 1 ] || fail "no key of the session"
find "$XDG_CONFIG_HOME/holdfast/sessions" -name '*.pem' -perm 600 | grep -q . || fail "others may read the session's key"
grep -q 'BEGIN PRIVATE KEY' "$XDG_CONFIG_HOME"/holdfast/sessions/*/*.pem || fail "the session's key is not what the page says"
if grep -rl 'PRIVATE KEY' . | grep .; then fail "a private key lies in the case"; fi
alone 0 acquire "$work/card1" --exhibit T-A-0001
said 'signed by the session of tester'
alone 0 acquire "$work/card2" --exhibit T-A-0002 --quiet
alone 0 exhibit check T-A-0001
alone "0 3" parse
said 'signed by the session of tester'
# What it may not sign asks for the person; who is named signs himself.
alone 2 exhibit add T-A-0009 --kind phone --no-serial x --no-clock x
alone 2 ledger amend --exhibit T-A-0001 --label T-A-0017 --reason x
alone 2 session close
alone 2 exhibit check T-A-0001 --identity tester
hf 0 exhibit check T-A-0002 --identity tester >/dev/null 2>&1
alone 0 session list
said ' open '
alone 0 verify . --trust "$certificate"
said 'VERIFIED' && said 'entries are signed by a session that CN=Tester' && said 'has not confirmed the'

# --- the morning ---------------------------------------------------------------------------------------------------------------
hf 2 session close >out.txt 2>said.txt
said 'was not closed'
hf 0 session close --yes >out.txt 2>said.txt
said 'signed 7 entries' && said 'An acquisition ended: T-A-0002' && said 'Records were extracted: T-A-0001'
[ "$(keys)" = 0 ] || fail "the session's key is still there"
alone 2 exhibit check T-A-0001
alone 4 exhibit show no-such-label
alone 0 session list
said 'closed by entry'
holdfast ledger log --json >log.json
python3 - <<'END'
import json
entries = [json.loads(line) for line in open("log.json")]
by_session = [e["index"] for e in entries if e["signers"][0]["kind"] == "session"]
closing = [e["body"] for e in entries if e["body"]["act"] == "session.close"][0]
assert closing["entries"] == by_session and len(by_session) == 7, (closing, by_session)
acts = [e["body"]["act"] for e in entries if e["index"] in by_session]
assert acts == ["acquire.begin", "acquire.end", "acquire.begin", "acquire.end", "verify", "extract", "extract"], acts
assert all(e["signers"][0]["subject"] == "CN=Tester" for e in entries), "who stands behind it"
END
alone 0 verify . --trust "$certificate"
said '^VERIFIED' && said '7 entries are signed by a session that CN=Tester'
if grep -q 'has not confirmed' out.txt said.txt; then fail "it was confirmed"; fi
alone 0 ledger log
said 'signed by a session that CN=Tester opened (acting)'
alone 0 exhibit show T-A-0001
said 'session of Tester'
alone 0 case show
said 'signed_by_sessions'
alone 3 verify . # nobody is trusted
said 'NOT PROVEN'

# --- a night that is longer than the session ------------------------------------------------------------------------------------
# The image is whole and its report lies there; only the ledger could not be told. The person tells it, and nothing is read again.
add_exhibit T-A-0004
truncate -s 3M "$work/card4"
hf 0 session open --acts acquire.begin,acquire.end --until "$(date -u -d '+12 seconds' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null 2>&1
alone 2 acquire "$work/card4" --exhibit T-A-0004 --rate 200k
said 'signed by the session of tester' && said 'ended' && said 'identity NAME'
[ "$(tail -n 2 said.txt | grep -c '^holdfast: \|^No entry was made')" = 2 ] || { cat said.txt; fail "an error has two lines"; }
alone 2 acquire "$work/card4" --exhibit T-A-0004
hf 0 acquire "$work/card4" --exhibit T-A-0004 >out.txt 2>said.txt
said 'was whole when the program ended' && said 'Nothing was read again'
hf 0 session close --yes >out.txt 2>said.txt
said 'signed 1 entry'
# Several at once. What is read when the session ends becomes whole, and what waits is not begun; the board says which is which, and the
# person tells the ledger of the one and begins the other.
for number in 5 6 7; do
  add_exhibit T-A-000$number
  truncate -s 1500K "$work/card$number"
  echo "$work/card$number, T-A-000$number"
done >labels.txt
hf 0 session open --acts acquire.begin,acquire.end --until "$(date -u -d '+6 seconds' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null 2>&1
alone 4 acquire --watch --jobs 2 --rate 150k --assign labels.txt --until-idle "$work"/card[567]
for number in 5 6; do said "^T-A-000$number a1.*: its image is whole, and the ledger could not be told: The session that entry [0-9]* opened ended"; done
said "T-A-0007 .*FAILED .*The session that entry [0-9]* opened ended"
said 'identity NAME'
[ ! -e exhibits/T-A-0007/a1 ] || fail "something was begun that nobody could sign"
for number in 5 6; do
  hf 0 acquire "$work/card$number" --exhibit T-A-000$number >out.txt 2>said.txt
  said 'was whole when the program ended' && said 'Nothing was read again'
done
hf 0 acquire "$work/card7" --exhibit T-A-0007 --quiet >/dev/null
hf 0 session close --yes >out.txt 2>said.txt
said 'signed 2 entries'
[ "$(keys)" = 0 ] || fail "the key of a session that is over lies there"
alone 0 verify . --trust "$certificate"

# --- killed --------------------------------------------------------------------------------------------------------------------
# At any moment of opening, use and closing: the case opens again, what was acknowledged is there, and a key that lies there is of an open session.
acknowledged() { grep -ho 'ledger entry [0-9]*' "$1" | tail -1 | grep -o '[0-9]*' || echo 0; }
rounds=8
[ "${HOLDFAST_ALL_TESTS:-0}" = 1 ] && rounds=60
started=$(date +%s%N)
hf 0 session open --acts verify --until 1h >/dev/null 2>&1
took=$((($(date +%s%N) - started) / 1000000))
hf 0 session close --yes >/dev/null 2>&1
for ((round = 1; round <= rounds; ++round)); do
  milliseconds=$((took * round * 5 / (rounds * 4)))
  : >killed.txt
  killed_after "$milliseconds" killed.txt session open --acts acquire.begin,acquire.end,verify --until 1h
  killed_after $((RANDOM % milliseconds + 1)) killed.txt exhibit check T-A-0001
  killed_after "$milliseconds" killed.txt session close --yes
  last=$(acknowledged killed.txt)
  hf 0 exhibit check T-A-0002 --identity tester >/dev/null 2>&1
  entries=$(holdfast case show --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["entries"])')
  [ "$entries" -gt "$last" ] || fail "entry $last was acknowledged, and there are $entries"
  open=$(holdfast session list --json | grep -c '"state":"open"' || true)
  [ "$(keys)" = "$open" ] || fail "$(keys) keys, and $open open sessions, after $milliseconds ms"
  while [ "$open" -gt 0 ]; do
    hf 0 session close --yes "$(holdfast session list --json | grep '"state":"open"' | head -1 | grep -o '"session":"[0-9a-f]*"' | cut -d'"' -f4)" >/dev/null 2>&1
    open=$((open - 1))
  done
  [ "$(keys)" = 0 ] || fail "a key is left after $milliseconds ms"
  alone 0 verify . --trust "$certificate"
done

# --- on paper ------------------------------------------------------------------------------------------------------------------
add_exhibit T-A-0003
alone 0 slip handover T-A-0003 --purpose storage --to "$work/slip.txt"
grep -q 'T-A-0003' "$work/slip.txt" && grep -q 'signature  ' "$work/slip.txt" || fail "the slip says nothing"
[ "$(wc -L <"$work/slip.txt")" -le 80 ] || fail "the slip is wider than a page of text"
digest=$(basename slips/*.json .json)
[ "$(sha256sum <slips/"$digest".json | cut -d' ' -f1)" = "$digest" ] || fail "what is signed does not have the digest on the slip"
tr -d ' \n' <"$work/slip.txt" | grep -q "$digest" || fail "the slip does not bear its digest"
alone 0 slip handover T-A-0003 --purpose storage --to "$work/slip.html"
grep -q 'data:image/png' "$work/slip.html" || fail "no QR code"
alone 4 slip handover T-A-0003 --purpose storage --to "$work/slip.html"
alone 0 slip handover T-A-0003 --purpose storage --to "$work/slip.pdf"
if command -v pdftotext >/dev/null; then
  pdftotext -layout "$work/slip.pdf" "$work/slip.pdf.txt"
  grep -q 'T-A-0003' "$work/slip.pdf.txt" && grep -q 'signature  ' "$work/slip.pdf.txt" || { cat "$work/slip.pdf.txt"; fail "the PDF says nothing"; }
fi
if command -v pdftoppm >/dev/null && command -v zbarimg >/dev/null; then
  pdftoppm -r 150 -png "$work/slip.pdf" "$work/slip.pdf"
  digest=$(zbarimg --nodbus --quiet --raw "$work"/slip.pdf-*.png)
  [ -f "slips/$digest.json" ] || fail "the code of the PDF is not the digest of what is signed: $digest"
fi
hf 0 exhibit add T-A-0008 --kind phone --no-serial x --no-clock x --description 'สีดำ' >/dev/null
alone 2 slip handover T-A-0008 --purpose storage --to "$work/thai.pdf"
said 'letters that its PDF cannot print'
hf 2 handover both T-A-0003 --purpose storage 2>said.txt
said 'either --with or --slip'
printf 'a scan' >"$work/signed.png"
hf 0 handover both T-A-0003 --slip "$work/signed.png" --purpose storage >out.txt 2>said.txt
said 'on paper, which is weaker'
alone 0 exhibit show T-A-0003
said 'somebody who signed on paper'
hf 2 handover both T-A-0003 --slip "$work/signed.png" --purpose storage 2>said.txt # the same command again gives nothing back
said 'this slip was recorded already, by entry'
hf "2 4" handover both T-A-0003 --slip "$work/slip.txt" --purpose storage 2>said.txt
alone 0 slip handover T-A-0003 --purpose analysis --to "$work/back.txt"
grep -q 'given back' "$work/back.txt" || fail "who holds it on paper gives it back"
printf 'a scan of another slip' >"$work/back.png"
hf 0 handover both T-A-0003 --slip "$work/back.png" --purpose analysis >/dev/null 2>&1
hf 2 handover both T-A-0003 --with tester --purpose storage 2>said.txt
alone 0 ledger log
said 'on paper, which is weaker: slip .* (receiving)' && said 'on paper, which is weaker: slip .* (releasing)'
alone 0 exhibit show T-A-0003
said 'Tester; on paper'
alone 0 verify . --trust "$certificate"
said '2 parties of entries are on paper'
scan=$(ls slips/*.png | head -1)
mv "$scan" "$work/scan"
alone 3 verify . --trust "$certificate"
said 'slip.file'
printf 'another scan' >"$scan"
alone 1 verify . --trust "$certificate"
said 'DAMAGED'
echo "sessions and paper: fine"
