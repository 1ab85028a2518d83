#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An authority without a network, three officers with certificates of it, a case: keys are added, one is stolen and revoked, in the
# ledger by two custodians and by the authority's list; whoever verifies has nothing but the authority's root.
. "$(dirname "$0")/lib.sh" "$@"
need python3 openssl
certificates=$work/certificates
mkdir "$certificates"

hf 0 agency new root --common-name 'Example Root' --country KH >/dev/null 2>&1
root=$XDG_CONFIG_HOME/holdfast/agencies/root/ca.cert.pem
[ "$(stat -c %a "$XDG_CONFIG_HOME/holdfast/agencies/root/ca.key.pem")" = 600 ] || fail "the authority's key may be read by others"
grep -q 'BEGIN ENCRYPTED' "$XDG_CONFIG_HOME/holdfast/agencies/root/ca.key.pem" || fail "the authority's key is in clear"

officer() {
  hf 0 identity new "$1" --common-name "Officer $1" "${@:2}" >/dev/null 2>&1
  hf 0 identity request "$1" --to "$certificates/$1.csr" >/dev/null 2>&1
  hf 0 agency issue "$certificates/$1.csr" --to "$certificates/$1.pem" --yes >/dev/null
  hf 0 agency issue "$certificates/$1.seal.csr" --role sealer --to "$certificates/$1.seal.pem" --days 90 --yes >/dev/null
  hf 0 identity install "$1" "$certificates/$1.pem" --seal "$certificates/$1.seal.pem" >/dev/null 2>&1
}
officer anna
officer boris --rsa
officer carl
hf 0 identity list | grep -q 'RSA 3072' || fail "no identity signs with RSA"
openssl verify -x509_strict -purpose smimesign -CAfile "$root" "$certificates/anna.pem" >/dev/null || fail "openssl refuses what was issued"
hf 4 identity install anna "$certificates/boris.pem" >said.txt 2>&1
grep -q 'another key' said.txt || { cat said.txt; fail "a certificate for another's key was installed"; }
hf 2 agency issue "$certificates/anna.csr" --to too-long.pem --days 3000 --yes >/dev/null 2>&1
[ ! -e too-long.pem ] || fail "a certificate of eight years was issued"
hf 0 identity use anna 2>/dev/null

hf "0 3" case new T-1 --station A --agency test.example --yes >/dev/null 2>&1
cd T-1
hf 0 ledger add-key "$certificates/boris.pem" >/dev/null
hf 0 ledger add-key "$certificates/carl.pem" >/dev/null
add_exhibit T-A-0001
hf 0 exhibit add T-A-0002 --kind usb --no-serial none --no-clock none --identity boris >/dev/null
cp ledgers/A/checkpoint "$work/kept-checkpoint"  # five entries, in other hands
hf 0 exhibit add T-A-0003 --kind usb --no-serial none --no-clock none --identity boris >/dev/null
hf 0 verify . --trust "$root" >/dev/null
hf 3 verify . --trust "$certificates/anna.pem" >/dev/null

# Boris's laptop is stolen. He cannot say so himself, nor can one custodian alone, and not of a time to come.
revoke() { local code=$1; shift; hf "$code" ledger revoke-key "$certificates/boris.pem" --reason stolen "$@" >said.txt 2>&1; }
revoke 2 --last-good 5 --with anna
revoke "2 4" --last-good 5 --with boris
revoke 2 --last-good 7 --with carl
revoke 2 --last-good "$certificates/anna.pem" --with carl
hf 0 verify . --trust "$root" >/dev/null
revoke 0 --last-good "$work/kept-checkpoint" --with carl --since 2026-01-01T00:00:00Z
hf 2 exhibit add T-A-0004 --kind usb --no-serial none --no-clock none --identity boris >said.txt 2>&1
hf 1 verify . --trust "$root" >said.txt
grep -q 'FAILED.*signature.revoked.*entry 5' said.txt || { cat said.txt; fail "the entry after the last good checkpoint stands"; }
grep -q 'signature.revoked.*entry 4' said.txt && fail "the entry below the last good checkpoint does not stand"
grep -q 'what it signed in the first 5 entries stands' said.txt || { cat said.txt; fail "nothing is said of what stands"; }

# Who retires is not revoked.
hf 0 ledger retire-key "$certificates/carl.pem" --reason 'moved on' >/dev/null
hf 2 exhibit add T-A-0005 --kind usb --no-serial none --no-clock none --identity carl >/dev/null 2>&1
cd ..

# Another case, where only the authority's list tells.
hf "0 3" case new T-2 --station A --agency test.example --yes >/dev/null 2>&1
cd T-2
hf 0 ledger add-key "$certificates/carl.pem" >/dev/null
hf 0 exhibit add T-A-0001 --kind usb --no-serial none --no-clock none --identity carl >/dev/null
mkdir "$work/trust"
cp "$root" "$work/trust/root.pem"
hf 0 agency crl --to "$work/trust/root.crl" 2>/dev/null
hf 0 verify . --trust "$work/trust" >/dev/null
hf 0 agency revoke "$certificates/carl.pem" --reason key-compromise >/dev/null 2>&1
hf 4 agency revoke "$certificates/carl.pem" >/dev/null 2>&1
hf 0 agency list | grep -q 'revoked as of.*key-compromise' || fail "the authority does not know what it revoked"
hf 0 verify . --trust "$work/trust" >/dev/null  # the list of before
hf 0 agency crl --to "$work/second.crl" 2>/dev/null
openssl verify -CAfile "$root" -CRLfile "$work/second.crl" -crl_check "$certificates/carl.pem" >said.txt 2>&1 && fail "openssl takes a revoked certificate"
grep -q 'certificate revoked' said.txt || { cat said.txt; fail "openssl does not read the list"; }
cp "$work/second.crl" "$work/trust/root.crl"
hf 1 verify . --trust "$work/trust" >said.txt
grep -q 'FAILED.*signature.revoked' said.txt || { cat said.txt; fail "the list was not heeded"; }
# The case brings the list along; then the root alone suffices.
hf 0 ledger add-crl "$work/second.crl" >/dev/null
hf 1 verify . --trust "$root" >/dev/null
# A list of somebody else answers nothing.
hf 0 agency new other --common-name 'Other Root' >/dev/null 2>&1
hf 0 agency crl --agency other --to "$work/other.crl" 2>/dev/null
rm "$work/trust/root.crl"; cp "$work/other.crl" "$work/trust/other.crl"
cd ..
hf "0 3" case new T-3 --station A --agency test.example --yes >/dev/null 2>&1
hf 3 verify T-3 --trust "$work/trust" | grep -q 'not possible.*revocation.list' || fail "a missing list was not told"

# A new key for the ledger, a backup, an end.
cd T-3
hf 0 ledger add-key "$certificates/boris.pem" >/dev/null
hf 0 ledger replace-log-key --last-good 2 --with boris --reason 'broken into' >/dev/null 2>&1
add_exhibit T-A-0001
hf 0 verify . --trust "$root" >/dev/null
# What is told to witnesses and put on paper is the key of the present checkpoint, not that of the first entry.
new_key=$(holdfast ledger log --json | sed -n 's/.*"act":"log.replace".*"log_key":"\([^"]*\)".*/\1/p')
[ -n "$new_key" ] || fail "no entry names a new key"
hf 0 ledger checkpoint >said.txt
grep -qxF "log key      $new_key" said.txt || { cat said.txt; fail "ledger checkpoint prints another key than the checkpoint's"; }
hf 0 ledger checkpoint --json >said.txt
grep -qF "\"log_key\":\"$new_key\"" said.txt || { cat said.txt; fail "ledger checkpoint --json has another key"; }
hf 0 ledger request --to "$work/t3.request" >/dev/null 2>said.txt
grep -qF "  $new_key" said.txt || { cat said.txt; fail "ledger request tells another key"; }
hf 0 identity backup anna --to "$work/anna.backup" 2>/dev/null
grep -q 'BEGIN PRIVATE KEY' "$work/anna.backup" && fail "a backup holds a key in clear"
hf 0 identity import anna-again "$work/anna.backup" >/dev/null
hf 0 exhibit add T-A-0002 --kind usb --no-serial none --no-clock none --identity anna-again >/dev/null
hf 0 identity retire anna 2>/dev/null
hf 2 exhibit add T-A-0003 --kind usb --no-serial none --no-clock none >said.txt 2>&1
grep -q 'retired' said.txt || { cat said.txt; fail "a retired identity signs"; }
home=$XDG_CONFIG_HOME/holdfast/identities/boris
openssl pkcs12 -export -inkey "$home/sign.key.pem" -in "$home/sign.cert.pem" -passin 'pass:a passphrase for tests' -passout pass:other -out "$work/boris.p12"
holdfast identity import boris-again "$work/boris.p12" --passphrase-fd 3 3<<<$'other\nanother passphrase' >/dev/null
holdfast exhibit add T-A-0003 --kind usb --no-serial none --no-clock none --identity boris-again --passphrase-fd 3 3<<<'another passphrase' >/dev/null
hf 0 verify . --trust "$root" >/dev/null
