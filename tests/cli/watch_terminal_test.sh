#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The board on a terminal, as a person sees it and types into it: eight sources of which one fails and one pauses; labels; q; every
# way out gives the terminal back.
. "$(dirname "$0")/lib.sh" "$@"
need python3 nbdkit
new_case
for number in 2 3 4 5 6 7 8; do add_exhibit T-A-000$number; done
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem

# Runs holdfast on a terminal of so many columns; the steps stand on standard input (terminal.py), after the passphrase.
on_terminal() {
  local columns=$1
  shift
  { printf 'see ^passphrase of tester:$\ntype a passphrase for tests\\r\n'; cat; } >steps
  python3 "$source_root/tests/cli/terminal.py" "$columns" 24 holdfast acquire --watch "$@" <steps || fail "holdfast acquire --watch $*"
}
serve() {  # NAME FILTER PLUGIN...: the socket is NAME.socket, the process NAME.pid
  local name=$1 filter=$2
  shift 2
  rm -f "$work/$name.socket"
  nbdkit -U "$work/$name.socket" -P "$work/$name.pid" --filter="$filter" "$@"
}
stop_servers() { for pid in "$work"/*.pid; do [ -e "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null && rm -f "$pid"; done || true; }
trap 'stop_servers; rm -rf "$top"' EXIT
last_outcome() { holdfast ledger log --json | python3 -c '
import json, sys
ends = [entry["exhibits"][0] for entry in map(json.loads, sys.stdin) if entry["body"]["act"] == "acquire.end"]
print(*[end["outcome"] for end in ends if end["source"]["path"].endswith(sys.argv[1])])' "$1"; }
tells() { [ "$(last_outcome "$1")" = "$2" ] || fail "the ledger says of $1: $(last_outcome "$1"), expected $2"; }

mkdir sources link
for number in 1 2 3 4 5; do head -c 3072000 /dev/urandom >sources/disk$number.raw; done
head -c 43008000 /dev/urandom >sources/served.raw
head -c 86016000 /dev/urandom >link/one
head -c 43008000 /dev/urandom >link/two
serve served rate file sources/served.raw rate=24M  # bits a second: 3 MB
serve link rate file dir=link rate=24M
served="nbd+unix:///?socket=$work/served.socket"
one="nbd+unix:///one?socket=$work/link.socket" two="nbd+unix:///two?socket=$work/link.socket"
{
  for number in 1 2 3 4; do echo "sources/disk$number.raw, T-A-000$number"; done
  printf '%s, T-A-000%s\n' "$served" 6 "$one" 7 "$two" 8
} >labels.txt

# --- eight sources, 80 columns and 200: one fails, one pauses; labels; Ctrl-C -------------------------------------------------
# The fifth has no label yet. An arrow key is no text, and what was refused can be typed anew.
on_terminal 80 --assign labels.txt sources/disk?.raw "$served" "$one" "$two" <<END
see ^label for sources/disk5.raw \(3.1 MB\)\?$
modes own
type T-A-9999\r
see ^warning: not the label of sources/disk5.raw .*no exhibit
see ^sources/disk4.raw +T-A-0004 done +100 %
type T-A-0001\r
see T-A-0001 has a finished
see ^served.socket +T-A-0006 reading +[1-9]
type T-A-000\x1b[D\x1b[D77\x7f\x7f5
see ^label for sources/disk5.raw \(3.1 MB\)\? T-A-0005$
type \r
see ^sources/disk5.raw +T-A-0005 waiting +0 %
see ^attach a device, or q to end when no job runs:$
run kill -9 $(cat "$work/served.pid")
see ^two +T-A-0008 paused
save narrow.txt
size 200 40
see ^DEVICE {27}EXHIBIT
see ^two {30}T-A-0008 {17}paused
save wide.txt
type nothing\x15x\r
see ^warning: no device waits for a label: x$
type \x03
see ^stopping cleanly; once more stops at once$
end 130
see ^one {30}T-A-0007 {17}stopped {12}0 % +0 B of 82.0 MiB
see ^4 done, 1 FAILED, 3 stopped
see ^To go on, give the same command again.\Z
save after.txt
END
# Eight rows below one heading; the words of what failed; what paused so early says that nothing is kept.
diff - <(grep -A20 ^DEVICE narrow.txt | sed -E 's/^(one .* reading ).*[1-9][0-9] %.*iB.s.* s .*/\1and so on/; s/[0-9]+ bytes/N bytes/; s/^[0-9.]+ .iB.s; /RATE; /; s/[0-9.]+ MiB of/N of/') <<'END' || fail "80 columns: $(cat narrow.txt)"
DEVICE            EXHIBIT  DOES                %       RATE      LEFT   BAD  °C
sources/disk1.raw T-A-0001 done            100 %          -         -     0   -
sources/disk2.raw T-A-0002 done            100 %          -         -     0   -
sources/disk3.raw T-A-0003 done            100 %          -         -     0   -
sources/disk4.raw T-A-0004 done            100 %          -         -     0   -
served.socket     T-A-0006 FAILED            0 %          -         -     0   -
    the source does not answer any more: it was removed, exchanged or shrank
    after N bytes
    See to it that the server answers and give the same command again: it is
    read from the start.
one               T-A-0007 reading and so on
two               T-A-0008 paused            0 %          -         -     0   -
sources/disk5.raw T-A-0005 waiting           0 %          -         -     0   -
1 running, 1 waiting, 1 paused, 4 done, 1 FAILED
RATE; N of 178.7 MiB read
attach a device, or q to end when no job runs:
END
[ "$(grep -c '^DEVICE' wide.txt)" = 1 ] || fail "widened, an old board stays: $(cat wide.txt)"
[ "$(grep -c '^[a-z0-9./]* *T-A-000[1-8]  ' wide.txt)" = 8 ] || fail "200 columns: $(cat wide.txt)"
[ "$(grep -c '^DEVICE' after.txt)" = 1 ] || fail "stopped, an old board stays: $(cat after.txt)"
tells served.socket failed
tells "two?socket=$work/link.socket" interrupted
tells "one?socket=$work/link.socket" interrupted

# --- q ends when what runs is done, also where one source is not there --------------------------------------------------------
add_exhibit T-A-0009
on_terminal 200 --rate 2M sources/disk5.raw sources/missing.raw <<'END'
see ^label for sources/disk5.raw
type T-A-0005\r
see ^label for sources/missing.raw\?
type T-A-0009\r
see ^sources/missing.raw +T-A-0009 +FAILED
see ^sources/disk5.raw +T-A-0005 +reading
modes own
type q\r
see ^ending when no job is running; Ctrl-C stops them$
see ^sources/disk5.raw +T-A-0005 +done
end 4
END
tells /disk5.raw complete

# --- every way out gives the terminal back -------------------------------------------------------------------------------------
head -c 24576000 /dev/urandom >sources/long.raw
serve stuck delay file sources/long.raw rdelay=30
printf 'sources/long.raw, T-A-0005\n%s, T-A-0009\n' "nbd+unix:///?socket=$work/stuck.socket" >labels.txt
add_exhibit T-A-0010
sed -i s/T-A-0005/T-A-0010/ labels.txt
on_terminal 80 --assign labels.txt --rate 1M sources/long.raw <<'END'
see ^sources/long.raw +T-A-0010 reading +[1-9]
modes own
type \x1c\x1a
signal TERM
end 130
see ^1 stopped
END
tells /long.raw interrupted
# Twice at once: before the board has taken notice of the first.
on_terminal 80 --assign labels.txt --rate 1M sources/long.raw <<'END'
see ^sources/long.raw +T-A-0010 reading +[0-9]
modes own
signal TERM
wait 0.02
signal TERM
end 130
END
# The server that does not answer holds up its job and the way out: the second Ctrl-C does not wait for it.
on_terminal 80 --assign labels.txt "nbd+unix:///?socket=$work/stuck.socket" <<'END'
see ^stuck.socket +T-A-0009 opening
modes own
type \x03
see ^stopping cleanly
type \x03
end 130
END
python3 "$source_root/tests/cli/terminal.py" 80 24 holdfast acquire --watch --assign missing.txt <<'END' || fail "an error before the board"
see ^Nothing
end 4
END
stop_servers
hf 0 verify . --trust "$trust" >/dev/null
