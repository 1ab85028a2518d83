#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Two stations and a stick: one keeps a ledger, the other witnesses it. What continues is cosigned, what does not is refused;
# a verifier asks for a quorum, and holds an old checkpoint against a ledger that was cut back or begun anew.
. "$(dirname "$0")/lib.sh" "$@"
stick=$work/stick
mkdir "$stick"
at_keeper() { export XDG_CONFIG_HOME=$work/keeper/config XDG_STATE_HOME=$work/keeper/state; }
at_partner() { export XDG_CONFIG_HOME=$work/partner/config XDG_STATE_HOME=$work/partner/state; }
at_other() { export XDG_CONFIG_HOME=$work/other/config XDG_STATE_HOME=$work/other/state; }

# --- the stations ---------------------------------------------------------------------------------
at_partner
hf 0 witness new partner.example/w1 2>/dev/null >partner.vkey
grep -Eq '^partner\.example/w1\+[0-9a-f]{8}\+B' partner.vkey || fail "that is no vkey of type 0x04: $(cat partner.vkey)"
key=$work/partner/config/holdfast/witnesses/partner.example+w1/cosign.key.pem
[ "$(stat -c %a "$key")" = 600 ] || fail "the witness's key is not private"
grep -q 'ENCRYPTED' "$key" || fail "the witness's key is not encrypted"
hf 4 witness new partner.example/w1 >/dev/null 2>&1
hf 2 witness new ../w >/dev/null 2>&1
at_other
hf 0 witness new other.example/w2 2>/dev/null >other.vkey
at_keeper
new_case 2>/dev/null
case_folder=$PWD
anna=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
vkeys=$work
hf 0 ledger checkpoint >said.txt
sed -n 's/^log key *//p' said.txt >"$work/log.vkey"
head -3 said.txt | cmp - <(head -3 ledgers/A/checkpoint) || fail "that is not the checkpoint"
hf 0 ledger checkpoint --to "$work/early.checkpoint" >/dev/null
cmp "$work/early.checkpoint" ledgers/A/checkpoint || fail "the checkpoint written is another"

# --- first contact --------------------------------------------------------------------------------
hf 0 ledger request --to "$stick/request" 2>said.txt >/dev/null
said "$(cat "$work/log.vkey")"
hf 4 ledger request --to "$stick/request" >/dev/null 2>&1
at_partner
hf 2 witness cosign "$stick/request" --to "$stick/answer" >said.txt 2>&1
said 'never seen here'
[ "$(wc -l <said.txt)" = 2 ] || fail "an error has two lines"
hf 2 witness cosign "$stick/request" --to "$stick/answer" --log "$(cat "$vkeys/other.vkey")" >/dev/null 2>&1
[ ! -e "$stick/answer" ] || fail "a refusal left an answer"
hf 0 witness cosign "$stick/request" --to "$stick/answer" --log "$work/log.vkey" >/dev/null
hf 4 witness cosign "$stick/request" --to "$stick/answer" >/dev/null 2>&1
# The answer alone is a signature line; below the checkpoint it makes a note with two.
cat ledgers/A/checkpoint "$stick/answer" >"$work/cosigned.note"
grep -c '^— ' "$work/cosigned.note" | grep -qx 2 || fail "there are not two signature lines"
hf 0 witness list >said.txt
said 'test.example/T-1/A'

if command -v openssl >/dev/null && command -v python3 >/dev/null; then
  python3 - "$work/cosigned.note" "$vkeys/partner.vkey" "$work" <<'END'
import base64, pathlib, sys
note, vkey, work = pathlib.Path(sys.argv[1]).read_text(), pathlib.Path(sys.argv[2]).read_text().strip(), pathlib.Path(sys.argv[3])
text, lines = note.split("\n\n")[0] + "\n", note.split("\n\n")[1].splitlines()
raw = base64.b64decode(lines[1].split(" ")[2])
assert raw[:4].hex() == vkey.split("+")[1], "the key id is another"
(work / "message").write_text(f"cosignature/v1\ntime {int.from_bytes(raw[4:12], 'big')}\n{text}")
(work / "signature").write_bytes(raw[12:])
(work / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + base64.b64decode(vkey.split("+", 2)[2])[1:])
END
  openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$work/key.der" -sigfile "$work/signature" -in "$work/message" >/dev/null ||
    fail "openssl does not verify the cosignature"
else
  echo "skipped: the cosignature before openssl, for openssl or python3 is not installed"
fi

# --- recorded, and asked again --------------------------------------------------------------------
at_keeper
hf 4 ledger witnessed "$stick/answer" --witness "$vkeys/other.vkey" >said.txt 2>&1
said 'no cosignature of other.example/w2'
sed 's/A/B/3' "$stick/answer" >"$stick/altered"
hf 4 ledger witnessed "$stick/altered" --witness "$vkeys/partner.vkey" >/dev/null 2>&1
hf 0 ledger witnessed "$stick/answer" --witness "$vkeys/partner.vkey" >/dev/null 2>said.txt
said 'vouches for the first 2 of 2 entries'
hf 4 ledger witnessed "$stick/answer" --witness "$vkeys/partner.vkey" >said.txt 2>&1
said 'recorded already'
hf 0 ledger log >said.txt
said "A witness's cosignature on a checkpoint was recorded"

# A request that continues from another size: the answer says which, and the keeper asks again.
add_exhibit T-A-0002
rm "$stick"/*
hf 0 ledger request --to "$stick/request" 2>/dev/null >/dev/null
at_partner
hf 3 witness cosign "$stick/request" --to "$stick/answer" 2>said.txt
said 'has cosigned 2'
[ "$(cat "$stick/answer")" = 2 ] || fail "the answer does not say the size"
at_keeper
hf 4 ledger witnessed "$stick/answer" --witness "$vkeys/partner.vkey" >said.txt 2>&1
said 'request --old 2'
hf 2 ledger request --old 99 --to "$stick/never" >/dev/null 2>&1
rm "$stick"/*
hf 0 ledger request --witness "$vkeys/partner.vkey" --to "$stick/request" >/dev/null
head -1 "$stick/request" | grep -qx 'old 2' || fail "the request does not continue what the ledger knows of"
at_partner
hf 0 witness cosign "$stick/request" --to "$stick/answer" >/dev/null
at_keeper
hf 0 ledger witnessed "$stick/answer" --witness "$vkeys/partner.vkey" >/dev/null 2>&1

# --- the verifier's policy ------------------------------------------------------------------------
trust=$work/trust
mkdir "$trust"
cp "$anna" "$trust/anna.pem"
hf 0 verify . --trust "$trust" >said.txt
said 'that you did not name, partner.example/w1, cosigned'
printf 'witness w1 %s\nwitness w2 %s\ngroup both all w1 w2\nquorum both\n' "$(cat "$vkeys/partner.vkey")" "$(cat "$vkeys/other.vkey")" >"$trust/court.policy"
hf 3 verify . --trust "$trust" >said.txt
said 'NOT PROVEN'
said 'witness.quorum'
rm "$stick"/*
hf 0 ledger request --to "$stick/request" >/dev/null 2>&1
at_other
hf 0 witness cosign "$stick/request" --to "$stick/answer" --log "$work/log.vkey" >/dev/null
at_keeper
hf 0 ledger witnessed "$stick/answer" --witness "$vkeys/other.vkey" >/dev/null 2>&1
hf 0 verify . --trust "$trust" --all >said.txt
said 'Enough of the verifier'
if command -v holdfast-verify >/dev/null; then
  holdfast-verify --trust "$trust" --checkpoint "$work/early.checkpoint" --all . >said.txt || { cat said.txt; fail "holdfast-verify says otherwise"; }
  said 'tree.consistency'
else
  echo "skipped: the same by holdfast-verify, which was not built"
fi
add_exhibit T-A-0003
hf 3 verify . --trust "$trust" >said.txt
said 'rest on the ledger.s own key'
echo 'quorum nobody' >>"$trust/court.policy"
hf 2 verify . --trust "$trust" >said.txt 2>&1
said 'line 5 of the policy'
rm "$trust/court.policy"

# --- another past ---------------------------------------------------------------------------------
hf 0 verify . --trust "$trust" --checkpoint "$work/early.checkpoint" >/dev/null
hf 0 ledger checkpoint --to "$work/late.checkpoint" >/dev/null
cd "$work"
mkdir again
cp -r keeper/config again/config
export XDG_CONFIG_HOME=$work/again/config XDG_STATE_HOME=$work/again/state
# The same keys and names, and a ledger begun anew: T-1 of station A with another first entry.
hf "0 3" case new T-1 --to again --agency test.example --station A --yes >/dev/null 2>&1
cd again/T-1
for n in 1 2 3 4 5 6 7 8 9; do add_exhibit "T-A-100$n"; done
hf 0 verify . --trust "$trust" >/dev/null
hf 1 verify . --trust "$trust" --checkpoint "$work/early.checkpoint" >said.txt
said 'FORK'
hf 1 verify . --trust "$trust" --checkpoint "$work/late.checkpoint" >said.txt
said 'tree.consistency'
rm "$stick"/*
# The partner cosigned the other history; this one is signed with the same key, and its proof is good for itself.
hf 0 ledger request --old 4 --to "$stick/request" >/dev/null 2>&1
at_partner
hf 1 witness cosign "$stick/request" --to "$stick/answer" 2>said.txt
said 'FORK'
[ ! -e "$stick/answer" ] || fail "a fork was answered"

# --- paper ----------------------------------------------------------------------------------------
at_keeper
cd "$case_folder"
hf 0 ledger checkpoint --qr "$work/memo.png" --json >said.txt
grep -Eq '"root_on_paper":"([0-9a-f]{4} ){9}[0-9a-f]{4}"' said.txt || { cat said.txt; fail "the root on paper has not 40 digits in groups of four"; }
hf 0 ledger checkpoint --qr "$work/memo.txt" >/dev/null
hf 2 ledger checkpoint --qr "$work/memo.jpg" >/dev/null 2>&1
[ "$(wc -l <"$work/memo.txt")" -gt 15 ] || fail "the QR code as text is too small"
if command -v zbarimg >/dev/null; then
  # A byte beyond ASCII, the dash, must come back as it was; zbarimg ends what it prints with a newline of its own.
  zbarimg --nodbus --quiet --raw "$work/memo.png" >"$work/read.note"
  cmp <(cat ledgers/A/checkpoint; echo) "$work/read.note" || cmp ledgers/A/checkpoint "$work/read.note" ||
    fail "the QR code does not hold the whole checkpoint"
  head -c "$(stat -c %s ledgers/A/checkpoint)" "$work/read.note" >"$work/from-paper.checkpoint"
  hf 0 verify . --trust "$trust" --checkpoint "$work/from-paper.checkpoint" >/dev/null
else
  echo "skipped: what the QR code says, for zbarimg is not installed"
fi
