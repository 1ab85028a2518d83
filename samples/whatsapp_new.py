# SPDX-License-Identifier: Apache-2.0
"""Writes msgstore.db in WhatsApp's schema of 2022 and later (`message`, `chat`, `jid`), and its key items.

Table and column names as in WhatsApp for Android; only what readers use is filled. Message types: 0 text,
1 image, 5 location, 7 system, 9 document, 15 revoked, 56 reaction (in message_add_on).
"""

import base64
import hashlib

from sqlite_files import insert

SCHEMA = [
    "CREATE TABLE jid (_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL,"
    " agent INTEGER, device INTEGER, type INTEGER, raw_string TEXT)",
    "CREATE UNIQUE INDEX jid_raw_string_index ON jid (raw_string)",
    "CREATE TABLE chat (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, hidden INTEGER,"
    " subject TEXT, created_timestamp INTEGER, archived INTEGER, sort_timestamp INTEGER,"
    " last_message_row_id INTEGER, unseen_message_count INTEGER, group_type INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,"
    " from_me INTEGER NOT NULL, key_id TEXT NOT NULL, sender_jid_row_id INTEGER, status INTEGER,"
    " broadcast INTEGER, recipient_count INTEGER, participant_hash TEXT, origination_flags INTEGER,"
    " origin INTEGER, timestamp INTEGER, received_timestamp INTEGER, receipt_server_timestamp INTEGER,"
    " message_type INTEGER, text_data TEXT, starred INTEGER, lookup_tables INTEGER,"
    " message_add_on_flags INTEGER, sort_id INTEGER NOT NULL DEFAULT 0)",
    "CREATE UNIQUE INDEX message_key_index ON message (chat_row_id, from_me, key_id, sender_jid_row_id)",
    "CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, transferred INTEGER,"
    " file_path TEXT, file_size INTEGER, media_key BLOB, width INTEGER, height INTEGER, message_url TEXT,"
    " mime_type TEXT, file_length INTEGER, media_name TEXT, file_hash TEXT, media_duration INTEGER,"
    " enc_file_hash TEXT, original_file_hash TEXT)",
    "CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, latitude REAL,"
    " longitude REAL, place_name TEXT, place_address TEXT, url TEXT, live_location_share_duration INTEGER)",
    "CREATE TABLE message_quoted (message_row_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,"
    " parent_message_chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, sender_jid_row_id INTEGER,"
    " key_id TEXT NOT NULL, timestamp INTEGER, message_type INTEGER, origin INTEGER, text_data TEXT,"
    " lookup_tables INTEGER)",
    "CREATE TABLE message_forwarded (message_row_id INTEGER PRIMARY KEY, forward_score INTEGER)",
    "CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL)",
    "CREATE TABLE message_system_chat_participant (message_row_id INTEGER, user_jid_row_id INTEGER)",
    "CREATE TABLE message_system_value_change (message_row_id INTEGER PRIMARY KEY, old_data TEXT)",
    "CREATE TABLE message_system_number_change (message_row_id INTEGER PRIMARY KEY, old_jid_row_id INTEGER,"
    " new_jid_row_id INTEGER)",
    "CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT NOT NULL,"
    " admin_jid_row_id INTEGER, revoke_timestamp INTEGER)",
    "CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id TEXT NOT NULL,"
    " edited_timestamp INTEGER NOT NULL, sender_timestamp INTEGER NOT NULL)",
    "CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER, from_me INTEGER,"
    " key_id TEXT NOT NULL, sender_jid_row_id INTEGER, parent_message_row_id INTEGER, timestamp INTEGER,"
    " status INTEGER, message_add_on_type INTEGER)",
    "CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT,"
    " sender_timestamp INTEGER)",
    "CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, message_row_id INTEGER NOT NULL,"
    " receipt_user_jid_row_id INTEGER NOT NULL, receipt_timestamp INTEGER, read_timestamp INTEGER,"
    " played_timestamp INTEGER)",
    "CREATE TABLE group_participant_user (_id INTEGER PRIMARY KEY AUTOINCREMENT, group_jid_row_id INTEGER NOT NULL,"
    " user_jid_row_id INTEGER NOT NULL, rank INTEGER, pending INTEGER)",
    "CREATE TABLE call_log (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER, from_me INTEGER,"
    " call_id TEXT, transaction_id INTEGER, timestamp INTEGER, video_call INTEGER, duration INTEGER,"
    " call_result INTEGER, bytes_transferred INTEGER, group_jid_row_id INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY, jid_row_id INTEGER NOT NULL, sort_id INTEGER)",
    "CREATE TABLE props (_id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, value TEXT)",
]
_MESSAGE_TYPES = {"text": 0, "image": 1, "location": 5, "event": 7, "document": 9, "revoked": 15}
_SERVER_TYPES = {"s.whatsapp.net": 0, "g.us": 1, "broadcast": 5, "lid": 18}
_EARLIER_WORDS = {"S0005": "Em sẽ gọi cho chị tối nay."}


def file_hash(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Writer:
    """Writes one store in two steps: what stands in the database, and what stands only in its -wal."""

    def __init__(self, store):
        self.store = store
        self.jids, self.chats, self.rows = {}, {}, {}
        self.by_key = {message.key: message for message in store.messages}

    def early(self, connection):
        write_sentinel(connection)
        self.jid(connection, "status@broadcast")
        self.jid(connection, self.store.owner.jid)
        for chat in self.store.chats:
            self.chat(connection, chat)
        for message in self.store.messages:
            if not message.late or message.deleted or message.edited:
                self._message(connection, message, _EARLIER_WORDS.get(message.key, message.text))
        self._lists(connection)
        self._lids(connection, self.store.lids)
        for message in self.store.messages:
            if message.deleted and not message.late:
                self._delete(connection, message)

    def late(self, connection):
        for message in self.store.messages:
            if message.late and message.deleted:
                self._delete(connection, message)
            elif message.late and message.edited:
                self._edit(connection, message)
            elif message.late:
                self._message(connection, message, message.text)
        self._lids(connection, self.store.late_lids)

    def jid(self, connection, raw):
        if raw not in self.jids:
            user, server = raw.split("@")
            self.jids[raw] = insert(connection, "jid", user=user, server=server, agent=0, device=0,
                                    type=_SERVER_TYPES[server], raw_string=raw)
        return self.jids[raw]

    def chat(self, connection, chat):
        created = chat.created.ms if chat.created else None
        self.chats[chat.identifier] = insert(
            connection, "chat", jid_row_id=self.jid(connection, chat.identifier), hidden=0, subject=chat.subject,
            created_timestamp=created, archived=int(chat.archived))

    def _message(self, connection, message, text):
        chat = self.chats[message.chat]
        sender = self.jid(connection, message.sender) if message.sender else 0
        in_group = message.chat.endswith("@g.us")
        from_me = message.sender is None
        row = insert(connection, "message", chat_row_id=chat, from_me=int(from_me), key_id=message.key,
                     sender_jid_row_id=sender if in_group else 0, status=13 if from_me else 0, broadcast=0,
                     recipient_count=0, origination_flags=0, origin=0, timestamp=message.time.ms,
                     received_timestamp=message.time.ms + 1000,
                     receipt_server_timestamp=message.time.ms + 500 if from_me else -1,
                     message_type=_MESSAGE_TYPES[message.kind], text_data=text, starred=int(message.starred),
                     lookup_tables=0, message_add_on_flags=0)
        connection.execute("UPDATE message SET sort_id=_id WHERE _id=?", (row,))
        self.rows[message.key] = row
        self._companions(connection, message, row, chat)

    def _companions(self, connection, message, row, chat):
        if message.media:
            media = message.media
            insert(connection, "message_media", message_row_id=row, chat_row_id=chat, transferred=1,
                   file_path=media.path, file_size=len(media.content), file_length=len(media.content),
                   width=media.width, height=media.height, mime_type=media.mime, media_name=media.name,
                   file_hash=file_hash(media.content))
        if message.place:
            latitude, longitude, name = message.place
            insert(connection, "message_location", message_row_id=row, chat_row_id=chat,
                   latitude=float(latitude), longitude=float(longitude), place_name=name)
        if message.quotes:
            quoted = self.by_key[message.quotes]
            insert(connection, "message_quoted", message_row_id=row, chat_row_id=chat,
                   parent_message_chat_row_id=chat, from_me=int(quoted.sender is None), sender_jid_row_id=0,
                   key_id=quoted.key, timestamp=quoted.time.ms, message_type=0, text_data=quoted.text)
        if message.forward_score:
            insert(connection, "message_forwarded", message_row_id=row, forward_score=message.forward_score)
        if message.event_code is not None:
            insert(connection, "message_system", message_row_id=row, action_type=message.event_code)
        for person in message.event_people:
            insert(connection, "message_system_chat_participant", message_row_id=row,
                   user_jid_row_id=self.jid(connection, person))
        if message.event_value:
            insert(connection, "message_system_value_change", message_row_id=row, old_data=message.event_value)
        if message.revoked_key:
            insert(connection, "message_revoked", message_row_id=row, revoked_key_id=message.revoked_key,
                   revoke_timestamp=message.time.ms)

    def _edit(self, connection, message):
        row = self.rows[message.key]
        connection.execute("UPDATE message SET text_data=? WHERE _id=?", (message.text, row))
        insert(connection, "message_edit_info", message_row_id=row, original_key_id=message.key,
               edited_timestamp=message.edited.ms, sender_timestamp=message.edited.ms)

    def _delete(self, connection, message):
        connection.execute("DELETE FROM message WHERE _id=?", (self.rows[message.key],))

    def _lists(self, connection):
        for group, handle, rank in self.store.members:
            insert(connection, "group_participant_user", group_jid_row_id=self.jid(connection, group),
                   user_jid_row_id=self.jid(connection, handle), rank=rank, pending=0)
        for key, handle, delivered, read in self.store.receipts:
            insert(connection, "receipt_user", message_row_id=self.rows[key],
                   receipt_user_jid_row_id=self.jid(connection, handle), receipt_timestamp=delivered.ms,
                   read_timestamp=read.ms if read else None)
        for number, (key, handle, words, when) in enumerate(self.store.reactions, 1):
            row = insert(connection, "message_add_on", chat_row_id=self.chats[self.by_key[key].chat],
                         from_me=int(handle is None), key_id=f"R{number:04}", sender_jid_row_id=-1,
                         parent_message_row_id=self.rows[key], timestamp=when.ms, status=0, message_add_on_type=56)
            insert(connection, "message_add_on_reaction", message_add_on_row_id=row, reaction=words,
                   sender_timestamp=when.ms)
        for key, handle, outgoing, video, when, seconds, result, group in self.store.calls:
            insert(connection, "call_log", jid_row_id=self.jid(connection, handle), from_me=int(outgoing),
                   call_id=key, transaction_id=-1, timestamp=when.ms, video_call=int(video), duration=seconds,
                   call_result=result, bytes_transferred=0,
                   group_jid_row_id=self.jid(connection, group) if group else 0)
        insert(connection, "props", key="message_ready", value="1")

    def _lids(self, connection, people):
        for person in people:
            insert(connection, "jid_map", lid_row_id=self.jid(connection, person.lid),
                   jid_row_id=self.jid(connection, person.jid), sort_id=0)


def write_sentinel(connection):
    """Row 1, which the app writes itself and which is no message."""
    insert(connection, "message", _id=1, chat_row_id=-1, from_me=0, key_id="-1", sender_jid_row_id=-1)
