#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# messages_test.sh PROGRAMS SOURCES: every error of the sources is two lines that help, and docs/messages.md has them all
# (tests/messages.py). The check itself is checked: it must find each fault that is put into a copy of the sources.
set -euo pipefail
sources=$2
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

python3 -B "$sources/tests/messages.py" "$sources"

for room in base image chain-of-custody acquire parse store export tools docs; do cp -r "$sources/$room" "$work/"; done
# An error of a kind, put into one file of the copy: its words, and what must be said of it.
finds() {
  local words=$1 fault=$2
  printf '#include "base/error.h"\nvoid planted() { throw base::Error(base::ErrorKind::io, %s); }\n' "$words" >"$work/base/planted.cpp"
  if python3 -B "$sources/tests/messages.py" "$work" >"$work/said"; then fail "nothing is found wrong with $words"; fi
  grep -q "planted.cpp.*$fault" "$work/said" || { cat "$work/said"; fail "it is not found that $fault: $words"; }
}
good='base::say("the file {} is gone", name)'
finds "$good, base::say(\"\")" 'there is no second line'
finds "$good, base::say(\"Nothing was changed.\")" 'does not say what to do'
finds "$good, base::say(\"Choose another name.\")" 'does not say how the evidence is'
finds "base::say(\"The file is gone.\"), base::say(\"Nothing was changed. Choose another name.\")" 'begins with a capital letter'
finds "base::say(\"gone\"), base::say(\"Nothing was changed. Choose another name.\")" 'no sentence'
finds "\"the file is gone\", base::say(\"Nothing was changed. Choose another name.\")" 'not through say or phrase'
finds "$good, base::say(\"Nothing was changed. Choose another name: $(printf 'x%.0s' {1..160}).\")" 'a line of'
printf '#include "base/error.h"\nvoid planted() { throw base::Error(base::ErrorKind::io, %s, base::say("Nothing was changed. Try again.")); }\n' \
  "$good" >"$work/base/planted.cpp"
if python3 -B "$sources/tests/messages.py" "$work" >"$work/said"; then fail "the page is taken although it lacks an error"; fi
grep -q 'docs/messages.md is not what the sources say' "$work/said" || fail "a stale page is not named"
