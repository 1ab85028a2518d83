#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# demo.sh PROGRAMS [FOLDER]: the whole journey on the sample evidence, with the real commands shown as they run. What the
# examiner does happens in FOLDER/examiner, what the foreign partner does in FOLDER/partner.
set -euo pipefail
programs=$(readlink -f "$1")
here=$(dirname "$(readlink -f "$0")")
folder=$(readlink -m "${2:-demo}")
if [ -e "$folder" ] && [ ! -e "$folder/.holdfast-demo" ]; then
  echo "demo.sh: $folder exists and is no earlier demo; it was not touched. Name another folder." >&2
  exit 2
fi
rm -rf "$folder"
mkdir -p "$folder/examiner" "$folder/partner"
touch "$folder/.holdfast-demo"
cd "$folder/examiner"
export PATH=$programs:$PATH XDG_CONFIG_HOME=$folder/examiner/config XDG_STATE_HOME=$folder/examiner/state TZ=UTC LC_ALL=C.UTF-8
exec 8<<<"" # a descriptor that later commands replace
passphrase='correct horse battery staple'

chapter() { printf '\n== %s\n' "$*"; }

# Shows a command and runs it; the passphrase comes by a descriptor. Its exit code must be one of those given first.
run() {
  local expected=$1 code=0
  shift
  printf '\n$ holdfast'
  local word
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:@=+-]+$ ]]; then printf ' %s' "$word"; else printf " '%s'" "${word//\'/\'\\\'\'}"; fi
  done
  printf '\n'
  holdfast "$@" --passphrase-fd 3 3<<<"$passphrase" || code=$?
  case " $expected " in *" $code "*) ;; *) echo "demo.sh: exit code $code, expected $expected" >&2; exit 1 ;; esac
}

# A field of the first object with that field in JSON lines.
field() { python3 -c '
import json, sys
for line in sys.stdin:
    found = json.loads(line).get(sys.argv[1])
    if found is not None:
        print(found)
        break
' "$1"; }

chapter "The evidence: two phones and a computer with two disks, made up and made now"
"$here/make-samples.sh" "$folder/evidence" "$programs/make-ntfs-and-leveldb"
(cd "$folder/evidence" && ls -sh1 ./*.img ./*.tar)

chapter "Who signs, and the case"
run 0 identity new examiner --common-name 'Examiner 12' --organisation 'Example Police'
run "0 3" case new LC-2026 --title 'Lotus Court, third floor (fictional)' --authority 'warrant 0-2026 (fictional)' --agency police.example --station A --yes
cd LC-2026

chapter "What was seized"
run 0 exhibit add LC-A-0001 --kind phone --serial HFX0SAMPLE041 --clock-offset -30 --seal HFX-SEAL-0001 --description 'black, cracked corner, desk 41'
run 0 exhibit add LC-A-0002 --kind phone --serial HFX0SAMPLE041 --clock-offset 0 --seal HFX-SEAL-0002 --description "red, from the driver's bag"
run 0 exhibit add LC-A-0003 --kind pc --serial HFX0SAMPLEPC1 --no-clock 'no password for the setup' --seal HFX-SEAL-0003
run 0 exhibit add LC-A-0004 --kind disk --parent LC-A-0003 --serial HFX0DISK0001 --no-clock 'a disk has none'
run 0 exhibit add LC-A-0005 --kind disk --parent LC-A-0003 --serial HFX0DISK0002 --no-clock 'a disk has none'
run 0 exhibit list

chapter "Imaging"
source=$folder/evidence/phone-1.img
if loop=$(losetup --find --show --read-only "$source" 2>/dev/null); then
  trap 'losetup -d "$loop"' EXIT
  source=$loop
else
  echo "(this machine gives no loop device: the file is read instead)"
fi
for label in LC-A-0001 LC-A-0002 LC-A-0003; do run 0 exhibit unseal $label --reason imaging; done
run 0 acquire "$source" --exhibit LC-A-0001
run 0 acquire "$folder/evidence/phone-2.img" --exhibit LC-A-0002
run 0 acquire "$folder/evidence/pc-1-disk-1.img" --exhibit LC-A-0004
run 0 acquire --adopt "$folder/evidence/pc-1-disk-2.img" --exhibit LC-A-0005
if command -v ewfverify >/dev/null; then
  printf '\n$ ewfverify LC-A-0001_a1.E01      (somebody else'"'"'s verifier agrees)\n'
  ewfverify -q exhibits/LC-A-0001/a1/LC-A-0001_a1.E01 | tail -1
fi

chapter "Extraction, in sandboxed workers"
run "0 3" parse

chapter "Looking"
run 0 find 护照
run 0 find โอน
run 0 show addresses
run 0 show accounting
run 0 show unsupported
message=$(holdfast find 护照 --json | python3 -c '
import json, sys
ids = [json.loads(line)["record"] for line in sys.stdin if json.loads(line).get("type") == "message"]
print(ids[0])')
run 0 explain "$message"

chapter "The bundle for a partner: people under pseudonyms, one message redacted"
cat >request.json <<EOF
{
  "schema": "holdfast-request/1",
  "id": "MLA-2026-0042",
  "title": "Chats and addresses from the first phone",
  "recipient": "Central Authority of Example Land",
  "requesting_authority": "Public Prosecutor of Example Land",
  "requested_authority": "Example Police",
  "legal_basis": "fictional treaty, article 7",
  "use_limits": "only for the proceedings named",
  "exhibits": ["LC-A-0001"],
  "pseudonymise_people": true,
  "decisions": [
    {"record": "$message", "fields": ["text"], "reason": "VICTIM", "claimed_by": "Examiner 12",
     "decided_by": "Prosecutor 3", "legal_basis": "fictional code, section 5"}
  ]
}
EOF
echo '$ cat request.json' && cat request.json
run "0 3" export request.json --to "$folder/partner/LC-2026_ed1"

chapter "The partner: another machine, other trust anchors"
cd "$folder/partner"
mkdir -p trust
# In life this certificate comes by another way than the bundle, and its fingerprint is compared by telephone.
cp "$XDG_CONFIG_HOME/holdfast/identities/examiner/sign.cert.pem" trust/
export XDG_CONFIG_HOME=$folder/partner/config XDG_STATE_HOME=$folder/partner/state
run "0" verify LC-2026_ed1 --trust trust
printf '\n$ sha256sum --quiet -c manifest-sha256.txt && openssl cms -verify …      (without Holdfast)\n'
(cd LC-2026_ed1 && sha256sum --quiet -c manifest-sha256.txt && sha256sum --quiet -c tagmanifest-sha256.txt && echo "sha256sum: all files as listed")
(cd LC-2026_ed1 && openssl cms -verify -binary -inform DER -in signatures/tagmanifest-sha256.*.p7s -content tagmanifest-sha256.txt -CAfile ../trust/sign.cert.pem -out /dev/null)
echo
echo "What the partner's verifier says without the partner's anchors:"
run "3" verify LC-2026_ed1

chapter "One bit is flipped in a copy"
cp -r LC-2026_ed1 damaged
python3 - damaged/data/export/records.jsonl <<'EOF'
import sys
with open(sys.argv[1], "r+b") as file:
    data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    file.seek(0)
    file.write(data)
EOF
run "1" verify damaged --trust trust

chapter "Done"
echo "Open the report in any browser:"
echo "  file://$folder/partner/LC-2026_ed1/00-START-HERE.html"
