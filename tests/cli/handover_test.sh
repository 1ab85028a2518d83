#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A case over three laptops. Exhibits pass from person to person, both present and by files between stations; two stations image
# the same one; one laptop dies and its ledger is continued from its copy by two people. The gathered case verifies as a whole, and
# so does a bundle made of it; one ledger left out, either is NOT PROVEN, and the ledger that is missing is named.
. "$(dirname "$0")/lib.sh" "$@"
need python3 openssl mke2fs

exhibit() { hf 0 exhibit add "$1" --kind phone --no-serial 'not read' --no-clock 'not read' "${@:2}" >/dev/null; }
refused() { hf_two "2 4" "$@" 2>said.txt >/dev/null; [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }; }

mkdir -p "$work/courier" "$work/disk" "$work/tree/profile"
courier=$work/courier
python3 - "$work/tree/profile/History" <<'END'
import sqlite3, sys
history = sqlite3.connect(sys.argv[1])
history.execute("CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT, visit_count INTEGER, typed_count INTEGER, last_visit_time INTEGER)")
history.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER, from_visit INTEGER, transition INTEGER)")
history.execute("INSERT INTO urls VALUES (1, 'https://transfer.example/usdt', 'Transfers', 1, 0, 13300000000000000)")
history.execute("INSERT INTO visits VALUES (1, 1, 13300000000000000, 0, 0)")
history.commit()
END
truncate -s 1M "$work/card"
mke2fs -q -F -t ext2 -d "$work/tree" "$work/card"
for name in a b c; do
  station $name
  person "officer-$name"
  [ $name != a ] || person storekeeper
  [ $name != c ] || person deputy
  hf "0 3" case new T-1 --agency police.example --station $name --identity "officer-$name" --yes >/dev/null 2>&1
done

# --- both present, at station a ---------------------------------------------------------------------------------------------
station a
hf 0 identity use officer-a 2>/dev/null
exhibit T-A-0001 --seal S-1
exhibit T-A-0002
hf 0 acquire "$work/card" --exhibit T-A-0002 --quiet >/dev/null 2>&1
refused handover both T-A-0001 --with storekeeper --purpose storage
said 'may not sign'
hf 0 ledger add-key "$(certificate a storekeeper)" >/dev/null
refused handover both T-A-0001 --with officer-a --purpose storage
hf_two 0 handover both T-A-0001 --with storekeeper --purpose storage >/dev/null 2>&1
# Who does not hold it hands over nothing; the seal is the one that was stated.
refused handover both T-A-0001 --with storekeeper --purpose storage
said 'another than the one who holds it'
hf_two "2" handover both T-A-0001 --with officer-a --purpose back --identity storekeeper --seal T-A-0001=S-2 >said.txt 2>&1
said 'last said to bear S-1'
hf_two 0 handover both T-A-0001 --with officer-a --purpose back --identity storekeeper >/dev/null 2>&1

# --- from a to b and back a part of it, by files ------------------------------------------------------------------------------
hf 0 handover offer T-A-0001 T-A-0002 --to "$(certificate b officer-b)" --purpose analysis --to-file "$courier" >/dev/null 2>&1
offer=$(ls "$courier"/*.offer.json)
mv "$offer" first.json
hf 0 handover offer T-A-0001 T-A-0002 --to "$(certificate b officer-b)" --purpose analysis --to-file "$courier" >/dev/null 2>said.txt
said 'Offered already, by entry'
cmp "$offer" first.json || fail "the offer is another than the first"
refused handover offer T-A-0001 T-A-0002 --to "$(certificate b officer-b)" --purpose trial --to-file "$courier"
said 'was offered by entry'
refused handover offer T-A-0001 T-A-0002 --to "$(certificate c officer-c)" --purpose analysis --to-file "$courier"
refused handover offer T-A-0001 --to "$(certificate b officer-b)" --purpose analysis --to-file "$courier"
refused acquire "$offer" --exhibit T-A-0001
said 'was offered by entry'
station c
refused handover accept "$offer" --identity officer-c --yes
said 'names another'
station b
python3 - "$offer" "$courier/altered.json" <<'END'
import base64, json, sys
file = json.load(open(sys.argv[1]))
body = base64.b64decode(file["entries"][-1]["body"]).replace(b"analysis", b"disposal")
file["entries"][-1]["body"] = base64.b64encode(body).decode()
open(sys.argv[2], "w").write(json.dumps(file, sort_keys=True, separators=(",", ":")))
END
refused handover accept "$courier/altered.json" --yes
said 'does not hold'
refused handover accept "$offer" --yes --seal T-A-0001=S-9
said 'do not open it\|Do not open it'
exhibit T-B-0001
hf 0 handover accept "$offer" --yes --condition 'seal whole' --to-file "$courier" >/dev/null 2>&1
acceptance=$(ls "$courier"/*-b-*.acceptance.json)
# Given again, as after a kill: nothing is recorded again, and the file is there again.
mv "$acceptance" first.json
before=$(sha256sum ledgers/b/checkpoint)
hf 0 handover accept "$offer" --yes --to-file "$courier" >/dev/null 2>said.txt
said 'Accepted already, by entry'
[ "$before" = "$(sha256sum ledgers/b/checkpoint)" ] || fail "it was accepted twice"
cmp "$acceptance" first.json || fail "the acceptance is another than the first"
station c
refused handover receipt "$acceptance" --identity officer-c
said 'names another ledger'
station a
hf 0 handover receipt "$acceptance" >/dev/null
before=$(sha256sum ledgers/a/checkpoint)
hf 0 handover receipt "$acceptance" >/dev/null 2>said.txt
said 'Recorded already, by entry'
[ "$before" = "$(sha256sum ledgers/a/checkpoint)" ] || fail "the acceptance was recorded twice"
refused handover offer T-A-0001 --to "$(certificate c officer-c)" --purpose trial --to-file "$courier"
said 'has not come back'
hf_two 0 ledger amend --exhibit T-A-0001 --label T-A-0010 --with storekeeper --reason 'papers may still be amended' >/dev/null 2>&1

# --- station b works, copies its ledger to its destination, hands T-A-0002 on to c, offers T-B-0001 and takes it back ----------
station b
hf 0 handover offer T-A-0002 --to "$(certificate c officer-c)" --purpose trial --to-file "$courier" >/dev/null 2>&1
hf 0 handover offer T-B-0001 --to "$(certificate c officer-c)" --purpose trial --to-file "$courier" >/dev/null 2>&1
hf 0 handover withdraw T-B-0001 --reason 'the courier did not come' >/dev/null
truncate -s 65536 "$work/device"
hf "0 3" acquire "$work/device" --exhibit T-B-0001 --to "$work/disk" --format raw >/dev/null 2>&1
[ -f "$work/disk/T-1.ledger/b/ledger.db" ] || fail "the ledger was not copied to the destination"
station c
hf 0 identity use officer-c 2>/dev/null
hf 0 handover accept "$(ls "$courier"/*-b-*.offer.json | head -1)" --yes --to-file "$courier" >/dev/null 2>&1
hf 0 acquire "$work/card" --exhibit T-A-0002 --quiet >/dev/null 2>&1
[ -f exhibits/T-A-0002/a1-c/acquisition.json ] || fail "it has the name of what another station acquired: $(ls exhibits/T-A-0002)"
cp -r "$work/b/T-1/exhibits/T-B-0001" "$work/disk/what-was-saved"
rm -rf "$work/b/T-1" "$work/b/config" "$work/b/state" # the laptop is gone, with its keys

# --- two people go on with b's ledger, on a new machine ------------------------------------------------------------------------
station d
person successor
person witness
copy=$work/disk/T-1.ledger/b
hf_two "2" case continue "$copy" --identity successor --with witness --station b --yes >said.txt 2>&1
said 'bears the name'
hf_two "2 4" case continue "$copy" --identity successor --with successor --station b2 --yes >said.txt 2>&1
rm -rf T-1 config/holdfast/log-keys state
cp -r "$copy" "$work/cut"
python3 - "$work/cut/ledger.db" <<'END'
import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1])
for table in ("signatures_last", "entries_last"): ledger.execute(f"DROP TRIGGER {table}")
for table in ("signatures", "entries"): ledger.execute(f"DELETE FROM {table} WHERE seq = (SELECT max(seq) FROM entries)")
ledger.commit()
END
hf_two "4" case continue "$work/cut" --identity successor --with witness --station b2 --yes >said.txt 2>&1
said 'copy is damaged'
hf_two "0 3" case continue "$copy" --identity successor --with witness --station b2 --yes >said.txt 2>&1
station d
hf 0 identity use successor 2>/dev/null
hf 0 exhibit show T-A-0001 | grep -q exhibit.continue || fail "the exhibit was not taken over"
hf 0 exhibit show T-A-0002 | grep -q exhibit.continue || fail "what was offered is with nobody"
refused acquire "$work/card" --exhibit T-A-0002 # it was on its way to c
said 'was offered by entry'
hf 0 handover receipt "$(ls "$courier"/*-c-*.acceptance.json)" >/dev/null
refused handover withdraw T-A-0002 --reason 'the courier did not come'
said 'No offer of it is open'
hf 0 ledger add-key "$(certificate d witness)" >/dev/null
hf_two 0 handover both T-A-0001 --with witness --purpose storage >/dev/null 2>&1

# --- gathered ------------------------------------------------------------------------------------------------------------------
gathered=$work/c/T-1 # where T-A-0002 is
mkdir -p "$work/trust"
for name in b b2; do cp -r "$work/d/T-1/ledgers/$name" "$gathered/ledgers/"; done
cp -r "$work/a/T-1/ledgers/a" "$gathered/ledgers/"
cp -rn "$work/a/T-1/exhibits" "$gathered/"
cp -rT "$work/disk/what-was-saved" "$gathered/exhibits/T-B-0001"
find "$work/disk" -maxdepth 1 -type f -exec cp {} "$gathered/exhibits/T-B-0001/a1/" \;
number=0
for pem in "$work"/[acd]/config/holdfast/identities/*/sign.cert.pem; do cp "$pem" "$work/trust/$((++number)).pem"; done
python3 - "$copy/ledger.db" "$work/trust/b.pem" <<'END'
import sqlite3, subprocess, sys
der = sqlite3.connect(sys.argv[1]).execute("SELECT der FROM signatures WHERE seq = 0").fetchone()[0]
pem = subprocess.run(["openssl", "pkcs7", "-inform", "DER", "-print_certs"], input=der, stdout=subprocess.PIPE, check=True).stdout
open(sys.argv[2], "wb").write(pem)
END
cd "$work"
hf 0 verify "$gathered" --trust "$work/trust" >said.txt || { cat said.txt; fail "the gathered case is not whole"; }
said "^VERIFIED  $gathered"
said 'ledgers police.example/T-1/a and police.example/T-1/b witness each other'
hf 3 verify "$gathered" >said.txt # without a single certificate that one knows
said '^NOT PROVEN'
holdfast-verify --trust "$work/trust" "$gathered" >said.txt || { cat said.txt; fail "holdfast-verify does not find the case whole"; }
# What was on the laptop that died and was not saved is not here. That is no damage; whom to ask is said.
mv "$gathered/exhibits/T-B-0001" aside
hf 3 verify "$gathered" --trust "$work/trust" >said.txt || { cat said.txt; fail "what is not here is damage"; }
said '^not possible *acquisition.file .*exhibits/T-B-0001/a1/acquisition.json is not here. Entry [0-9]* of police.example/T-1/b, signed by .*officer-b'
said '^NOT PROVEN'
mv aside "$gathered/exhibits/T-B-0001"

# --- what two stations acquired of one exhibit ---------------------------------------------------------------------------------
station c
hf "0 3" parse T-A-0002 --quiet >said.txt 2>&1 || { cat said.txt; fail "T-A-0002 is not parsed"; }
hf 0 exhibit show T-A-0002 --json >shown.json
python3 - <<'END' || fail "not both acquisitions are found: $(cat shown.json)"
import json
assert [one["name"] for one in json.load(open("shown.json"))["acquisitions"]] == ["a1", "a1-c"]
END
hf 0 show files --csv >shown.csv
[ "$(grep -c History shown.csv)" = 2 ] || { cat shown.csv said.txt; fail "not the files of both images are shown"; }

# --- a bundle about what passed through the hands of three stations ------------------------------------------------------------
cat >request.json <<'END'
{"schema": "holdfast-request/1", "id": "R-1", "title": "Notes", "recipient": "Court of Example Land", "requesting_authority": "Prosecutor",
 "requested_authority": "Example Police", "legal_basis": "article 7", "use_limits": "the proceedings named", "exhibits": ["T-A-0002"]}
END
hf 0 export request.json --to "$work/ed1" >said.txt 2>&1 || { cat said.txt; fail "no bundle was made"; }
[ "$(ls "$work/ed1/data/custody" | tr '\n' ' ')" = "a b b2 c " ] || fail "not every ledger that tells of it is there: $(ls "$work/ed1/data/custody")"
cd "$work"
for program in "holdfast verify" holdfast-verify; do
  $program ed1 --trust trust --all >said.txt || { cat said.txt; fail "$program: the bundle is not whole"; }
  said '^VERIFIED IN PART'
  said '^passed *link.receipt'
  [ "$(grep -c '^passed *records.root' said.txt)" = 2 ] || fail "$program: not the records of both images are proven"
done
cat trust/*.pem >all.pem
for name in a b c; do # somebody else's program sees who signed another station's first entry
  openssl cms -verify -cades -binary -inform DER -in ed1/data/custody/$name/signatures/000000.0.p7s \
    -content ed1/data/custody/$name/bodies/000000.json -CAfile all.pem -purpose any -out /dev/null 2>openssl.txt ||
    { cat openssl.txt; fail "openssl does not find the first entry of $name signed"; }
done
rm -r ed1/data/custody/a
hf 1 verify ed1 --trust trust >said.txt # a file of a bundle that is missing was taken out of it
said '^FAILED *bag.missing'

# One ledger left out: which, is said.
for name in a b; do
  mv "$gathered/ledgers/$name" aside
  hf 3 verify "$gathered" --trust "$work/trust" >said.txt || { cat said.txt; fail "$name is missing and nothing is said"; }
  said "^not possible  *link.ledger .*police.example/T-1/$name, and that ledger is not here"
  said '^NOT PROVEN'
  grep -q FAILED said.txt && fail "what is missing is not damaged"
  station c
  hf 3 export request.json --to "$work/ed-without-$name" >said.txt 2>&1 || { cat said.txt; fail "nothing is said of the ledger that is missing"; }
  said "the ledger police.example/T-1/$name is named and is not in this case"
  cd "$work"
  for program in "holdfast verify" holdfast-verify; do
    code=0
    $program "ed-without-$name" --trust trust >said.txt || code=$?
    [ $code = 3 ] || { cat said.txt; fail "$program: a bundle without the ledger $name: exit code $code"; }
    said "^not possible  *link.ledger .*police.example/T-1/$name, and that ledger is not here"
    said '^NOT PROVEN'
  done
  mv aside "$gathered/ledgers/$name"
done
# A ledger that no entry names can be left out unseen, unless somebody kept a checkpoint of it.
station e
person officer-e
hf "0 3" case new T-1 --agency police.example --station e --yes >/dev/null 2>&1
station e
hf 0 ledger checkpoint --to "$work/e.checkpoint" >/dev/null
cd "$work"
hf 0 verify "$gathered" --trust "$work/trust" >/dev/null
hf 3 verify "$gathered" --trust "$work/trust" --checkpoint e.checkpoint >said.txt
said '^not possible  *tree.consistency .*police.example/T-1/e.*No ledger of this name is here'
# Another ledger under the name of the one that is missing.
mv "$gathered/ledgers/b" aside
station b
person officer-b
hf "0 3" case new T-1 --agency police.example --station b --yes >/dev/null 2>&1
cd "$work"
cp -r "$work/b/T-1/ledgers/b" "$gathered/ledgers/b"
hf 1 verify "$gathered" --trust "$work/trust" >said.txt
said '^FAILED  *link.ledger .*began apart'

# --- what the ledger says of one exhibit is erased, and it still verifies -------------------------------------------------------
station e
exhibit T-E-0001 --description 'found under a bed'
exhibit T-E-0002
salted=$(python3 -c 'import sqlite3; print(sqlite3.connect("ledgers/e/disclosures.db").execute("SELECT text FROM disclosures").fetchone()[0])')
grep -rqF -- "$salted" "$work/e" || fail "the disclosure is not where it was looked for"
hf 2 ledger erase T-E-0001 --reason 'order 4/2027' >/dev/null 2>&1 # nobody confirmed it
hf 0 ledger erase T-E-0001 --reason 'order 4/2027' --yes >/dev/null 2>&1
grep -rqF -- "$salted" "$work/e" && fail "what was erased is there still"
hf 4 exhibit show T-E-0001 >/dev/null 2>&1
exhibit T-E-0003
hf 0 verify . --trust "$(certificate e officer-e)" >said.txt || { cat said.txt; fail "the ledger does not verify after an erasure"; }
said '^VERIFIED IN PART'
