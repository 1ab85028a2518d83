# SPDX-License-Identifier: Apache-2.0
"""check_samples.py OUT_DIR: counts the rows of the databases that were made, by SQL alone, and compares with
the answer key. Ends with 1 where they differ. Needs ntfscat (ntfs-3g) for the computer's disk."""

import collections
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile

import browser
import computer
import hostile
import scene

_PERSONS = "SELECT count(*) FROM jid WHERE server IN ('s.whatsapp.net', 'lid')"
_NEW = {
    "message": ["SELECT count(*) FROM message WHERE chat_row_id <> -1"],
    "participant": [_PERSONS],
    "conversation": ["SELECT count(*) FROM chat"],
    "membership": ["SELECT count(*) FROM group_participant_user"],
    "receipt": ["SELECT count(*) FROM receipt_user"],
    "reaction": ["SELECT count(*) FROM message_add_on WHERE message_add_on_type = 56"],
    "media": ["SELECT count(*) FROM message_media"],
    "message_location": ["SELECT count(*) FROM message_location"],
    "message_change": ["SELECT count(*) FROM message_revoked", "SELECT count(*) FROM message_edit_info"],
    "call": ["SELECT count(*) FROM call_log"],
}
_OLD_MESSAGES = {
    "message": ["SELECT count(*) FROM messages WHERE status <> -1"],
    "media": ["SELECT count(*) FROM messages WHERE media_wa_type = '1'"],
    "message_location": ["SELECT count(*) FROM messages WHERE media_wa_type = '5'"],
    "membership": ["SELECT count(*) FROM group_participants"],
}
_SMS = {
    "message": ["SELECT count(*) FROM sms", "SELECT count(*) FROM pdu"],
    "conversation": ["SELECT count(*) FROM threads"],
    "participant": ["SELECT count(*) FROM canonical_addresses", "SELECT 1"],  # and the owner
    "media": ["SELECT count(*) FROM part WHERE ct LIKE 'image/%'"],
}
_BY_PATH = {
    "/data/com.whatsapp/databases/msgstore.db": _NEW,
    "/user/999/com.whatsapp/databases/msgstore.db": {
        **_OLD_MESSAGES, "conversation": ["SELECT count(*) FROM chat_list"]},
    "/data/com.whatsapp.w4b/databases/msgstore.db": {
        **_OLD_MESSAGES, "conversation": ["SELECT count(*) FROM chat"]},
    "/user_de/0/com.android.providers.telephony/databases/mmssms.db": _SMS,
    "/data/com.android.providers.contacts/databases/calllog.db": {"call": ["SELECT count(*) FROM calls"]},
    "/data/com.android.providers.contacts/databases/contacts2.db": {
        "contact": ["SELECT count(*) FROM raw_contacts"]},
    "/data/com.whatsapp/databases/wa.db": {"contact": ["SELECT count(*) FROM wa_contacts"]},
    "/data/com.whatsapp.w4b/databases/wa.db": {"contact": ["SELECT count(*) FROM wa_contacts"]},
}
_HISTORY = {
    "web_visit": ["SELECT count(*) FROM visits"],
    "download": ["SELECT count(*) FROM downloads"],
    "search_term": ["SELECT count(*) FROM keyword_search_terms"],
}
_TEXTS = {
    "msgstore.db": ["SELECT text_data FROM message", "SELECT text_data FROM message_quoted",
                    "SELECT data FROM messages", "SELECT media_caption FROM messages",
                    "SELECT data FROM messages_quotes"],
    "mmssms.db": ["SELECT body FROM sms", "SELECT text FROM part WHERE ct = 'text/plain'"],
}


class Check:
    def __init__(self, out):
        self.out, self.failures, self.checks = out, 0, 0
        with open(os.path.join(out, "answer-key.jsonl"), encoding="utf-8") as file:
            items = [json.loads(line) for line in file]
        self.live = collections.Counter(
            (item["exhibit"], item["path"], item["type"]) for item in items if item["state"] == "live")

    def same(self, what, counted, expected):
        self.checks += 1
        if counted != expected:
            self.failures += 1
            print(f"{what}: {counted} in the samples, {expected} in the key")

    def database(self, exhibit, path, file_name, queries):
        connection = sqlite3.connect(file_name)
        for record_type, parts in queries.items():
            counted = sum(connection.execute(part).fetchone()[0] for part in parts)
            self.same(f"{exhibit} {path} {record_type}", counted, self.live[exhibit, path, record_type])
        self._addresses(connection, exhibit, path)
        self.same(f"{path} integrity", connection.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        connection.close()

    def _addresses(self, connection, exhibit, path):
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        counted = 0
        for query in _TEXTS.get(os.path.basename(path), []):
            if query.split(" FROM ")[1].split(" ")[0] in tables:
                texts = [row[0] or "" for row in connection.execute(query)]
                counted += sum(text.count(address) for text in texts for address, *_ in scene.ADDRESSES)
        self.same(f"{exhibit} {path} address_sighting", counted, self.live[exhibit, path, "address_sighting"])


def check_phone(check, work):
    with tarfile.open(os.path.join(check.out, "phone-1-ffs.tar")) as tar:
        tar.extractall(work)
    for path, queries in _BY_PATH.items():
        check.database("phone-1", path, work + "/data" + path, queries)


def check_computer(check, work):
    volume = os.path.join(work, "volume")
    with open(os.path.join(check.out, "pc-1-disk-1.img"), "rb") as disk, open(volume, "wb") as target:
        disk.seek(2048 * 512)
        target.write(disk.read(12 << 20))
    history = computer.PROFILE + "/History"
    content = subprocess.run(["ntfscat", "-f", volume, history], check=True, capture_output=True).stdout
    made = os.path.join(work, "History")
    with open(made, "wb") as file:
        file.write(content)
    check.database("pc-1-disk-1", history, made, _HISTORY)
    check.same("visits in browser.py", len(browser.VISITS), check.live["pc-1-disk-1", history, "web_visit"])


def check_hostile(check, work):
    with tarfile.open(os.path.join(check.out, "hostile", "endless-view.tar")) as tar:
        tar.extractall(os.path.join(work, "hostile"))
    path = work + "/hostile/data/user_de/0/com.android.providers.telephony/databases/mmssms.db"
    check.same("endless-view.tar goes on for ever", hostile.check_view_is_endless(path), True)


def main(out):
    check = Check(out)
    with tempfile.TemporaryDirectory() as work:
        check_phone(check, work)
        check_computer(check, work)
        check_hostile(check, work)
    print(f"{check.checks} checks, {check.failures} failed; {sum(check.live.values())} live items in the key")
    return 1 if check.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
