# SPDX-License-Identifier: Apache-2.0
"""Android's call log (calllog.db) and contacts (contacts2.db). AOSP ContactsProvider,
CallLogDatabaseHelper.java and ContactsDatabaseHelper.java; call types by android.provider.CallLog: 1 incoming,
2 outgoing, 3 missed, 5 rejected."""

from dataclasses import dataclass
from functools import partial

import scene
import sqlite_files
from scene import at
from sqlite_files import insert

_FOLDER = "/data/com.android.providers.contacts/databases"
CALLS_PATH, CONTACTS_PATH = _FOLDER + "/calllog.db", _FOLDER + "/contacts2.db"

CALLS_SCHEMA = [
    "CREATE TABLE calls (_id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, presentation INTEGER NOT NULL DEFAULT 1,"
    " date INTEGER, duration INTEGER, data_usage INTEGER, type INTEGER, features INTEGER NOT NULL DEFAULT 0,"
    " subscription_component_name TEXT, subscription_id TEXT, phone_account_address TEXT, new INTEGER, name TEXT,"
    " numbertype INTEGER, numberlabel TEXT, countryiso TEXT, is_read INTEGER, geocoded_location TEXT,"
    " normalized_number TEXT, transcription TEXT)",
]
CONTACTS_SCHEMA = [
    "CREATE TABLE accounts (_id INTEGER PRIMARY KEY AUTOINCREMENT, account_name TEXT, account_type TEXT,"
    " data_set TEXT)",
    "CREATE TABLE raw_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER, sourceid TEXT,"
    " version INTEGER NOT NULL DEFAULT 1, dirty INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,"
    " contact_id INTEGER, display_name TEXT, display_name_alt TEXT, sort_key TEXT)",
    "CREATE TABLE contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, name_raw_contact_id INTEGER,"
    " starred INTEGER NOT NULL DEFAULT 0, has_phone_number INTEGER NOT NULL DEFAULT 0, lookup TEXT)",
    "CREATE TABLE mimetypes (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype TEXT NOT NULL)",
    "CREATE TABLE data (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype_id INTEGER NOT NULL,"
    " raw_contact_id INTEGER NOT NULL, is_primary INTEGER NOT NULL DEFAULT 0, data1 TEXT, data2 TEXT, data3 TEXT,"
    " data4 TEXT, data5 TEXT, data6 TEXT, data7 TEXT, data8 TEXT, data9 TEXT, data10 TEXT)",
]
_NAME, _PHONE, _NOTE, _COMPANY = (
    "vnd.android.cursor.item/" + kind for kind in ("name", "phone_v2", "note", "organization"))
_ACCOUNT, _ACCOUNT_TYPE = "kevin@lotus.example", "com.google"
_RESULTS = {1: "answered", 3: "missed", 5: "rejected"}


@dataclass
class Call:
    number: str
    code: int
    time: scene.Moment
    seconds: int
    name: str | None = None


@dataclass
class Contact:
    name: str
    number: str
    given: str | None = None
    family: str | None = None
    note: str | None = None
    company: str | None = None
    deleted: bool = False


CALLS = [
    Call(scene.DRIVER.phone, 1, at("10-11 22:35"), 41, scene.DRIVER.name),
    Call(scene.TEAM_LEAD.phone, 3, at("10-14 01:58"), 0, scene.TEAM_LEAD.name),
    Call(scene.SISTER.phone, 2, at("10-29 17:00"), 312, scene.SISTER.name),
    Call("+99900110066", 5, at("10-31 04:30"), 0),
    Call("+99900110077", 2, at("11-01 20:15"), 0),
]
CONTACTS = [
    Contact("陈姐 组长", scene.TEAM_LEAD.phone, note="三楼"),
    Contact("สมชาย คนขับรถ", scene.DRIVER.phone),
    Contact("Chị Linh", scene.SISTER.phone, given="Linh", family="Nguyễn"),
    Contact("Margaret 41", scene.MARGARET.phone, company="client list B"),
    Contact("Embassy", "+99900110077", deleted=True),
]


def write_calls(path):
    def rows(connection):
        for call in CALLS:
            insert(connection, "calls", number=call.number, date=call.time.ms, duration=call.seconds, type=call.code,
                   new=0, name=call.name, subscription_id="1", is_read=1, normalized_number=call.number)
    sqlite_files.build(path, CALLS_SCHEMA, rows, user_version=10)


def expect_calls(key, exhibit):
    add = partial(key.add, exhibit, CALLS_PATH)
    for number in sorted({call.number for call in CALLS}):
        add("participant", app="phone", identifier=number)
    for call in CALLS:
        answered = "answered" if call.seconds else None  # of an outgoing call only its duration tells
        add("call", app="phone", participant=call.number, time=call.time, duration_s=call.seconds, name=call.name,
            kind="voice", direction="outgoing" if call.code == 2 else "incoming", result=_RESULTS.get(call.code, answered),
            result_code=call.code)


def write_contacts(path):
    def rows(connection):
        account = insert(connection, "accounts", account_name=_ACCOUNT, account_type=_ACCOUNT_TYPE)
        kinds = {kind: insert(connection, "mimetypes", mimetype=kind) for kind in (_NAME, _PHONE, _NOTE, _COMPANY)}
        for contact in CONTACTS:
            row = insert(connection, "raw_contacts", account_id=account, deleted=int(contact.deleted),
                         display_name=contact.name)
            if not contact.deleted:
                aggregate = insert(connection, "contacts", name_raw_contact_id=row, has_phone_number=1)
                connection.execute("UPDATE raw_contacts SET contact_id=? WHERE _id=?", (aggregate, row))
            _write_data(connection, kinds, contact, row)
    sqlite_files.build(path, CONTACTS_SCHEMA, rows, user_version=1503)


def _write_data(connection, kinds, contact, row):
    insert(connection, "data", mimetype_id=kinds[_NAME], raw_contact_id=row, data1=contact.name,
           data2=contact.given, data3=contact.family)
    insert(connection, "data", mimetype_id=kinds[_PHONE], raw_contact_id=row, data1=contact.number, data2="2",
           data4=contact.number)
    if contact.note:
        insert(connection, "data", mimetype_id=kinds[_NOTE], raw_contact_id=row, data1=contact.note)
    if contact.company:
        insert(connection, "data", mimetype_id=kinds[_COMPANY], raw_contact_id=row, data1=contact.company, data2="1")


def expect_contacts(key, exhibit):
    for contact in CONTACTS:
        key.add(exhibit, CONTACTS_PATH, "contact", app="contacts", name=contact.name, given_name=contact.given,
                family_name=contact.family, identifiers=[contact.number], note=contact.note,
                organisation=contact.company, account=f"{_ACCOUNT} ({_ACCOUNT_TYPE})",
                deleted=True if contact.deleted else None)
