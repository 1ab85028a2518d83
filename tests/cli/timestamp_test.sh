#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two time authorities by `openssl ts`: a token before the case, one carried by files, one by HTTP; verification shows the
# bracket; what proves nothing is refused in words and changes nothing; archive check says until when.
. "$(dirname "$0")/lib.sh" "$@"
need openssl python3

# authority NAME DAYS: a root and a certificate for time-stamping in $work/NAME.
authority() {
  mkdir "$work/$1"
  (
    cd "$work/$1"
    printf '%s\n' '[req]' 'distinguished_name=dn' 'prompt=no' '[dn]' "CN=$1" '[root]' 'basicConstraints=critical,CA:TRUE' \
      'keyUsage=critical,keyCertSign,cRLSign' '[leaf]' 'extendedKeyUsage=critical,timeStamping' '[tsa]' 'default_policy=1.2.3.4.1' \
      'serial=serial' 'signer_digest=sha256' 'digests=sha256' 'accuracy=secs:1' 'ess_cert_id_alg=sha256' \
      'signer_cert=leaf.pem' 'signer_key=leaf.key' >config
    echo 01 >serial
    local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
    openssl req -x509 -config config -extensions root -subj "/CN=$1 Root" "${key[@]}" -keyout root.key -out root.pem -days 7300
    openssl req -new -config config "${key[@]}" -keyout leaf.key -out leaf.csr
    openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile config -extensions leaf -out leaf.pem -days "$2"
  ) >/dev/null 2>&1
}
# answer NAME QUERY REPLY
answer() { (cd "$work/$1" && openssl ts -reply -config config -section tsa -queryfile "$2" -out "$3") >/dev/null 2>&1; }
authority alpha 30
authority beta 3650
mkdir -p trust/time
cp alpha/root.pem trust/time/alpha.pem
cp beta/root.pem trust/time/beta.pem

# Before there is a case.
hf 0 identity new tester --common-name Tester >/dev/null
cp "$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem" trust/
hf 0 ledger not-before --query begin.tsq >/dev/null
hf 4 ledger not-before --query begin.tsq >said.txt 2>&1 # what is there is not overwritten
answer beta "$work/begin.tsq" "$work/begin.tsr"
mkdir case-folder
hf "0 3" case new T-1 --to case-folder --agency test.example --station A --yes --not-before begin.tsr >/dev/null 2>&1
# A question is answered once.
hf 4 case new T-2 --to case-folder --agency test.example --station A --yes --not-before begin.tsr >said.txt 2>&1
grep -q 'answers no question' said.txt || { cat said.txt; fail "an answer was taken twice"; }
[ ! -e case-folder/T-2 ] || fail "a case was made with a reply that was refused"
cd case-folder/T-1
add_exhibit T-A-0001

# By files.
hf 0 ledger timestamp --query "$work/cp.tsq" >said.txt 2>/dev/null
grep -q 'first 2 entries' said.txt || { cat said.txt; fail "the question does not say what it is about"; }
[ "$(ls ledgers/A/timestamp-queries | wc -l)" = 1 ] || fail "the question is not remembered"
answer alpha "$work/cp.tsq" "$work/cp.tsr"
before=$(holdfast ledger log --json | wc -l)
printf x >"$work/odd.tsr"
hf 4 ledger timestamp --reply "$work/odd.tsr" >said.txt 2>&1
[ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }
openssl ts -query -data "$work/cp.tsq" -sha256 -cert -out "$work/other.tsq" 2>/dev/null
answer alpha "$work/other.tsq" "$work/other.tsr"
hf 4 ledger timestamp --reply "$work/other.tsr" >said.txt 2>&1
grep -q 'answers no open question' said.txt || { cat said.txt; fail "a foreign reply was taken"; }
openssl ts -query -data "$work/cp.tsq" -sha1 -cert -out "$work/sha1.tsq" 2>/dev/null
answer alpha "$work/sha1.tsq" "$work/refused.tsr" || fail "openssl ts -reply is expected to return 0 for a refusal"
hf 4 ledger timestamp --reply "$work/refused.tsr" >said.txt 2>&1
grep -q 'the authority refused, with status 2' said.txt || { cat said.txt; fail "the authority's words are missing"; }
hf 2 ledger timestamp >/dev/null 2>&1
hf 2 ledger timestamp --query a --reply b >/dev/null 2>&1
[ "$before" = "$(holdfast ledger log --json | wc -l)" ] || fail "a refused reply changed the ledger"
hf 0 ledger timestamp --reply "$work/cp.tsr" --trust "$work/trust" >said.txt 2>&1
grep -q 'the first 2 entries were there at .*CN=alpha' said.txt || { cat said.txt; fail "the reply was not recorded"; }
[ "$(ls ledgers/A/timestamp-queries | wc -l)" = 0 ] || fail "the answered question is still open"
hf 0 ledger timestamp --reply "$work/cp.tsr" >said.txt 2>&1
grep -q 'entry 2 holds this token already' said.txt || { cat said.txt; fail "one token was recorded twice"; }

holdfast verify . --trust "$work/trust" >said.txt || { cat said.txt; fail "the anchored case does not verify"; }
grep -q '^Entries 0 to 1: claimed .*; not before 20.*; not after 20.*, says the time authority CN=alpha' said.txt ||
  { cat said.txt; fail "verify does not show the bracket"; }
grep -q '^The longest time in which nobody else is known to have held a checkpoint' said.txt || fail "verify does not say how long nobody else knew"
hf 3 verify . --trust "$work/trust/sign.cert.pem" >said.txt
grep -q 'not possible.*time.token' said.txt || { cat said.txt; fail "a token that nobody vouches for was taken"; }

# The same by OpenSSL, with nothing of ours but the bytes that the entry quotes.
holdfast ledger log --json | python3 -c '
import base64, json, sys
anchor = [json.loads(line) for line in sys.stdin][2]["body"]
open(sys.argv[1], "wb").write(base64.b64decode(anchor["checkpoint"]))
open(sys.argv[2], "wb").write(base64.b64decode(anchor["token"]))' "$work/checkpoint.min" "$work/token"
openssl ts -verify -data "$work/checkpoint.min" -in "$work/token" -token_in -CAfile "$work/alpha/root.pem" >/dev/null 2>&1 ||
  fail "openssl does not accept the token over the quoted checkpoint"

# Alpha's certificate ends in 30 days: due now, unless only the next 10 days matter; renewed by the next anchor.
hf 3 archive check --trust "$work/trust" >said.txt 2>&1
grep -q 'token.*entry 2.*CN=alpha.*renew now' said.txt || { cat said.txt; fail "archive check does not see what ends"; }
hf 0 archive check --within 10 >said.txt 2>&1
hf 2 archive check --within many >/dev/null 2>&1

# By HTTP, from a server that asks openssl; another that sends elsewhere; one that says too much; one that is not there.
cat >"$work/server.py" <<'END'
import http.server, pathlib, subprocess, sys
work = pathlib.Path(sys.argv[1])
class Authority(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        with open(work / "requests", "a") as log:
            print(self.path, kind, file=log)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/tsa")
            self.end_headers()
            return
        if self.path == "/long":
            body = bytes(1 << 20)
        else:
            (work / "http.tsq").write_bytes(query)
            subprocess.run(["openssl", "ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", work / "http.tsq", "-out",
                            work / "http.tsr"], cwd=work / "beta", check=True, capture_output=True)
            body = (work / "http.tsr").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # the other side had enough
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Authority)
(work / "port").write_text(str(server.server_port))
server.serve_forever()
END
python3 "$work/server.py" "$work" &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$top"' EXIT
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
address=http://127.0.0.1:$(cat "$work/port")
hf 4 ledger timestamp --url "$address/moved" >said.txt 2>&1
grep -q 'HTTP status 302' said.txt || { cat said.txt; fail "a redirect was followed, or not told"; }
hf 4 ledger timestamp --url "$address/long" >said.txt 2>&1
grep -q 'more than 65536 bytes' said.txt || { cat said.txt; fail "an endless answer was taken"; }
hf 4 ledger timestamp --url http://127.0.0.1:1/ >said.txt 2>&1
[ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }
hf 2 ledger timestamp --url file:///etc/passwd >said.txt 2>&1
[ "$(cat "$work/requests")" = "$(printf '%s application/timestamp-query\n' /moved /long)" ] || { cat "$work/requests"; fail "other requests than asked for"; }
hf 0 ledger timestamp --url "$address/tsa" --trust "$work/trust" >said.txt 2>&1
grep -q 'the first 3 entries were there at .*CN=beta' said.txt || { cat said.txt; fail "the answer by HTTP was not recorded"; }
[ "$(ls ledgers/A/timestamp-queries | wc -l)" = 0 ] || fail "questions that nobody will answer are still open"
kill $server

hf 0 archive check --trust "$work/trust" >said.txt 2>&1
grep -q 'token.*entry 2.*CN=alpha.*renewed' said.txt || { cat said.txt; fail "the second anchor does not renew the first"; }
hf 0 verify . --trust "$work/trust" >said.txt
grep -q 'VERIFIED' said.txt || fail "the twice anchored case does not verify"
holdfast archive check --json 2>/dev/null | python3 -c '
import json, sys
lines = [json.loads(line) for line in sys.stdin]
assert [line["kind"] for line in lines] == ["token", "token", "token", "signer", "entries to come"], lines
assert all(line["until"] > "2026" for line in lines)' || fail "archive check --json"

# The case is closed. What keeps it provable still follows: a token that renews, after archive check said so.
hf 2 case close >/dev/null 2>&1
hf 2 case close --reason 'judgment is final' >said.txt 2>&1 # nobody confirmed it
hf 0 case close --reason 'judgment is final' --yes >said.txt 2>&1
grep -q '^ledger entry 4,' said.txt || { cat said.txt; fail "the closing was not told"; }
hf 4 case close --reason again --yes >said.txt 2>&1
grep -q 'closed already' said.txt || { cat said.txt; fail "a case was closed twice"; }
hf 2 exhibit add T-A-0002 --kind phone --no-serial none --no-clock none >said.txt 2>&1
grep -q 'was closed by entry 4' said.txt || { cat said.txt; fail "something was added to a closed case"; }
hf 2 exhibit check T-A-0001 >said.txt 2>&1
grep -q 'is closed' said.txt || { cat said.txt; fail "hours of work were begun that could not be recorded"; }
hf 3 archive check --within 3650 --trust "$work/trust" >said.txt 2>&1
grep -q 'ledger of station A, closed' said.txt || { cat said.txt; fail "archive check does not say that it is closed"; }
# A stamp is an entry, and an entry needs somebody whose certificate lasts.
grep -Eq '^warning: ledger of station A, CN=Tester, certificate [0-9a-f]{16}, ends [0-9-]{10}: This is the only certificate that may sign here: .*ledger add-key' said.txt ||
  { cat said.txt; fail "archive check does not warn that nobody will be able to add a stamp"; }
hf 0 ledger timestamp --query "$work/late.tsq" >/dev/null 2>&1
answer beta "$work/late.tsq" "$work/late.tsr"
hf 0 ledger timestamp --reply "$work/late.tsr" --trust "$work/trust" >said.txt 2>&1
grep -q 'the first 5 entries were there at .*CN=beta' said.txt || { cat said.txt; fail "a closed case took no time-stamp"; }
hf 0 verify . --trust "$work/trust" >said.txt
grep -q 'VERIFIED' said.txt || { cat said.txt; fail "a closed case that was stamped does not verify"; }
hf 0 ledger log >said.txt
grep -Eq '^  token: [0-9]+ bytes, SHA-256 [0-9a-f]{64}$' said.txt || { cat said.txt; fail "ledger log does not say size and digest of a token"; }
[ "$(awk '{ if (length > longest) longest = length } END { print longest }' said.txt)" -lt 300 ] || fail "ledger log prints what only programs read"
holdfast ledger log --json | grep -q '"token":"MII' || fail "ledger log --json keeps no token"

# Somebody alters the stored token: verify and archive check say so.
python3 - ledgers/A/ledger.db <<'END' || fail "no token in the database to alter"
import pathlib, sys
path = pathlib.Path(sys.argv[1])
data = path.read_bytes()
at = data.rindex(b'"token":"MII') + 400
path.write_bytes(data[:at] + (b"A" if data[at:at + 1] != b"A" else b"B") + data[at + 1:])
END
hf 1 verify . --trust "$work/trust" >said.txt
grep -q 'FAILED.*time.token' said.txt || { cat said.txt; fail "an altered token was not told"; }
hf 3 archive check >/dev/null 2>&1
echo "not before, not after, renewed; what proves nothing was refused"
