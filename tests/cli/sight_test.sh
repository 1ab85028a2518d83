#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Planted words, outside the authority by kind and by period, privileged, and of a withdrawn consent, are looked for in everything
# that the program says and writes: none stands anywhere. Then another officer lifts what bars, and all of them are found in the same
# places. Each look is in the activity log; a session's close signs it, and what is done to it afterwards is seen.
. "$(dirname "$0")/lib.sh" "$@"
need python3 zstd

# A phone whose words all begin with a word of its own. $3: an address that a message outside the period holds.
make_phone() {
  python3 - "$source_root/samples" "$1" "$2" "${3:-}" <<'END'
import io, os, sqlite3, sys, tarfile, tempfile
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import address_book, chats, scene, whatsapp_new
from chats import Chat, Media, Message, Store
from scene import at
from sqlite_files import build
out, word, address = sys.argv[2:5]
address = address and getattr(scene, address)
friend, lawyer = "99900110050@s.whatsapp.net", "99900110060@s.whatsapp.net"
picture = Media(f"Media/WhatsApp Images/{word}PICTURE.png", "image/png", b"no picture", width=1, height=1)
store = Store(scene.OWNER, [Chat(friend, "one to one"), Chat(lawyer, "one to one")], [
    Message("K1", friend, friend, at("09-01 10:00"), f"{word}EARLY {address}"),
    Message("K2", friend, friend, at("09-02 10:00"), f"{word}CAPTION", kind="image", media=picture),
    Message("K3", friend, None, at("10-15 10:00"), f"{word}WITHIN"),
    Message("K4", friend, None, at("10-16 10:00"), f"{word}ANSWER", quotes="K1"),
    Message("K5", lawyer, lawyer, at("10-17 10:00"), f"{word}LAWYER"),
    Message("K6", lawyer, None, at("10-18 10:00"), f"{word}CLIENT")],
    reactions=[("K1", friend, f"{word}REACTION", at("10-20 10:00"))])
address_book.CONTACTS = [address_book.Contact(f"{word}CONTACT", "+99900110070", note=f"{word}NOTE")]
address_book.CALLS = [address_book.Call("+99900110071", 1, at("10-15 11:00"), 41, f"{word}CALLER")]
writer = whatsapp_new.Writer(store)

def history(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT, visit_count INTEGER, typed_count INTEGER, last_visit_time INTEGER)")
    database.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER, from_visit INTEGER, transition INTEGER)")
    database.execute("INSERT INTO urls VALUES (1, ?, ?, 1, 0, ?)", (f"https://{word.lower()}site.example/", f"{word}TITLE", at("10-15 12:00").webkit))
    database.execute("INSERT INTO visits VALUES (1, 1, ?, 0, 0)", (at("10-15 12:00").webkit,))
    database.commit()
    database.close()

files = {"data/data/com.whatsapp/databases/msgstore.db": lambda path: build(path, whatsapp_new.SCHEMA, writer.early, user_version=1),
         "data" + address_book.CALLS_PATH: address_book.write_calls, "data" + address_book.CONTACTS_PATH: address_book.write_contacts,
         "data/data/com.android.chrome/app_chrome/Default/History": history}
with tempfile.TemporaryDirectory() as folder, tarfile.open(out, "w") as archive:
    for number, (name, write) in enumerate(files.items()):
        made = os.path.join(folder, str(number))
        write(made)
        archive.add(made, name)
END
}

make_phone "$work/phone1.tar" KESTREL TRON_DEPOSIT
make_phone "$work/phone2.tar" MERLIN
make_phone "$work/phone3.tar" OSPREY
new_case
hf 0 identity new deputy --common-name Deputy --organisation 'Example Police' >/dev/null 2>&1
hf 0 identity use tester 2>/dev/null
hf 0 ledger add-key "$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem" >/dev/null
exhibit() { hf 0 exhibit add "$1" --kind phone --no-serial 'not read' --no-clock 'not read' "${@:2}" >/dev/null; }
exhibit T-A-0011 --authority W-12
exhibit T-A-0012
exhibit T-A-0013 --authority C-3
for number in 1 2 3; do hf "0 3" acquire --adopt "$work/phone$number.tar" --exhibit "T-A-001$number" --quiet >/dev/null; done
hf "0 3" parse --quiet >/dev/null
trust=$work/trust && mkdir "$trust"
cp "$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem" "$trust/tester.pem"
cp "$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem" "$trust/deputy.pem"

for number in 1 2 3; do segment_lines "T-A-001$number" >"$work/lines$number"; done
python3 - "$work" <<'END'
import json, sys
work = sys.argv[1]
ids, locators, lawyers = [], [], []
for number in (1, 2, 3):
    lines = [json.loads(line) for line in open(f"{work}/lines{number}")]
    ids += [line["id"] for line in lines]
    locators += sorted({f"T-A-001{number} {line['path']}" for line in lines if line["type"] == "source"})
    if number == 2:
        lawyers = [line["id"] for line in lines if line["type"] == "conversation" and line["identifier"].startswith("99900110060")]
assert len(ids) > 60 and len(locators) == 12 and len(lawyers) == 1, (len(ids), locators, lawyers)
for name, items in ("ids", ids), ("locators", locators), ("lawyers", lawyers):
    open(f"{work}/{name}", "w").write("".join(item + "\n" for item in items))
END

# Everything that the program says and writes, into a folder; each is allowed to refuse. Of so many records, each by itself.
said_into() {
  local into=$1 name=$2
  shift 2
  holdfast "$@" --passphrase-fd 3 3<<<$'a passphrase for tests' >"$into/$name.out" 2>"$into/$name.err" </dev/null || echo "exit $?" >>"$into/$name.err"
}
everything_into() {
  local into=$1 records=$2 word view number=0
  mkdir -p "$into/files"
  for word in KESTRELWITHIN KESTREL MERLIN OSPREY KESTRELEARLY MERLINLAWYER OSPREYTITLE 99900110060 example; do
    number=$((number + 1))  # the name of the output does not say the word
    said_into "$into" "find-$number" find "$word"
    said_into "$into" "find-exact-$number" find "$word" --exact --json
  done
  for view in files messages addresses timeline accounting anomalies unsupported; do
    said_into "$into" "show-$view" show "$view"
    said_into "$into" "show-$view-json" show "$view" --json
    said_into "$into" "show-$view-csv" show "$view" --csv
  done
  head -n "$records" "$work/ids" | while read -r id; do said_into "$into" "explain-$id" explain "$id"; done
  head -n 15 "$work/ids" | while read -r id; do said_into "$into" "explain-json-$id" explain "$id" --json; done
  while read -r label locator; do
    said_into "$into" "get-$label-${locator//[^a-z]/}" get "$locator" --exhibit "$label" --to "$into/files"
  done <"$work/locators"
  said_into "$into" get-tar-2 get /data/data/com.whatsapp/databases/../databases/msgstore.db --exhibit T-A-0012 --to "$into/files"
  said_into "$into" gaps show gaps
  said_into "$into" activity show activity
  said_into "$into" activity-json show activity --json
  said_into "$into" activity-csv show activity --csv
  said_into "$into" list exhibit list --json
  said_into "$into" shown exhibit show T-A-0013
  said_into "$into" log ledger log
  said_into "$into" log-json ledger log --json
  said_into "$into" case case show --json
  said_into "$into" next next
  said_into "$into" sessions session list
  said_into "$into" evening report evening --to "$into/evening.html"
  said_into "$into" memo memo --to "$into/memo.html"
  said_into "$into" label exhibit label T-A-0011 T-A-0013 --to "$into/labels.pdf"
  said_into "$into" export export "$work/request.json" --to "$into/edition"
  said_into "$into" verify verify "$into/edition" --trust "$trust"
  cp -r activity "$into/activity-files" 2>/dev/null || true
}
cat >"$work/request.json" <<'END'
{"schema": "holdfast-request/1", "id": "R-1", "title": "All of it", "recipient": "A court", "requesting_authority": "A", "requested_authority": "B",
 "legal_basis": "a treaty", "exhibits": ["T-A-0011", "T-A-0012", "T-A-0013"]}
END

# Words that stand in the files of a folder, in any usual form, with where: "WORD: a, b".
words_in() {
  python3 - "$@" <<'END'
import base64, gzip, os, subprocess, sys, zipfile, zlib
folder, words = sys.argv[1], sys.argv[2:]
def forms(word):
    raw = word.encode()
    yield from (raw, raw.lower(), raw.hex().encode(), raw.hex().upper().encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))
    for before in range(3):
        code = base64.b64encode(b"\0" * before + raw)
        start = (0, 2, 3)[before]
        yield code[start:(before + len(raw)) * 8 // 6]
def contents(path):
    data = open(path, "rb").read()
    yield data
    if data[:4] == b"\x28\xb5\x2f\xfd":
        yield subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if zipfile.is_zipfile(path):
        archive = zipfile.ZipFile(path)
        yield from (archive.read(name) for name in archive.namelist())
    at = data.find(b"stream\n")  # of a PDF
    while at >= 0:
        try:
            yield zlib.decompressobj().decompress(data[at + 7:])
        except zlib.error:
            pass
        at = data.find(b"stream\n", at + 1)
found = {word: set() for word in words}
for where, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(where, name)
        for data in [os.path.relpath(path, folder).encode(), *contents(path)]:
            for word in words:
                if any(form and form in data for form in forms(word)):
                    found[word].add(os.path.relpath(path, folder).split("/")[0])
for word, places in found.items():
    if places:
        print(f"{word}: {', '.join(sorted(places))}")
END
}
tron=$(python3 -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import scene; print(scene.TRON_DEPOSIT)' "$source_root/samples")
barred="KESTRELEARLY KESTRELCAPTION KESTRELPICTURE KESTRELREACTION $tron KESTRELCONTACT KESTRELNOTE KESTRELCALLER KESTRELTITLE kestrelsite MERLINLAWYER MERLINCLIENT"
for word in EARLY CAPTION PICTURE REACTION WITHIN ANSWER LAWYER CLIENT CONTACT NOTE CALLER TITLE; do barred+=" OSPREY$word"; done
seen="KESTRELWITHIN KESTRELANSWER MERLINWITHIN MERLINEARLY MERLINCONTACT MERLINTITLE"

# --- barred --------------------------------------------------------------------------------------------------------------------
hf 0 authority add W-12 --kind warrant --issuer 'Court 4' --from 2020-01-01 --data messages --period 2026-10-10/2026-10-31 >/dev/null 2>&1
hf 0 authority add C-3 --kind consent --issuer owner --from 2020-01-01 >/dev/null 2>&1
hf 0 restrict T-A-0012 --reason privilege --record "$(cat "$work/lawyers")" >/dev/null 2>&1
hf 0 restrict T-A-0013 --reason consent-withdrawn >/dev/null 2>&1
everything_into "$work/before" 999
found=$(words_in "$work/before" $barred)
[ -z "$found" ] || fail "what is barred stands in: $found"
[ "$(words_in "$work/before" $seen | wc -l)" = 6 ] || { words_in "$work/before" $seen; fail "what may be seen is not shown"; }
grep -q 'VERIFIED' "$work/before/verify.out" || { cat "$work/before"/export.* "$work/before"/verify.*; fail "the edition does not verify"; }

# Each view says so, and a count does not depend on the words.
tail -n 3 "$work/before/show-messages.out" | tr '\n' ' ' | grep -q 'records are not shown: .*outside the authority W-12, .*privilege decision, .*consent' ||
  { tail -n 3 "$work/before/show-messages.out"; fail "show messages does not say what it leaves out"; }
grep -q 'are not shown' "$work/before/show-messages-csv.err" || fail "beside a CSV nothing is said"
if grep -q 'not shown:' "$work/before/show-messages-csv.out"; then fail "the CSV has a line that is none"; fi
for name in find-exact-5 find-exact-6 show-timeline-json; do
  tail -n 1 "$work/before/$name.out" | grep -q '"event":"not_shown"' || fail "$name does not end with what is not shown"
done
[ "$(tail -n 1 "$work/before/find-exact-5.out")" = "$(tail -n 1 "$work/before/find-exact-7.out")" ] ||
  fail "the count tells what stands in what is barred"
if [ "$(wc -l <"$work/before/find-exact-5.out")" != 1 ]; then fail "something else was found"; fi
refused=$(grep -l 'exit 2' "$work/before"/explain-*.err | wc -l)
[ "$refused" -ge 40 ] || fail "only $refused records were refused"
for file in $(grep -l 'exit 2' "$work/before"/explain-*.err); do
  [ "$(grep -vc '^exit' "$file")" = 2 ] || case $file in *explain-json-*) ;; *) cat "$file"; fail "a refusal has two lines" ;; esac
done
grep -q '(not shown)' "$work/before"/explain-*.out || fail "no quotation was taken out"
[ "$(ls "$work/before/files" | wc -l)" = 3 ] || { ls "$work/before/files"; fail "of T-A-0012 three files hold nothing that is barred"; }
python3 - "$work/before/edition/data/disclosure/schedule.json" <<'END'
import json, sys
reasons = json.load(open(sys.argv[1]))["withheld_by_reason"]
assert set(reasons) == {"OUT_OF_SCOPE", "PRIVILEGE", "CONSENT"} and all(int(count) >= 3 for count in reasons.values()), reasons
END

# --- lifted by another officer -------------------------------------------------------------------------------------------------
lift() {
  holdfast unrestrict "$@" --reason 'ruling 9/2026' --with deputy --passphrase-fd 3 3<<<$'a passphrase for tests\na passphrase for tests' \
    >"$work/lift.txt" 2>&1 || { cat "$work/lift.txt"; fail "unrestrict $*"; }
}
lift T-A-0011
lift T-A-0012 --record "$(cat "$work/lawyers")"
lift T-A-0013
everything_into "$work/after" 40
missing=$(for word in $barred $seen; do [ -n "$(words_in "$work/after" "$word")" ] || echo "$word"; done)
[ -z "$missing" ] || fail "with another officer's signature these are still not shown: $missing"
words_in "$work/after" $barred >"$work/places"
for place in find- show-messages show-timeline show-addresses explain- files edition; do
  grep -q "$place" "$work/places" || { cat "$work/places"; fail "nothing that was barred stands in $place: the search before proves nothing of it"; }
done
if grep -rl 'not_shown"\|are not shown:' "$work/after" --include='*.out' --include='*.err' | grep -v activity | grep .; then fail "something is still not shown"; fi
python3 - "$work/after/log-json.out" <<'END'
import json, sys
lifts = [entry for entry in map(json.loads, open(sys.argv[1])) if entry["body"]["act"] == "unrestrict"]
assert [lift["body"]["lifts"] for lift in lifts] == ["scope", "records", "restriction"], lifts
for lift in lifts:
    assert [signer["subject"].split(",")[0] for signer in lift["signers"]] == ["CN=Tester", "CN=Deputy"], lift["signers"]
END

# --- who looked ----------------------------------------------------------------------------------------------------------------
log=activity/A.jsonl
python3 - "$log" "$(holdfast identity list --json | grep tester | grep -o '[0-9a-f]\{64\}' | head -1)" <<'END'
import hashlib, json, sys
before, verbs = "0" * 64, {}
for line in open(sys.argv[1], "rb").read().splitlines():
    look = json.loads(line)
    assert look["prev"] == before and look["station"] == "A" and look["who"] == sys.argv[2], look
    before = hashlib.sha256(line).hexdigest()
    verbs[look["verb"].split()[0]] = verbs.get(look["verb"].split()[0], 0) + 1
    if look["verb"] == "find":
        digest = lambda words: hashlib.sha256(bytes.fromhex(look["query"]["salt"]) + words.encode()).hexdigest()
        assert sum(digest(words) == look["query"]["sha256"] for words in
                   "KESTRELWITHIN KESTREL MERLIN OSPREY KESTRELEARLY MERLINLAWYER OSPREYTITLE 99900110060 example".split()) == 1
assert verbs["find"] == 36 and verbs["show"] == 42 and verbs["export"] == 2 and verbs["get"] == 26 and verbs["explain"] >= 150, verbs
END
holdfast show activity --csv >out.txt
grep -q '"Tester","find"' out.txt || fail "show activity does not say who looked"

verified() { hf "$1" verify . --trust "$trust" >verified.txt; grep -q -- "$2" verified.txt || { cat verified.txt; fail "verify does not say: $2"; }; }
verified 0 'of those 0 are signed'
hf 0 session open --acts verify --until 1h >/dev/null 2>&1
hf 0 session close --yes >/dev/null 2>&1
lines=$(wc -l <"$log")
verified 0 "has $lines lines; of those $lines are signed"
hf 0 find KESTRELWITHIN >/dev/null
verified 0 "has $((lines + 1)) lines; of those $lines are signed"
cp "$log" "$work/log"
printf '{"exhi' >>"$log"
verified 0 'a line that was cut off follows'
hf 0 find KESTRELWITHIN >/dev/null
[ "$(wc -l <"$log")" = $((lines + 2)) ] || fail "a torn line did not give way"
head -n $((lines - 1)) "$work/log" >"$log"
verified 1 'activity.signed'
sed '5s/"results":"[0-9]*"/"results":"77"/' "$work/log" >"$log"
verified 1 'activity.chain'
hf 3 show activity 2>&1 >/dev/null | grep -q 'line 6' || fail "show activity does not say where it is broken"
sed 7d "$work/log" >"$log"
verified 1 'activity.chain'
mv activity "$work/away"
verified 3 'activity.signed'

# Where it cannot be written, the view is shown, and says so.
: >activity
holdfast find KESTRELWITHIN >out.txt 2>said.txt </dev/null || fail "nothing is shown where the log cannot be written"
grep -q KESTRELWITHIN out.txt && grep -q 'not in the activity log' said.txt || { cat said.txt; fail "nothing is said of it"; }
rm activity && mv "$work/away" activity && cp "$work/log" "$log"
verified 0 'VERIFIED'
echo "$(wc -w <<<"$barred") planted words: none before, all after; $lines looks"
