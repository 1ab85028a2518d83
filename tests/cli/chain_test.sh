#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An officer whose authority is below a root. Whoever trusts the root alone verifies the case, a copy of the ledger and an edition's
# custody part, with both programs; without the certificate in between nothing is proven, and openssl says the same.
. "$(dirname "$0")/lib.sh" "$@"
need openssl python3
command -v holdfast-verify >/dev/null || echo "skipped: the same by holdfast-verify, which was not built"
both() { # CODE WHAT: what both programs say
  hf "$1" verify "$2" --trust root.pem >said.txt
  ! command -v holdfast-verify >/dev/null || { local code=0; holdfast-verify "$2" --trust root.pem >other.txt || code=$?; [ "$code" = "$1" ] || { cat other.txt; fail "holdfast-verify $2: $code, expected $1"; }; }
}

printf '%s\n' 'basicConstraints=critical,CA:TRUE' 'keyUsage=critical,keyCertSign,cRLSign' 'subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid' >ca.cnf
printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature,nonRepudiation' 'extendedKeyUsage=emailProtection' 'subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid' >person.cnf
(
  key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  openssl req -x509 -days 90 -subj /CN=Root -addext keyUsage=critical,keyCertSign,cRLSign "${key[@]}" -keyout root.key -out root.pem
  openssl req -subj /CN=Below "${key[@]}" -keyout below.key -out below.csr
  openssl x509 -req -in below.csr -CA root.pem -CAkey root.key -CAcreateserial -days 90 -extfile ca.cnf -out below.pem
) >/dev/null 2>&1
hf 0 identity new officer --common-name Officer >/dev/null
hf 0 identity request officer --to officer.csr >/dev/null 2>&1 # into the present folder
openssl x509 -req -in officer.csr -CA below.pem -CAkey below.key -CAcreateserial -days 90 -extfile person.cnf -out officer.pem 2>/dev/null
openssl verify -x509_strict -purpose smimesign -CAfile root.pem -untrusted below.pem officer.pem >/dev/null || fail "openssl refuses the chain"
openssl verify -x509_strict -purpose smimesign -CAfile root.pem officer.pem >/dev/null 2>&1 && fail "openssl needs no certificate in between"
hf 4 identity install officer officer.pem --chain officer.csr >/dev/null 2>&1
hf 0 identity install officer officer.pem --chain below.pem >/dev/null 2>&1

hf "0 3" case new T-1 --station A --agency test.example --yes >/dev/null 2>&1
(cd T-1 && add_exhibit T-A-0001)
both 0 T-1
both 0 T-1/ledgers/A
python3 -B "$source_root/tests/second/verify.py" --trust root.pem T-1/ledgers/A >said.txt || { cat said.txt; fail "the second verifier does not verify it"; }

# A copy that is carried elsewhere, and the same with the certificate taken out.
cp -r T-1/ledgers/A copy
both 0 copy
python3 -c 'import sqlite3; db = sqlite3.connect("copy/ledger.db"); db.execute("DELETE FROM issuers"); db.commit()'
both 3 copy
grep -q 'not possible.*signature.chain' said.txt || { cat said.txt; fail "it is not said what is missing"; }
python3 -B "$source_root/tests/second/verify.py" --trust root.pem copy >said.txt && fail "the second verifier found a way without it"
grep -q 'signature.chain' said.txt || { cat said.txt; fail "the second verifier says something else"; }
# Who put it there does not matter, and a certificate that is none hurts nobody.
python3 - <<'END'
import hashlib, sqlite3, ssl
db = sqlite3.connect("copy/ledger.db")
for der in (b"no certificate", ssl.PEM_cert_to_DER_cert(open("below.pem").read())):
    db.execute("INSERT INTO issuers VALUES(?,?)", (hashlib.sha256(der).hexdigest(), der))
db.commit()
END
both 0 copy
echo "the root alone suffices where the certificate in between came along"
