# SPDX-License-Identifier: Apache-2.0
"""The files beside msgstore.db: wa.db (contacts) and the preferences with the owner's number."""

import sqlite_files
from sqlite_files import insert

CONTACTS_SCHEMA = [
    "CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL,"
    " is_whatsapp_user BOOLEAN NOT NULL, status TEXT, status_timestamp INTEGER, number TEXT,"
    " raw_contact_id INTEGER, display_name TEXT, phone_type INTEGER, phone_label TEXT,"
    " unseen_msg_count INTEGER, photo_ts INTEGER, given_name TEXT, family_name TEXT, wa_name TEXT,"
    " sort_name TEXT, nickname TEXT, company TEXT, title TEXT, is_spam_reported INTEGER)",
]


def write_contacts(path, people, key, exhibit, key_path):
    def rows(connection):
        for number, person in enumerate(people, 1):
            insert(connection, "wa_contacts", jid=person.jid, is_whatsapp_user=1, number=person.phone,
                   raw_contact_id=number, display_name=person.name, wa_name=person.push_name, sort_name=person.name)
            key.add(exhibit, key_path, "contact", app="whatsapp", name=person.name, push_name=person.push_name,
                    identifiers=[person.jid, person.phone])
    sqlite_files.build(path, CONTACTS_SCHEMA, rows)


def preferences(owner):
    """WhatsApp keeps the country code and the rest of the owner's number apart."""
    return ("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
            f'    <string name="cc">{owner.number[:3]}</string>\n'
            f'    <string name="ph">{owner.number[3:]}</string>\n'
            f'    <string name="registration_jid">{owner.number}</string>\n'
            f'    <string name="push_name">{owner.push_name}</string>\n'
            "</map>\n").encode()
