#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# messages.sh PROGRAMS [COUNT]: WhatsApp messages parsed to a signed segment against `sqlite3 .dump` of the same database;
# search for a Chinese word of two characters in the index against a scan. Medians of three interleaved runs.
set -euo pipefail
programs=$(readlink -f "$1")
count=${2:-200000}
work=$(mktemp -d /dev/shm/holdfast-bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
export PATH=$programs:$PATH XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state LC_ALL=C.UTF-8
cd "$work"

mkdir -p tree/data/com.whatsapp/databases
python3 - tree/data/com.whatsapp/databases/msgstore.db "$count" <<'END'
import sqlite3, sys
words = ["你好", "今天", "天气", "很好", "明天", "见面", "公司", "朋友", "投资", "平台", "客户", "经理", "转告", "账目", "hello", "money", "สวัสดี", "xin chào"]
database = sqlite3.connect(sys.argv[1])
database.executescript("""
CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT, created_timestamp INTEGER);
CREATE TABLE message(_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, sender_jid_row_id INTEGER,
                     status INTEGER, timestamp INTEGER, received_timestamp INTEGER, message_type INTEGER, text_data TEXT);
""")
people = 200
database.executemany("INSERT INTO jid VALUES(?,?,?,?)", [(i, f"999001{i:05}", "s.whatsapp.net", f"999001{i:05}@s.whatsapp.net") for i in range(1, people + 1)])
database.executemany("INSERT INTO chat VALUES(?,?,?,?)", [(i, i, None, 1700000000000) for i in range(1, people + 1)])
seed = 1
def rows():
    global seed
    for i in range(1, int(sys.argv[2]) + 1):
        text = []
        for _ in range(9):
            seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
            text.append(words[(seed >> 33) % len(words)])
        if i % 5000 == 0:
            text.append("转账")
        yield (i, i % people + 1, i % 2, f"K{i:08X}", 0, 5, 1700000000000 + i * 1000, 1700000000000 + i * 1000 + 500, 0, " ".join(text))
database.executemany("INSERT INTO message VALUES(?,?,?,?,?,?,?,?,?,?)", rows())
database.commit()
END
tar -cf phone.tar tree

hf() { local code=0; holdfast "$@" --quiet --passphrase-fd 3 3<<<"a passphrase for tests" >/dev/null 2>&1 || code=$?; [ $code = 0 ] || [ $code = 3 ] || { echo "holdfast $*: exit code $code" >&2; exit 1; }; }
hf identity new bench
hf case new B-1 --agency bench.example --station A --yes
cd B-1
seconds() { local start end; start=$(date +%s.%N); "$@"; end=$(date +%s.%N); echo "$end - $start" | bc -l; }
median() { sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }
dump() { sqlite3 ../tree/data/com.whatsapp/databases/msgstore.db .dump >../dump.sql; }

for run in 1 2 3; do
  hf exhibit add "B-A-$run" --kind phone --no-serial x --no-clock x
  hf acquire --adopt ../phone.tar --exhibit "B-A-$run"
  seconds hf parse "B-A-$run" --workers 1 >>../ours
  seconds dump >>../theirs
done
ours=$(median <../ours) theirs=$(median <../theirs)
printf '%-52s %8.2f s  %8.2f s  %6.2f times its time (reach 5)\n' "WhatsApp, $count messages, parse, sign and index | .dump" "$ours" "$theirs" "$(echo "$ours / $theirs" | bc -l)"
for run in 1 2 3; do
  seconds holdfast find 转账 --quiet --limit 100000 >/dev/null
  { seconds holdfast find 转账 --quiet --limit 100000 | tail -1; } >>../index
  { seconds holdfast find 转账 --exact --quiet --limit 100000 | tail -1; } >>../scan
done
index=$(median <../index) scan=$(median <../scan)
printf '%-52s %8.2f s  %8.2f s  %6.2f times as fast (reach 100 at 1 000 000)\n' "search, 2 Chinese characters: index | scan" "$index" "$scan" "$(echo "$scan / $index" | bc -l)"
