#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# holdfast-verify says of a bundle, a ledger and a case what `holdfast verify` says; it opens no socket, writes nothing, follows
# no link, and runs in 128 MiB. In the release build it is one static file of a few MB.
. "$(dirname "$0")/lib.sh" "$@"
need python3
alone() { local expected=$1 code=0; shift; holdfast-verify "$@" || code=$?; [ "$code" = "$expected" ] || fail "holdfast-verify $*: exit code $code, expected $expected"; }
sanitized() { grep -q __asan_init "$programs/holdfast-verify"; }

new_case
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
head -c 3000320 /dev/urandom >"$work/disk.raw"
hf 0 acquire "$work/disk.raw" --exhibit T-A-0001 --to "$work" >/dev/null 2>&1
cd "$work"
case=case-folder/T-1

# --- the same answer -------------------------------------------------------------------------------------------------------
same() {  # the verdict and every check are those of holdfast verify
  local expected=$1 what=$2
  hf "$expected" verify "$what" --trust "$trust" --json >theirs.json
  alone "$expected" "$what" --trust "$trust" --json >ours.json
  python3 - <<'END' || fail "$what: the two programs differ"
import json
a, b = (json.load(open(name)) for name in ("theirs.json", "ours.json"))
assert a["verdict"] == b["verdict"] and a["checks"] == b["checks"], (a["verdict"], b["verdict"])
END
}
same 0 $case/ledgers/A
mv T-A-0001_a1.E01 $case/exhibits/T-A-0001/a1/  # within the folder that it may read
echo '{}' >$case/locations.json
same 0 $case
alone 3 $case/ledgers/A >out.txt
grep -q '^NOT PROVEN' out.txt || fail "without trust: $(cat out.txt)"
cp -r $case damaged
printf 'x' | dd of=damaged/exhibits/T-A-0001/a1/T-A-0001_a1.E01 bs=1 seek=5000 conv=notrunc status=none
same 1 damaged
cp -r $case/ledgers/A cut
python3 -c 'import sqlite3; db = sqlite3.connect("cut/ledger.db"); db.execute("pragma writable_schema=on"); [db.execute("drop trigger if exists " + name) for (name,) in db.execute("select name from sqlite_master where type=\"trigger\"").fetchall()]; db.execute("delete from entries where rowid = (select max(rowid) from entries)"); db.commit()'
same 1 cut
alone 4 "$work/nowhere" >/dev/null 2>said.txt
[ "$(wc -l <said.txt)" = 2 ] || fail "an error has two lines: $(cat said.txt)"
alone 2 >/dev/null 2>&1
alone 2 --frobnicate $case >/dev/null 2>&1

# --- a bundle ----------------------------------------------------------------------------------------------------------------
if command -v make-ntfs-and-leveldb >/dev/null && command -v openssl >/dev/null && ! sanitized; then
  bash "$source_root/samples/demo.sh" "$programs" "$work/demo" >demo.txt 2>&1 || fail "the demo: $(tail -5 demo.txt)"
  bundle=$(dirname "$(find demo/partner -name bagit.txt | grep -v damaged)")
  holdfast verify "$bundle" --trust demo/partner/trust --json >theirs.json
  alone 0 "$bundle" --trust demo/partner/trust --json >ours.json
  cmp theirs.json ours.json || fail "the bundle: the two programs differ"
  (ulimit -v 131072; alone 0 "$bundle" --trust demo/partner/trust >out.txt) || fail "128 MiB do not suffice"
  grep -q '^VERIFIED IN PART' out.txt || fail "in 128 MiB: $(cat out.txt)"
  alone 1 demo/partner/damaged --trust demo/partner/trust >/dev/null
else
  echo "skipped: a bundle before both programs, for a sanitizer is in them, or openssl or make-ntfs-and-leveldb is not here"
fi

# --- what it does to the machine: nothing ------------------------------------------------------------------------------------
if command -v strace >/dev/null && ! sanitized; then
  before=$(find $case | sort | xargs -d '\n' stat -c '%n %s %Y')
  strace -f -o calls.txt holdfast-verify $case --trust "$trust" >/dev/null
  [ "$before" = "$(find $case | sort | xargs -d '\n' stat -c '%n %s %Y')" ] || fail "something changed in the case"
  ! grep -E '(socket|connect|sendto|bind|execve|unlink|rename|mkdir|truncate)[a-z0-9]*\(' calls.txt | grep -v '^[0-9]* *execve("[^"]*holdfast-verify"' || fail "a call that it must not make"
  ! grep -E 'open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)' calls.txt || fail "something was opened for writing"
else
  echo "skipped: its system calls, for a sanitizer is in it or strace is not installed"
fi
cp -r $case linked
mv linked/exhibits/T-A-0001/a1/T-A-0001_a1.E01 elsewhere.E01
ln -s "$work/elsewhere.E01" linked/exhibits/T-A-0001/a1/T-A-0001_a1.E01
alone 1 linked --trust "$trust" >out.txt
grep -q 'T-A-0001_a1.E01.*no file' out.txt || fail "a link is not named: $(cat out.txt)"

# --- the release build -------------------------------------------------------------------------------------------------------
if ! sanitized && file -L "$programs/holdfast-verify" | grep -q 'static'; then
  size=$(strip -o stripped "$programs/holdfast-verify" && stat -c %s stripped)
  [ "$size" -lt 9000000 ] || fail "it has $size bytes"
  echo "static, $size bytes"
  mkdir -p root/data && cp stripped root/holdfast-verify && cp -r $case root/data/case && cp "$trust" root/data/trust.pem
  if [ "$(id -u)" = 0 ]; then  # nothing else is there
    code=0
    chroot root /holdfast-verify --trust /data/trust.pem /data/case >out.txt || code=$?
    [ $code = 0 ] || fail "alone in a root of its own: exit code $code: $(cat out.txt)"
  fi
else
  echo "skipped: the size of the static program, for this is not it"
fi
