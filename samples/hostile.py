# SPDX-License-Identifier: Apache-2.0
"""Small inputs that are broken or made to mislead. Beside each trap stands a healthy SMS store of three
messages, which has to be read all the same. hostile/expect.jsonl says what must be reported."""

import json
import os
import random
import sqlite3

import disk
import scene
import sms
import sqlite_files
import whatsapp_new
import whatsapp_old
from scene import at

_HEALTHY_PATH = "/user_de/10/com.android.providers.telephony/databases/mmssms.db"
_HEALTHY = [
    sms.Sms("+99900110201", 1, at("10-05 10:00"), "Are you at the station?"),
    sms.Sms("+99900110201", 2, at("10-05 10:01"), "到了，在出口等你"),
    sms.Sms("+99900110202", 1, at("10-05 11:00"), "Gói hàng đã đến."),
]
_ESCAPING_NAME = b"../../../x"


class Maker:
    def __init__(self, folder, work):
        self.folder, self.work, self.expectations = folder, work, []
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def database(self, write):
        """The files that write(file name) makes, by suffix."""
        made = os.path.join(self.work, "hostile.db")
        write(made)
        files = {}
        for suffix in ("", "-wal"):
            if os.path.exists(made + suffix):
                with open(made + suffix, "rb") as file:
                    files[suffix] = file.read()
                os.remove(made + suffix)
        return files

    def healthy(self, path=_HEALTHY_PATH):
        return {path: self.database(lambda made: sms.write(made, _HEALTHY, []))[""]}

    def tar(self, name, tree):
        disk.make_tar(self.path(name), {"/data" + path: content for path, content in tree.items()},
                      scene.BUILD_TIME)

    def expect(self, name, anomaly, still_parsed):
        self.expectations.append({"input": name, "anomaly": anomaly, "still_parsed": still_parsed})


def make_all(out, work):
    maker = Maker(os.path.join(out, "hostile"), work)
    for make in (_escaping_name, _views, _endless_view, _truncated, _foreign_wal, _broken_table, _past_the_end):
        make(maker)
    with open(maker.path("expect.jsonl"), "w", encoding="utf-8") as file:
        for expectation in maker.expectations:
            file.write(json.dumps(expectation, ensure_ascii=False, sort_keys=True) + "\n")


def _file_system(maker, tree, name):
    path = os.path.join(maker.work, name + ".ext4")
    disk.make_ext4(path, tree, 2, scene.BUILD_TIME, name, journal=False, checksums=False)
    return path


def _escaping_name(maker):
    """A folder entry whose name has slashes, which no system writes: patched into the folder's block."""
    placeholder = b"A" * len(_ESCAPING_NAME)
    tree = {**maker.healthy(sms.PATH), "/media/0/Download/" + placeholder.decode(): b"nothing\n"}
    path = _file_system(maker, tree, "escape")
    with open(path, "rb") as file:
        image = file.read()
    if image.count(placeholder) != 1:
        raise RuntimeError("the name to be patched does not stand once")
    with open(path, "wb") as file:
        file.write(image.replace(placeholder, _ESCAPING_NAME))
    with open(maker.path("escaping-name.img"), "wb") as target:
        target.truncate(len(image))
        disk.copy_sparse(path, target, 0)
    maker.expect("escaping-name.img", "a file name that holds slashes and would lead out of its folder", 3)


def _with_view(schema, name):
    """The schema with the table `name` kept under another name and a view in its place."""
    kept = [statement.replace(f"CREATE TABLE {name} ", f"CREATE TABLE {name}_behind ") for statement in schema]
    kept = [statement for statement in kept if f" ON {name} " not in statement]
    return kept + [f"CREATE VIEW {name} AS SELECT * FROM {name}_behind"]


def _views(maker):
    def database(schema, name):
        return maker.database(lambda made: sqlite_files.build(made, _with_view(schema, name), lambda _: None))[""]
    maker.tar("views.tar", {
        **maker.healthy(),
        "/data/com.whatsapp/databases/msgstore.db": database(whatsapp_new.SCHEMA, "message"),
        "/user/10/com.whatsapp/databases/msgstore.db": database(whatsapp_old.SCHEMA, "messages"),
        sms.PATH: database(sms.SCHEMA, "sms"),
    })
    maker.expect("views.tar", "a view stands in place of a table: message, messages, sms", 3)


def _endless_view(maker):
    """Whoever reads this view reads for ever."""
    schema = [statement for statement in sms.SCHEMA if "CREATE TABLE sms " not in statement]
    schema.append("CREATE VIEW sms AS WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
                  " SELECT n AS _id, 1 AS thread_id, 'x' AS address, n AS date, 1 AS type, 'y' AS body FROM numbers")
    trap = maker.database(lambda made: sqlite_files.build(made, schema, lambda _: None))[""]
    maker.tar("endless-view.tar", {**maker.healthy(), sms.PATH: trap})
    maker.expect("endless-view.tar", "a view without end stands in place of the table sms", 3)


def _truncated(maker):
    """Cut in the middle of a page, after two thirds of a store of several hundred messages."""
    many = [sms.Sms(f"+999001103{number % 7:02}", 1, scene.Moment(at("09-01 00:00") + number * 600),
                    f"Tin nhắn số {number}: " + "hàng đã gửi " * 8) for number in range(400)]
    whole = maker.database(lambda made: sms.write(made, many, []))[""]
    maker.tar("truncated.tar", {**maker.healthy(), sms.PATH: whole[:len(whole) * 2 // 3 + 100]})
    maker.expect("truncated.tar", "the database is shorter than its header says", 3)


def _foreign_wal(maker):
    """The log of another database, which SQLite applies without a word."""
    def other(connection):
        connection.execute("CREATE TABLE diary (_id INTEGER PRIMARY KEY, words TEXT)")
        connection.executemany("INSERT INTO diary (words) VALUES (?)", [("entry " * 40,)] * 200)
    foreign = maker.database(lambda made: sqlite_files.build(
        made, ["CREATE TABLE notes (_id INTEGER PRIMARY KEY)"], lambda _: None, other))["-wal"]
    own = maker.database(lambda made: sms.write(made, _HEALTHY, [], write_ahead=True))[""]
    maker.tar("foreign-wal.tar", {**maker.healthy(), sms.PATH: own, sms.PATH + "-wal": foreign})
    maker.expect("foreign-wal.tar", "the write-ahead log does not belong to the database beside it", 3)


def _broken_table(maker):
    """A disk whose first sector announces GPT, with noise in place of both headers and of the entries."""
    noise = random.Random(41).randbytes(64 * disk.SECTOR)
    path = maker.path("broken-partition-table.img")
    disk.make_gpt_disk(path, "broken", [(_file_system(maker, maker.healthy(sms.PATH), "broken"), disk.LINUX_DATA, "")])
    with open(path, "r+b") as image:
        image.seek(disk.SECTOR)
        image.write(noise[:33 * disk.SECTOR])
        image.seek(-33 * disk.SECTOR, os.SEEK_END)
        image.write(noise[:33 * disk.SECTOR])
    maker.expect("broken-partition-table.img", "the partition table cannot be read", 0)


def _past_the_end(maker):
    """An MBR with a healthy first partition and a second one that begins in it and ends far past the disk."""
    source = _file_system(maker, maker.healthy(sms.PATH), "past")
    path = maker.path("partition-past-end.img")
    disk.make_mbr_disk(path, source, 0x83, extra=[(0x83, 4096, 0x7FFFFFFF)])
    maker.expect("partition-past-end.img", "a partition overlaps another and ends past the end of the disk", 3)


def check_view_is_endless(path):
    """Reading it must not end within a million steps; used by check_samples.py."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    connection.set_progress_handler(lambda: 1, 1_000_000)
    try:
        connection.execute("SELECT count(*) FROM sms").fetchall()
    except sqlite3.OperationalError:
        return True
    return False
