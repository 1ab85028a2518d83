#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# selftest passes on this machine; its report is signed so that openssl verifies it, and says truly which program ran; a scratch folder
# that is full and a system that lets nothing be written are told apart from a pass.
. "$(dirname "$0")/lib.sh" "$@"
need openssl python3 sha256sum

says() { grep -qF -- "$1" "$2" || { cat "$2" >&2; fail "$2 does not say: $1"; }; }
selftest() {  # expected exit code, arguments
  local expected=$1 code=0
  shift
  holdfast selftest "$@" --passphrase-fd 3 3<<<"a passphrase for tests" >out 2>err || code=$?
  [ "$code" = "$expected" ] || { cat out err >&2; fail "selftest $*: exit code $code, expected $expected"; }
}
mkdir scratch

# --- without an identity: unsigned, and it says so ----------------------------------------------------------------------------------------
selftest 0 --scratch scratch --to unsigned.json
says ' 0 failed, 0 not run' out
says 'is not signed: there is no identity' err
[ -s unsigned.json ] && [ ! -e unsigned.json.p7s ] || fail "the unsigned report"
[ -z "$(ls scratch)" ] || fail "the scratch folder was not left as it was: $(ls scratch)"
awk 'length > 80 { print; bad = 1 } END { exit bad }' out || fail "lines of more than 80 columns"
says 'Not tested: your devices, cables and write blockers' err

# --- with one: signed ----------------------------------------------------------------------------------------------------------------------
hf 0 identity new tester --common-name Tester >/dev/null
selftest 0 --scratch scratch --to report.json --json
python3 - "$(sha256sum "$(command -v holdfast)" | cut -d' ' -f1)" <<'PYTHON'
import json, sys
report, written = [one for one in map(json.loads, open("out")) if "event" not in one]
file = open("report.json", "rb").read()
assert json.loads(file) == report, "the file is not what was printed"
assert json.dumps(report, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == file, "not canonical"
assert report["program_sha256"] == sys.argv[1], report["program_sha256"]
assert report["passed"] == len(report["assertions"]) >= 15 and report["failed"] == report["not_run"] == 0, report
assert {one["code"] for one in report["assertions"]} >= {"image.e01", "bad.zeros", "resume", "destination.full", "verify.changed"}
assert written["signed"] is True, written
PYTHON
! grep -q "$(hostname)\|$top" report.json || fail "the report names the machine or a folder"
certificate=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
verify() { openssl cms -verify -binary -inform DER -in report.json.p7s -content "$1" -CAfile "$certificate" -purpose any -out /dev/null 2>verified; }
verify report.json || fail "openssl does not verify the report: $(cat verified)"
sed 's/"passed"/"failed"/' report.json >forged.json
! verify forged.json || fail "openssl verifies a report that was changed"

# --- nothing is overwritten, and that is known before anything is tested -------------------------------------------------------------------
before=$(sha256sum report.json)
selftest 4 --scratch scratch --to report.json
says 'report.json exists already' err
[ "$before" = "$(sha256sum report.json)" ] || fail "the report was overwritten"
selftest 4 --scratch absent
says 'absent' err

# --- a system in which no file can grow: failed, with words ---------------------------------------------------------------------------------
(trap '' XFSZ; ulimit -f 4096; selftest 4 --scratch scratch)
says 'FAILED' out
says 'File too large' out
[ -z "$(ls scratch)" ] || fail "a failed self-test left something: $(ls scratch)"

# --- a scratch folder that is full: not run, with words --------------------------------------------------------------------------------------
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=4m none scratch 2>/dev/null; then
  echo "skipped: a full scratch folder, for nothing can be mounted here"
  exit 0
fi
trap 'umount "$work/scratch"; rm -rf "$top"' EXIT
head -c 3M /dev/zero >scratch/others
selftest 3 --scratch scratch --to full.json
says 'not run' out
says 'free, and this needs' out
[ "$(ls scratch)" = others ] || fail "the full scratch folder was not left as it was"
python3 -c '
import json
report = json.load(open("full.json"))
assert report["failed"] == 0 and report["not_run"] > 10, report'
