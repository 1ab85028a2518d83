# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts of this folder: a folder of their own, a station, and ways to say what is wrong.
# Usage in a script:  . "$(dirname "$0")/lib.sh" "$@"
set -euo pipefail
programs=$(readlink -f "$1")
source_root=$(readlink -f "$2")
export PATH=$programs:$PATH LC_ALL=C.UTF-8 TZ=UTC
unset LANGUAGE  # the scripts read English
top=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-cli.XXXXXX")
trap 'rm -rf "$top"' EXIT
work=$top/a/b/c  # deep enough that a name with a few steps up stays in $top, where it is found
mkdir -p "$work"
export XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state
cd "$work"

exec {shown}>&2  # where `fail` speaks also when what surrounds it writes into a file
fail() { echo "FAILED: $*" >&"$shown"; exit 1; }
skip() { echo "skipped: $*"; exit 77; }
need() { local program; for program; do command -v "$program" >/dev/null || skip "needs $program, which is not installed"; done; }

# holdfast with the passphrase given; the exit code must be one of those named first.
hf() {
  local expected=$1 code=0
  shift
  holdfast "$@" --passphrase-fd 3 3<<<"a passphrase for tests" || code=$?
  case " $expected " in *" $code "*) ;; *) fail "holdfast $*: exit code $code, expected $expected" ;; esac
}

# The same with the passphrases of two people.
hf_two() {
  local expected=$1 code=0
  shift
  holdfast "$@" --passphrase-fd 3 3<<<$'a passphrase for tests\na passphrase for tests' || code=$?
  case " $expected " in *" $code "*) ;; *) fail "holdfast $*: exit code $code, expected $expected" ;; esac
}
# What the last command said lies in said.txt.
said() { grep -q -- "$1" said.txt || { cat said.txt; fail "nothing was said of: $1"; }; }

# Goes to a station: a folder of its own, with its own keys and its own memory of its ledgers; into its case T-1 where it has one.
station() {
  mkdir -p "$work/$1"
  export XDG_CONFIG_HOME=$work/$1/config XDG_STATE_HOME=$work/$1/state
  cd "$work/$1"
  [ ! -d T-1 ] || cd T-1
}
certificate() { echo "$work/$1/config/holdfast/identities/$2/sign.cert.pem"; }
person() { hf 0 identity new "$1" --common-name "$1" --organisation 'Example Police' >/dev/null 2>&1; }

# An identity and a case in $work/case-folder/T-1, with an exhibit T-A-0001; goes into the case.
new_case() {
  hf 0 identity new tester --common-name Tester >/dev/null
  mkdir case-folder
  hf "0 3" case new T-1 --to case-folder --agency test.example --station A --yes >/dev/null 2>&1
  cd case-folder/T-1
  add_exhibit T-A-0001
}
add_exhibit() { hf 0 exhibit add "$1" --kind phone --no-serial 'not read' --no-clock 'not read' >/dev/null; }

make_samples() {
  need python3 mke2fs mkntfs make-ntfs-and-leveldb
  "$source_root/samples/make-samples.sh" "$1" "$(command -v make-ntfs-and-leveldb)" >/dev/null
}

# The lines of the newest segment of an exhibit.
segment_lines() { zstd -dc "$(ls -t exhibits/"$1"/segments/*.jsonl.zst | head -1)"; }

# Number of records of a type in the lines on standard input, in files whose path holds a text.
count_records() { python3 -c '
import json, sys
kind, part = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
lines = [json.loads(line) for line in sys.stdin]
paths = {line["id"]: line.get("path", "") for line in lines if line["type"] == "source"}
print(sum(1 for line in lines if line["type"] == kind and part in paths.get(line.get("source"), "")))' "$@"; }

# The system calls of the first thread in what `strace -f -o FILE` wrote, in order, each as NAME:when=N to inject something there:
# strace counts the calls of every name, and of every thread, by themselves.
moments_in() { awk 'NR == 1 { main = $1 } $1 == main && $2 ~ /^[a-z]/ { name = $2; sub(/[(].*/, "", name); print name ":when=" ++seen[name] }' "$1"; }

# Runs the command, kills it after so many milliseconds, appends what it said to a file.
killed_after() {
  local milliseconds=$1 said=$2
  shift 2
  python3 - "$milliseconds" "$said" "$@" <<'END' || true
import os, signal, subprocess, sys, time
reader, writer = os.pipe()
os.write(writer, b"a passphrase for tests\n")
os.close(writer)
with open(sys.argv[2], "ab") as said:
    child = subprocess.Popen(["holdfast", *sys.argv[3:], "--passphrase-fd", str(reader)], pass_fds=[reader], stdout=said, stderr=said, start_new_session=True)
    try:
        child.wait(int(sys.argv[1]) / 1000)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
END
}
