# SPDX-License-Identifier: Apache-2.0
"""Android's SMS and MMS store, mmssms.db: `sms` in milliseconds, `pdu` in seconds (AOSP TelephonyProvider,
MmsSmsDatabaseHelper.java). Address types of an MMS (PduHeaders.java): 137 from, 151 to. A subject is stored
with one code point for each byte of its encoding (PduPersister.java); 106 is UTF-8."""

from dataclasses import dataclass
from functools import partial

import scene
import sqlite_files
from scene import ETHEREUM_DEPOSIT, TRON_SALARY, at
from sqlite_files import insert

PATH = "/user_de/0/com.android.providers.telephony/databases/mmssms.db"
_FOLDERS = {1: "inbox", 2: "sent", 3: "draft", 4: "outbox", 5: "failed", 6: "queued"}
MMS_ID = "mms-sample-1"
_OWN_ADDRESS = "insert-address-token"  # what Android writes for the phone itself

SCHEMA = [
    "CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, person INTEGER, date INTEGER,"
    " date_sent INTEGER DEFAULT 0, protocol INTEGER, read INTEGER DEFAULT 0, status INTEGER DEFAULT -1,"
    " type INTEGER, reply_path_present INTEGER, subject TEXT, body TEXT, service_center TEXT,"
    " locked INTEGER DEFAULT 0, sub_id INTEGER DEFAULT -1, error_code INTEGER DEFAULT 0, creator TEXT,"
    " seen INTEGER DEFAULT 0)",
    "CREATE TABLE pdu (_id INTEGER PRIMARY KEY AUTOINCREMENT, thread_id INTEGER, date INTEGER,"
    " date_sent INTEGER DEFAULT 0, msg_box INTEGER, read INTEGER DEFAULT 0, m_id TEXT, sub TEXT,"
    " sub_cs INTEGER, ct_t TEXT, m_cls TEXT, m_type INTEGER, v INTEGER, m_size INTEGER, tr_id TEXT,"
    " locked INTEGER DEFAULT 0, sub_id INTEGER DEFAULT -1, seen INTEGER DEFAULT 0, creator TEXT,"
    " text_only INTEGER DEFAULT 0)",
    "CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, contact_id INTEGER, address TEXT,"
    " type INTEGER, charset INTEGER)",
    "CREATE TABLE part (_id INTEGER PRIMARY KEY AUTOINCREMENT, mid INTEGER, seq INTEGER DEFAULT 0, ct TEXT,"
    " name TEXT, chset INTEGER, cd TEXT, fn TEXT, cid TEXT, cl TEXT, ctt_s INTEGER, ctt_t TEXT, _data TEXT,"
    " text TEXT)",
    "CREATE TABLE canonical_addresses (_id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT)",
    "CREATE TABLE threads (_id INTEGER PRIMARY KEY AUTOINCREMENT, date INTEGER DEFAULT 0,"
    " message_count INTEGER DEFAULT 0, recipient_ids TEXT, snippet TEXT, snippet_cs INTEGER DEFAULT 0,"
    " read INTEGER DEFAULT 1, archived INTEGER DEFAULT 0, type INTEGER DEFAULT 0, error INTEGER DEFAULT 0,"
    " has_attachment INTEGER DEFAULT 0)",
]


@dataclass
class Sms:
    address: str
    folder: int
    time: scene.Moment
    body: str
    deleted: bool = False


@dataclass
class Mms:
    address: str
    folder: int
    time: scene.Moment
    subject: str
    text: str
    picture: bytes
    picture_name: str


DRIVER, SISTER, UNKNOWN = scene.DRIVER.phone, scene.SISTER.phone, "+99900110066"

PHONE_1 = [
    Sms("AURORABANK", 1, at("10-10 08:00"), "Your verification code is 402913. Do not share it."),
    Sms(DRIVER, 1, at("10-11 22:40"), "ถึงด่านแล้ว รออยู่หน้าร้านกาแฟ"),
    Sms(DRIVER, 2, at("10-11 22:42"), "ครับ อีกสิบนาที"),
    Sms(UNKNOWN, 1, at("10-16 03:15"), f"工资打到这个地址 {TRON_SALARY} 每月十五号"),
    Sms(UNKNOWN, 2, at("10-16 03:20"), "护照什么时候还给我？"),
    Sms(UNKNOWN, 1, at("10-16 03:21"), "做满一年再说。", deleted=True),
    Sms(SISTER, 2, at("10-19 12:00"), "Chị ơi, điện thoại em sắp bị thu. Chị nhắn vào WhatsApp nhé."),
    Sms(SISTER, 1, at("10-19 12:30"), "Chị biết rồi. Em giữ sức khỏe."),
    Sms(SISTER, 3, at("10-30 01:00"), "Nếu em không gọi lại thì chị báo"),
    Sms(UNKNOWN, 5, at("10-31 04:00"), f"please confirm {ETHEREUM_DEPOSIT}"),
]
PHONE_2 = [
    Sms("+99900110055", 1, at("10-11 20:00"), "พรุ่งนี้ไปรับที่ท่าเรือ สี่คน"),
    Sms("+99900110055", 2, at("10-11 20:04"), "รับทราบครับ ค่ารถเท่าเดิม"),
    Sms(scene.OWNER.phone, 1, at("10-11 22:42"), "ครับ อีกสิบนาที"),
]


def phone_1_mms(pictures):
    return [Mms(UNKNOWN, 1, at("10-17 06:00"), "宿舍", "新宿舍，八个人一间，门禁晚上十点。", pictures["yard"],
                "yard.png")]


def write(path, texts, multimedia, write_ahead=False):
    """The database, from lists of Sms and Mms; with `write_ahead` in that mode, its log empty."""
    def rows(connection):
        threads = _threads(connection, texts, multimedia)
        for number, sms in enumerate(texts, 1):
            insert(connection, "sms", _id=number, thread_id=threads[sms.address], address=sms.address,
                   date=sms.time.ms, date_sent=sms.time.ms - 2000 if sms.folder == 1 else 0, protocol=0,
                   read=1, type=sms.folder, body=sms.body, sub_id=1, seen=1,
                   service_center="+99900000001" if sms.folder == 1 else None)
        for mms in multimedia:
            _write_mms(connection, mms, threads[mms.address])
        for number, sms in enumerate(texts, 1):
            if sms.deleted:
                connection.execute("DELETE FROM sms WHERE _id=?", (number,))
    sqlite_files.build(path, SCHEMA, rows, late=(lambda _: None) if write_ahead else None, user_version=67)


def _threads(connection, texts, multimedia):
    threads = {}
    for entry in [*texts, *multimedia]:
        if entry.address not in threads:
            recipient = insert(connection, "canonical_addresses", address=entry.address)
            threads[entry.address] = insert(connection, "threads", date=entry.time.ms, message_count=1,
                                            recipient_ids=str(recipient))
    return threads


def _write_mms(connection, mms, thread):
    row = insert(connection, "pdu", thread_id=thread, date=int(mms.time), date_sent=int(mms.time) - 3,
                 msg_box=mms.folder, read=1, m_id=MMS_ID, sub=mms.subject.encode().decode("latin-1"), sub_cs=106,
                 ct_t="application/vnd.wap.multipart.related", m_cls="personal", m_type=132, v=18,
                 m_size=len(mms.picture), tr_id="T1", sub_id=1, seen=1)
    insert(connection, "addr", msg_id=row, address=mms.address, type=137, charset=106)
    insert(connection, "addr", msg_id=row, address=_OWN_ADDRESS, type=151, charset=106)
    insert(connection, "part", mid=row, seq=-1, ct="application/smil", cid="<smil>", cl="smil.xml",
           text='<smil><body><par><img src="yard.png"/><text src="text.txt"/></par></body></smil>')
    insert(connection, "part", mid=row, ct="image/png", name=mms.picture_name, cid="<yard>", cl=mms.picture_name,
           _data=mms_part_path(mms))
    insert(connection, "part", mid=row, ct="text/plain", chset=106, cid="<text>", cl="text.txt", text=mms.text)


def mms_part_path(mms):
    """Where the running phone keeps the picture; in the image the file stands without /data."""
    return f"/data/user_de/0/com.android.providers.telephony/app_parts/PART_{mms.time.ms}_{mms.picture_name}"


def expect(key, exhibit, texts, multimedia):
    """A conversation is called by its thread id, an SMS by its table and row id, an MMS by its message id."""
    add = partial(key.add, exhibit, PATH)
    threads = {}
    for entry in [*texts, *multimedia]:
        threads.setdefault(entry.address, len(threads) + 1)
    add("participant", app="sms", own=True)
    for address, thread in threads.items():
        add("participant", app="sms", identifier=address)
        add("conversation", app="sms", identifier=thread, kind="thread", participants=[address])
    for number, sms in enumerate(texts, 1):
        if not sms.deleted:
            incoming = sms.folder == 1
            add("message", app="sms", key=f"sms/{number}", conversation=threads[sms.address], kind="text",
                text=sms.body, direction="incoming" if incoming else "outgoing", time=sms.time,
                folder=_FOLDERS[sms.folder], sender=sms.address if incoming else "own", recipients=None if incoming else [sms.address])
    for mms in multimedia:
        add("message", app="sms", key=MMS_ID, conversation=threads[mms.address], kind="mms", direction="incoming",
            sender=mms.address, time=mms.time, subject=mms.subject, text=mms.text, folder=_FOLDERS[mms.folder])
        add("media", message=MMS_ID, mime="image/png", name=mms.picture_name, path=mms_part_path(mms))
