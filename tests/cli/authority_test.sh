#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What may be looked at: an order that ends and is renewed, a consent that is withdrawn and lifted by two officers, a scope, single
# records. What is barred is refused with two lines, named in lists and gaps, and the case verifies at the end.
. "$(dirname "$0")/lib.sh" "$@"
need python3 mke2fs
mkdir -p "$work/tree/profile"
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

refused() { hf_two 2 "$@" 2>said.txt >/dev/null; [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines: $*"; }; }
shows() { hf 0 exhibit show "$1" >shown.txt; grep -q -- "$2" shown.txt || { cat shown.txt; fail "$1 is not shown as: $2"; }; }
lists() { hf 0 "$1" list >said.txt; said "$2"; }
# The gaps of authorities and restrictions, as "code label", in order.
gaps_are() {
  local code=0
  holdfast show gaps --json >gaps.json || code=$?
  python3 - "$1" <<'END' || fail "those are not the gaps"
import json, sys
gaps = [json.loads(line) for line in open("gaps.json")]
found = "; ".join(g["code"] + " " + g["exhibit"] for g in gaps if g["code"].split(".")[0] in ("authority", "restriction"))
if found != sys.argv[1]: sys.exit("found:    " + found + "\nexpected: " + sys.argv[1])
END
}
exhibit() { hf 0 exhibit add "$1" --kind phone --no-serial 'not read' --no-clock 'not read' "${@:2}" >/dev/null; }

new_case
hf 0 identity new deputy --common-name Deputy --organisation 'Example Police' >/dev/null 2>&1
hf 0 identity use tester 2>/dev/null
hf 0 ledger add-key "$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem" >/dev/null
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
trust2=$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem

# --- recorded, listed, missing --------------------------------------------------------------------------------------------------
hf 0 authority list >/dev/null 2>said.txt
said 'no authority is recorded'
exhibit T-A-0002 --authority 'order 17'
exhibit T-A-0003 --authority C-3
gaps_are 'authority.none T-A-0001; authority.unknown T-A-0002; authority.unknown T-A-0003'
shows T-A-0002 'now under *order 17, of which the case knows nothing more'
refused authority add 'order 17' --kind rumour --issuer 'Court 4' --from 2020-01-01
said 'none of warrant, order, consent and request'
refused authority add 'order 17' --kind order --issuer 'Court 4' --from yesterday
refused authority add 'order 17' --kind order --issuer 'Court 4' --from 2020-01-01 --data thoughts
refused authority add 'order 17' --kind order --issuer 'Court 4' --from 2020-01-01 --until 2019-01-01
refused authority add C-3 --kind consent --issuer 'Somchai' --from 2020-01-01
said 'the issuer of a consent is written as owner'
printf '%%PDF-1.4 order 17' >order.pdf
hf 0 authority add 'order 17' --kind order --issuer 'Court 4' --from 2020-01-01 --until 2021-01-01 --document order.pdf >/dev/null
hf 0 authority add C-3 --kind consent --issuer owner --from 2020-01-01 >/dev/null 2>&1
paper=authorities/$(sha256sum order.pdf | cut -c1-64).pdf
cmp -s order.pdf "$paper" || fail "the paper was not kept"
lists authority 'order 17 *order *expired *1 *1 '
lists authority 'C-3 *consent *valid *1 *1 '
hf 0 ledger amend --exhibit T-A-0001 --authority C-3 --reason 'left out at intake' >/dev/null
refused ledger amend --exhibit T-A-0001 --authority C-3 --with deputy --reason 'two are not needed'
refused ledger amend --exhibit T-A-0001 --reason 'nothing is amended'
lists authority 'C-3 *consent *valid *2 *2 '
gaps_are 'authority.over T-A-0002'

# --- an order that ended, and is renewed -----------------------------------------------------------------------------------------
refused acquire "$work/card" --exhibit T-A-0002 --quiet
said 'T-A-0002 may not be acquired. Its authority, order 17, ended 2021-01-01'
said 'The evidence is as it was.'
refused acquire --adopt "$work/card" --exhibit T-A-0002 --quiet
refused exhibit access T-A-0002 --purpose inspection
lists exhibit 'T-A-0002 .*barred: order'
shows T-A-0002 'now barred *Its authority, order 17, ended'
hf 0 authority add 'order 18' --kind order --issuer 'Court 4' --from 2021-01-01 --renews 'order 17' --data web >/dev/null 2>said.txt
[ ! -s said.txt ] || fail "the case knows order 17"
lists authority 'order 17 *order *expired *1 *0 '
lists authority 'order 18 *order *valid *0 *1 '
said '^order 18 covers web; renews order 17$'
shows T-A-0002 'now shown of it *web'
gaps_are ''
hf 0 acquire "$work/card" --exhibit T-A-0002 --quiet >/dev/null 2>&1

# --- a consent that is withdrawn --------------------------------------------------------------------------------------------------
hf 0 acquire "$work/card" --exhibit T-A-0003 --quiet >/dev/null 2>&1
refused restrict T-A-0003 --reason 'she said so'
said 'none of consent-withdrawn, order-ended, privilege and other'
hf 0 restrict T-A-0003 --reason consent-withdrawn --why 'told by telephone' >/dev/null 2>said.txt
said 'T-A-0003 may not be acquired, parsed or shown'
refused parse T-A-0003
said 'T-A-0003 may not be parsed. It is restricted since'
said 'unrestrict'
refused acquire "$work/card" --exhibit T-A-0003 --new --quiet
refused exhibit access T-A-0003 --purpose inspection
hf 3 parse >parsed.txt 2>said.txt
grep -q '^T-A-0002' parsed.txt || { cat parsed.txt said.txt; fail "what is not barred was not parsed"; }
said 'T-A-0003 may not be parsed.* It was left out'
ls exhibits/T-A-0003/segments >/dev/null 2>&1 && fail "something of T-A-0003 was parsed"
hf 0 exhibit check T-A-0003 >/dev/null 2>&1  # whether the image is still equal is no look at it
gaps_are 'restriction.open T-A-0003'
shows T-A-0003 'now restricted *as a whole: consent-withdrawn, told by telephone'
hf 0 exhibit list --json | grep '"T-A-0003"' | grep -q '"barred":true' || fail "--json does not say that it is barred"

# --- lifted by two persons, not by one ----------------------------------------------------------------------------------------------
refused unrestrict T-A-0003 --reason 'ruling 9' --with tester
said 'both signatures would be those of'
hf 2 unrestrict T-A-0003 --reason 'ruling 9' >/dev/null 2>&1
refused unrestrict T-A-0001 --reason 'ruling 9' --with deputy
said 'nothing bars T-A-0001'
hf_two 0 unrestrict T-A-0003 --reason 'ruling 9' --with deputy >/dev/null 2>said.txt
said 'its restriction ends'
gaps_are ''
hf "0 3" parse T-A-0003 >/dev/null 2>&1
hf_two 0 unrestrict T-A-0002 --reason 'ruling 10' --with deputy --until 2099-01-01 >/dev/null 2>said.txt
said 'out of the scope'
shows T-A-0002 'now under *order 18 (A, entry'
grep -q 'now shown of it' shown.txt && fail "the scope was lifted, and is shown still"

# --- single records -------------------------------------------------------------------------------------------------------------------
id=$(segment_lines T-A-0003 | python3 -c '
import json, sys
print(next(line["id"] for line in map(json.loads, sys.stdin) if line["type"] == "web_visit"))')
refused restrict T-A-0002 T-A-0003 --reason privilege --record "$id"
refused restrict T-A-0003 --reason privilege --record everything
hf 0 restrict T-A-0003 --reason privilege --record "$id" >/dev/null 2>&1
lists exhibit 'T-A-0003 .*1 record barred'
gaps_are 'restriction.open T-A-0003'
refused unrestrict T-A-0003 --reason 'ruling 11' --with deputy
said 'nothing bars T-A-0003 as a whole'
grep -aq "$id" ledgers/A/ledger.db && fail "the record's id stands in a body"
hf_two 0 unrestrict T-A-0003 --reason 'ruling 11' --with deputy --record "$id" >/dev/null 2>&1
gaps_are ''

# --- on the board, and what is next ---------------------------------------------------------------------------------------------------------------------
exhibit T-A-0004 --authority C-3
exhibit T-A-0005 --authority C-3
hf 0 restrict T-A-0004 --reason consent-withdrawn >/dev/null 2>&1
hf 0 next >next.txt 2>said.txt
said 'barred, and left out: T-A-0004'
grep -q T-A-0004 next.txt && fail "next says to take what is barred"
printf '%s, T-A-0004\n%s, T-A-0005\n' "$work/card" "$work/tree/profile/History" >labels.txt
code=0
timeout 60 holdfast acquire --watch --assign labels.txt --until-idle "$work/card" "$work/tree/profile/History" \
  --passphrase-fd 3 3<<<'a passphrase for tests' </dev/null >out.txt 2>said.txt || code=$?
[ $code = 4 ] || { cat out.txt said.txt; fail "acquire --watch: exit code $code, expected 4"; }
said 'T-A-0004  *FAILED.*T-A-0004 may not be acquired. It is restricted since'
[ -e exhibits/T-A-0005/a1/T-A-0005_a1.E01 ] || { cat out.txt said.txt; fail "the other was not acquired"; }
[ ! -e exhibits/T-A-0004/a1 ] || fail "T-A-0004 was acquired"

# --- the paper, and all of it -----------------------------------------------------------------------------------------------------------
hf 0 verify . --trust "$trust" --trust "$trust2" --json >verified.json
grep -q '"authority.file".*"passed"' verified.json || fail "the paper was not checked"
mv "$paper" away
hf 3 verify . --trust "$trust" --trust "$trust2" >said.txt
said 'not possible *authority.file'
printf 'another' >"$paper"
hf 1 verify . --trust "$trust" --trust "$trust2" >said.txt
said 'FAILED *authority.file'
mv away "$paper"
echo "authorities bind before sight, and two officers lift what bars"
