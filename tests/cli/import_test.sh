#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Evidence that others acquired: an E01 with further segments, split raw, archives, files of a provider; what was stated of it is
# compared, shown and never corrected; what was cut off begins again. Copies are made, checked and destroyed one by one. After the case
# is closed nothing new is received, and a new case takes up what it needs.
. "$(dirname "$0")/lib.sh" "$@"
need python3 zip tar
make_samples evidence
new_case
trust=$work/trust
mkdir "$trust" && cp "$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem" "$trust/tester.pem"
for label in 2 3 4 5; do add_exhibit T-A-000$label; done

sha() { sha256sum <"$1" | cut -d' ' -f1; }
said() { grep -q -- "$1" said.txt || { cat said.txt; fail "nothing was said of: $1"; }; }
hf_two() {
  local expected=$1 code=0
  shift
  holdfast "$@" --passphrase-fd 3 3<<<$'a passphrase for tests\na passphrase for tests' || code=$?
  case " $expected " in *" $code "*) ;; *) fail "holdfast $*: exit code $code, expected $expected" ;; esac
}
import() { hf "$1" import --from 'Agency of K.' "${@:2}" >said.txt 2>&1 || { cat said.txt; fail "import ${*:2}"; }; }
# An error has two lines, and nothing of it stays.
refused() {
  local before after
  before=$(find exhibits | sort)
  hf "$@" >/dev/null 2>said.txt
  [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines: $*"; }
  after=$(find exhibits | sort)
  [ "$before" = "$after" ] || fail "something stays of: $*"
}
# The last entry, as JSON: a Python expression over `e` that must hold.
last_entry() {
  holdfast ledger log --json | tail -1 | python3 -c 'import json, sys; e = json.loads(sys.stdin.read()); assert eval(sys.argv[1]), e' "$1" ||
    fail "the last entry is another: $1"
}

# --- a zip with a log of FTK's kind; then one that is another than was stated ------------------------------------------------------------
mkdir in && cd in
mkdir -p tree && tar -xf "$work/evidence/phone-1-ffs.tar" -C tree --no-same-owner 2>/dev/null
(cd tree && zip -q -r ../extraction.ufdr .)
cd ..
md5=$(md5sum <in/extraction.ufdr | cut -d' ' -f1)
printf '[Computed Hashes]\r\n MD5 checksum:    %s\r\n SHA1 checksum:   %s\r\n' "$md5" "$(sha1sum <in/extraction.ufdr | cut -d' ' -f1)" >in/log.txt
import 0 in/extraction.ufdr --exhibit T-A-0001 --stated-file in/log.txt --request 17/2026 --medium 'disk 4417, sealed'
said 'MD5 of the media, stated by log.txt: equal'
said 'not all of it was stated by SHA-256'
last_entry 'e["body"]["act"] == "receive" and e["body"]["from"] == "Agency of K." and e["body"]["request"] == "17/2026"'
last_entry 'e["exhibits"][0]["stated"] == "weak" and e["exhibits"][0]["what"] == "archive" and e["exhibits"][0]["medium"] == "disk 4417, sealed"'
cmp in/extraction.ufdr exhibits/T-A-0001/a1/T-A-0001_a1.zip || fail "it was not kept as it came"
[ "$(stat -c %A exhibits/T-A-0001/a1/T-A-0001_a1.zip)" = "-r--r--r--" ] || fail "what came can be written to"
hf "0 3" parse T-A-0001 --quiet >/dev/null
segment_lines T-A-0001 | python3 "$source_root/samples/compare_with_key.py" "$work/evidence/answer-key.jsonl" phone-1 - /data >compared.txt ||
  { cat compared.txt >&2; fail "what lies in the archive differs from the answer key"; }

import 3 in/extraction.ufdr --exhibit T-A-0001 --stated "sha256=$(printf x | sha256sum | cut -d' ' -f1)"
said 'SHA256 of the media, stated by command line: DIFFERENT'
said "  computed $(sha in/extraction.ufdr)"
said 'the same bytes are here as a1'
hf 0 exhibit show T-A-0001 >said.txt
said 'a2: archive from Agency of K.; stated digests: DIFFERENT'
said 'a1: archive from Agency of K., request 17/2026; stated digests: weak'
hf 0 exhibit list >said.txt
said 'a1 received (weak), a2 received (different)'
hf "0 3" show gaps >said.txt 2>&1
said 'has other digests than were stated of it'
hf 0 verify . --trust "$trust" >/dev/null
import 0 in/extraction.ufdr --exhibit T-A-0001
said 'a3: no digest was stated of it'

# --- files of a provider, under names that are no paths ----------------------------------------------------------------------------------
odd=$'in/..;touch x\n\e[2J.json'
echo '{"account":1}' >"$odd"
echo 'From somebody' >in/mail.mbox
printf '%%PDF-1.4' >in/letter.pdf
(cd in && sha256sum mail.mbox letter.pdf >sums.txt && sha256sum ..\;*.json >>sums.txt)
import 0 in/mail.mbox in/letter.pdf "$odd" --exhibit T-A-0002 --stated-file in/sums.txt --description 'account data, March'
said 'a1: equal to what was stated of it'
grep -q "$(printf '\033')" said.txt && fail "a control character of a name reached the terminal"
[ "$(cd exhibits/T-A-0002/a1 && find . -type f | sort | tr '\n' ' ')" = "./acquisition.json ./files/1 ./files/2 ./files/3 " ] || fail "names that came became paths"
last_entry 'e["exhibits"][0]["stated"] == "equal" and e["exhibits"][0]["files"] == "3" and e["exhibits"][0]["what"] == "files"'
hf "0 3" parse T-A-0002 --quiet >/dev/null
hf 0 exhibit check T-A-0002 >/dev/null 2>&1
import 3 in/mail.mbox --exhibit T-A-0002 --stated-file in/log.txt
import 3 in/letter.pdf --exhibit T-A-0002 --stated "md5=$md5"
(cd in && sha256sum mail.mbox >of-mail.txt)
import 3 in/letter.pdf --exhibit T-A-0002 --stated-file in/of-mail.txt
said '1 digest was not compared: stated of something that did not come'

# --- a tar, compressed; a split raw image left where it lies; a folder ----------------------------------------------------------------------
tar -czf in/part.tgz -C in mail.mbox letter.pdf
import 0 in/part.tgz --exhibit T-A-0003 --stated "sha512=$(sha512sum <in/part.tgz | cut -d' ' -f1)"
said 'a1: equal to what was stated of it'
split -b 8000000 -d -a 3 --numeric-suffixes=1 "$work/evidence/phone-2.img" in/split.
import 0 in/split.001 --exhibit T-A-0003 --in-place --stated "sha256=$(sha "$work/evidence/phone-2.img")"
said 'SHA256 of the media, stated by command line: equal'
said 'left where it lies'
[ "$(ls exhibits/T-A-0003/a2)" = acquisition.json ] || fail "something was copied that was to stay"
hf "0 3" parse T-A-0003 --quiet >/dev/null
hf 0 verify . --trust "$trust" >/dev/null
refused 2 import in/tree --from x --exhibit T-A-0003
said 'is a folder'
import 0 in/tree --exhibit T-A-0003 --in-place
hf 0 exhibit check T-A-0003 >/dev/null 2>&1

# --- an E01 of another program, with further segments, and what it states itself --------------------------------------------------------------
if command -v ewfacquire >/dev/null; then
  ewfacquire -u -q -c none -S 4194304 -d sha1 -t in/theirs "$work/evidence/phone-2.img" >/dev/null 2>&1 || fail "ewfacquire made no image"
  segments=$(ls in/theirs.E?? | wc -l)
  [ "$segments" -gt 1 ] || fail "the image has one segment only"
  import 0 in/theirs.E01 --exhibit T-A-0004
  said 'MD5 of the media, stated by image: equal'
  said 'SHA1 of the media, stated by image: equal'
  [ "$(ls exhibits/T-A-0004/a1 | grep -c 'T-A-0004_a1.E')" = "$segments" ] || fail "not all segments came"
  (cd in && sha256sum theirs.E??) >in/all.txt
  import 0 in/theirs.E?? --exhibit T-A-0004 --stated-file in/all.txt
  said 'a2: equal to what was stated of it'
  hf "0 3" parse T-A-0004 --quiet >/dev/null
  # The digest that the image states of itself is changed, with its section's checksum: a file that is sound, and other media.
  mkdir in/changed && cp in/theirs.E?? in/changed/
  python3 - "$(ls in/changed/theirs.E?? | tail -1)" <<'END' || fail "no hash section was found"
import sys, zlib
data = bytearray(open(sys.argv[1], "rb").read())
for kind, digest, size in ((b"hash", 0, 36), (b"digest", 0, 80)):
    at = data.find(kind + b"\0" * (16 - len(kind)))
    assert at >= 0, kind
    body = at + 76
    data[body + digest] ^= 1
    data[body + size - 4:body + size] = zlib.adler32(bytes(data[body:body + size - 4])).to_bytes(4, "little")
open(sys.argv[1], "wb").write(data)
END
  import 3 in/changed/theirs.E01 --exhibit T-A-0004
  said 'MD5 of the media, stated by image: DIFFERENT'
  cmp "$(ls in/changed/theirs.E?? | tail -1)" "$(ls exhibits/T-A-0004/a3/T-A-0004_a3.E?? | tail -1)" || fail "something was corrected"
  # A segment that did not come is damage, and what came stands.
  mkdir in/less && cp in/theirs.E?? in/less/ && rm in/less/theirs.E02
  import 3 in/less/theirs.E01 --exhibit T-A-0004
  said 'segment_missing'
  hf 0 verify . --trust "$trust" >/dev/null
else
  echo "skipped: E01 of another program, for ewfacquire is not installed"
fi

# --- what is refused leaves nothing --------------------------------------------------------------------------------------------------------------
refused 2 import in/mail.mbox --exhibit T-A-0005 --from ''
refused 2 import in/mail.mbox --exhibit T-A-0005 --from x --stated "md5=123"
echo 'no digest here' >in/nothing.txt
refused 2 import in/mail.mbox --exhibit T-A-0005 --from x --stated-file in/nothing.txt
refused 2 import in/mail.mbox --exhibit T-A-0005 --from x --in-place
refused 4 import in/mail.mbox --exhibit T-A-0099 --from x
refused 4 import in/not-there.zip --exhibit T-A-0005 --from x
ln -s mail.mbox in/link.mbox
refused 4 import in/link.mbox --exhibit T-A-0005 --from x

# --- cut off at any moment: what is there counts for nothing, and the same command begins again -------------------------------------------------
entries() { holdfast ledger log --json | wc -l; }
head -c 60000000 /dev/urandom >in/large.dd
for milliseconds in 150 350 600 900 1200 1600 2400; do
  before=$(entries)
  killed_after $milliseconds killed.txt import in/large.dd --exhibit T-A-0005 --from 'Agency of K.'
  after=$(entries)
  hf 0 verify . --trust "$trust" >/dev/null
  whole=$(find exhibits/T-A-0005 -name acquisition.json -path '*/a*' | wc -l)
  [ "$after" -le "$((before + 1))" ] || fail "an import that was cut off made $((after - before)) entries"
done
import 0 in/large.dd --exhibit T-A-0005
# The two moments that matter, made by hand: before the entry, and between the entry and the end.
last=$(ls -d exhibits/T-A-0005/a* | sort -V | tail -1)
touch "$last/import-unfinished"
next=exhibits/T-A-0005/a$(($(basename "$last" | tr -d a) + 1))
mkdir "$next" && touch "$next/import-unfinished" && cp in/large.dd "$next/T-A-0005_half.dd"
import 0 in/mail.mbox --exhibit T-A-0005
said "an import that was cut off, $(basename "$next"), counts for nothing"
[ -f "$last/acquisition.json" ] && [ ! -e "$last/import-unfinished" ] || fail "what the ledger tells of was cleared away, or is still marked"
[ "$(cd "$next" && find . -type f | sort | tr '\n' ' ')" = "./acquisition.json ./files/1 " ] || fail "what was cut off is still there: $(find "$next")"
told=$(holdfast exhibit show T-A-0005 --json | python3 -c 'import json, sys; print(len(json.loads(sys.stdin.readline())["acquisitions"]))')
[ "$told" = "$(find exhibits/T-A-0005 -name acquisition.json | wc -l)" ] || fail "something lies there that no entry tells of: $(find exhibits/T-A-0005)"
[ -z "$(find exhibits/T-A-0005 -name 'import-unfinished')" ] || fail "a mark stays after a whole import"
hf 0 exhibit check T-A-0005 >/dev/null 2>&1

# --- copies ------------------------------------------------------------------------------------------------------------------------------------------
hf 0 identity new clerk --common-name Clerk >/dev/null 2>&1
cp "$XDG_CONFIG_HOME/holdfast/identities/clerk/sign.cert.pem" "$trust/clerk.pem"
hf 0 identity use tester 2>/dev/null
hf 0 ledger add-key "$XDG_CONFIG_HOME/holdfast/identities/clerk/sign.cert.pem" >/dev/null
mkdir "$work/disk1" "$work/disk2" "$work/disk3"
hf 0 copy add T-A-0002 --acquisition a1 --to "$work/disk1" --medium 'disk 1, store 2' >said.txt 2>&1
said 'copy2 of T-A-0002 a1'
last_entry 'e["body"]["act"] == "copy" and e["exhibits"][0]["copy"] == "copy2" and e["exhibits"][0]["medium"] == "disk 1, store 2"'
diff -r exhibits/T-A-0002/a1 "$work/disk1/T-1_T-A-0002_a1_copy2" || fail "the copy is another"
refused 4 copy add T-A-0002 --acquisition a1 --to "$work/disk9"
refused 2 copy add T-A-0002 --to "$work/disk1"
said 'several acquisitions'
hf 0 acquire "$work/evidence/phone-2.img" --exhibit T-A-0005 --to "$work/disk1" --to "$work/disk2" --new --quiet >/dev/null 2>&1
name=$(holdfast exhibit show T-A-0005 --json | python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["acquisitions"][-1]["name"])')
hf 0 copy add T-A-0005 --acquisition "$name" --to "$work/disk3" >/dev/null 2>&1
hf 0 copy list T-A-0005 >said.txt
grep -q "$name  *copy1 .*here" said.txt && grep -q "$name  *copy2 .*here.*disk2" said.txt && grep -q "$name  *copy3 .*here.*disk3" said.txt ||
  { cat said.txt; fail "what was written twice at once, and once later, are three copies"; }
hf 0 copy check T-A-0005 --acquisition "$name" >said.txt 2>&1
said "$name copy3: equal"
destroy() { hf_two "$1" copy destroy T-A-0005 --acquisition "$name" --how shredded --reason 'order 4/2028' --with clerk "${@:2}" >said.txt 2>&1; }
destroy 4 --copy copy7
said 'no entry tells of a copy copy7'
destroy 4 --copy copy2
said 'can still be read at'
rm -r "$work/disk2"
destroy 0 --copy copy2
last_entry 'e["body"]["act"] == "copy.destroy" and [p["role"] for p in e["body"]["parties"]] == ["custodian", "custodian"]'
destroy 4 --copy copy2
said 'destroyed already, as entry'
destroy 2 --copy copy1 --last
said 'is not the last copy'
# What was read until now is gone: the copy that remains is read from now on.
rm "$work"/disk1/T-A-0005_"$name".*
hf 3 copy check T-A-0005 --acquisition "$name" >said.txt 2>&1
said 'copy1 is not checked: not attached'
destroy 0 --copy copy1
hf 0 exhibit check T-A-0005 >said.txt 2>&1
hf "0 3" parse T-A-0005 --quiet >/dev/null
hf 0 exhibit show T-A-0005 >said.txt
said "$name: copy1 destroyed by entry [0-9]*, copy2 destroyed by entry"
destroy 2 --copy copy3
said 'is the last copy that is known'
hf 0 verify . --trust "$trust" >/dev/null
printf X | dd of="$(ls "$work"/disk1/T-1_T-A-0002_a1_copy2/files/1)" conv=notrunc status=none 2>/dev/null ||
  { chmod u+w "$work"/disk1/T-1_T-A-0002_a1_copy2/files/1; printf X | dd of="$work/disk1/T-1_T-A-0002_a1_copy2/files/1" conv=notrunc status=none; }
hf 3 copy check T-A-0002 --acquisition a1 --copy copy2 >said.txt 2>&1
said 'a1 copy2: different'
hf_two 2 copy destroy T-A-0002 --acquisition a1 --copy copy1 --how x --reason y --with clerk --yes >/dev/null 2>said.txt
said 'No copy of a1 remains that is equal to it'
# Cut off after the copy got its name: it is compared and registered.
hf 0 copy add T-A-0003 --acquisition a1 --to "$work/disk1" >/dev/null 2>&1
cp -r "$work/disk1/T-1_T-A-0003_a1_copy2" "$work/disk1/T-1_T-A-0003_a1_copy3"
hf 0 copy add T-A-0003 --acquisition a1 --to "$work/disk1" >said.txt 2>&1
said 'compared, and not written again'
cp -r "$work/disk1/T-1_T-A-0002_a1_copy2" "$work/disk1/T-1_T-A-0003_a1_copy4"
hf 4 copy add T-A-0003 --acquisition a1 --to "$work/disk1" >said.txt 2>&1
said 'is there, and is no copy of a1'

# --- a closed case: nothing new, and what it needs goes on in another -----------------------------------------------------------------------------
hf "0 3" case close --reason 'judgment 31/2027 is final' --yes >/dev/null 2>&1
for command in 'parse T-A-0003' 'exhibit check T-A-0003' 'import in/mail.mbox --exhibit T-A-0005 --from x'; do
  # shellcheck disable=SC2086
  refused 2 $command
  said 'is closed'
  said 'new case'
done
hf 0 copy add T-A-0003 --acquisition a1 --to "$work/disk3" >/dev/null 2>&1
rm -rf "$work/disk1/T-1_T-A-0003_a1_copy2"
hf_two 0 copy destroy T-A-0003 --acquisition a1 --copy copy2 --how wiped --reason 'order 5' --with clerk >/dev/null 2>&1
hf "0 3" copy check T-A-0003 --acquisition a1 >said.txt 2>&1
said 'the check is not recorded'
hf 0 find account >/dev/null 2>&1
cat >request.json <<'END'
{"schema": "holdfast-request/1", "id": "R-1", "title": "Notes", "recipient": "Court of Example Land", "requesting_authority": "Prosecutor",
 "requested_authority": "Example Police", "legal_basis": "article 7", "use_limits": "the proceedings named", "exhibits": ["T-A-0001"]}
END
hf "0 3" export request.json --to "$work/ed1" >said.txt 2>&1 || { cat said.txt; fail "a closed case makes no edition"; }
grep -q 'Agency of K.' "$work"/ed1/data/report/*.html || fail "the report does not say from whom it came"
hf "0 3" verify "$work/ed1" --trust "$trust" >said.txt
said '^VERIFIED'
hf 0 verify . --trust "$trust" >said.txt
said '^VERIFIED'

old=$PWD
mkdir "$work/later" && cd "$work/later"
hf "0 3" case new T-2 --agency test.example --station A2 --yes >/dev/null 2>&1
cd T-2
add_exhibit T-B-0001
import 0 "$old/exhibits/T-A-0001/a1/T-A-0001_a1.zip" --exhibit T-B-0001 --stated-file "$old/exhibits/T-A-0001/a1/acquisition.json"
said 'a1: equal to what was stated of it'
hf "0 3" parse T-B-0001 --quiet >/dev/null
segment_lines T-B-0001 | python3 "$source_root/samples/compare_with_key.py" "$work/evidence/answer-key.jsonl" phone-1 - /data >compared.txt ||
  { cat compared.txt >&2; fail "the re-analysis in the new case differs from the answer key"; }
hf 0 verify . --trust "$trust" >/dev/null
# A bundle is received as it came, where it lies; its manifest states what its payload is.
import 0 "$work/ed1" --exhibit T-B-0001 --in-place --stated-file "$work/ed1/manifest-sha256.txt"
said 'SHA256 of file [0-9]*, stated by manifest-sha256.txt: equal'
said 'and [0-9]* more, equal'
hf 0 exhibit show T-B-0001 >said.txt
said 'a2: folder from Agency of K.; stated digests: weak'
hf 0 verify . --trust "$trust" >said.txt
said '^VERIFIED'
