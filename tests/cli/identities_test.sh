#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two people in one case: who signs is chosen, a second certificate is added before it may sign, recovery officers need a
# certificate to seal for, and a wrong label is amended and still found.
. "$(dirname "$0")/lib.sh" "$@"
need python3
hf 0 identity new first --common-name First >/dev/null 2>&1
hf 0 identity new second --common-name Second >/dev/null 2>&1
keys=$XDG_CONFIG_HOME/holdfast/identities
hf 4 case new T-1 --yes >said.txt 2>&1
grep -q 'several identities' said.txt || fail "two identities and none chosen must be asked about"
hf 0 identity use first 2>/dev/null
hf 2 case new T-1 --yes --officer "$keys/second/sign.cert.pem" >said.txt 2>&1
grep -q 'key agreement' said.txt || fail "a signing certificate was taken for a recovery officer's"
hf "0 3" case new T-1 --station A --agency test.example --yes --officer "$keys/second/seal.cert.pem" >/dev/null 2>&1
cd T-1
hf 0 exhibit add T-A-0001 --kind usb --no-serial none --no-clock none >/dev/null
hf 2 exhibit add T-A-0002 --kind usb --no-serial none --no-clock none --identity second >said.txt 2>&1
grep -q 'may not sign' said.txt || { cat said.txt; fail "a stranger to the case signed in it"; }
hf 0 ledger add-key "$keys/second/sign.cert.pem" >/dev/null
hf 0 exhibit add T-A-0002 --kind usb --no-serial none --no-clock none --identity second >said.txt
grep -q 'signed by CN=Second' said.txt || fail "the second person did not sign"

hf 2 ledger amend --exhibit T-A-0002 --label T-A-0003 --reason 'misread' >/dev/null 2>&1
hf 2 ledger amend --exhibit T-A-0002 --label T-A-0003 --with first --reason 'misread' >said.txt 2>&1
grep -q 'two parties have the same certificate' said.txt || { cat said.txt; fail "one person amended a label as two"; }
hf 0 ledger amend --exhibit T-A-0002 --label T-A-0003 --with second --reason 'misread' >/dev/null 2>&1
hf 0 exhibit show T-A-0003 | grep -q 'amend' || fail "the new label does not find the exhibit and its amendment"
hf 0 exhibit show T-A-0002 | grep -q 'T-A-0003' || fail "the former label does not find the exhibit"
hf 4 exhibit add T-A-0002 --kind usb --no-serial none --no-clock none >/dev/null 2>&1
hf 4 exhibit show T-A-0009 >said.txt 2>&1
[ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }

cat "$keys/first/sign.cert.pem" "$keys/second/sign.cert.pem" >both.pem
hf 0 verify . --trust both.pem >/dev/null
hf 3 verify . --trust "$keys/first/sign.cert.pem" >/dev/null
hf 3 verify . >/dev/null
{ holdfast exhibit add --json 2>/dev/null || true; } | python3 -c 'import json, sys; assert json.loads(sys.stdin.readline())["event"] == "error"' ||
  fail "with --json a refusal must be JSON"
