# SPDX-License-Identifier: Apache-2.0
"""Writes msgstore.db in WhatsApp's schema before 2022 (`messages`), and the transitional one of 2022, which
has both sets of tables while `messages` still holds the rows. Types are text there; status 6 is a system
event with its code in media_size; status -1 is the row that the app writes itself."""

import whatsapp_new
from sqlite_files import insert

_MESSAGE_COLUMNS = (
    "(_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER,"
    " key_id TEXT NOT NULL, status INTEGER, needs_push INTEGER, data TEXT, timestamp INTEGER, media_url TEXT,"
    " media_mime_type TEXT, media_wa_type TEXT, media_size INTEGER, media_name TEXT, media_caption TEXT,"
    " media_hash TEXT, media_duration INTEGER, origin INTEGER, latitude REAL, longitude REAL, thumb_image TEXT,"
    " remote_resource TEXT, received_timestamp INTEGER, send_timestamp INTEGER, receipt_server_timestamp INTEGER,"
    " receipt_device_timestamp INTEGER, read_device_timestamp INTEGER, played_device_timestamp INTEGER,"
    " raw_data BLOB, recipient_count INTEGER, participant_hash TEXT, starred INTEGER, quoted_row_id INTEGER,"
    " mentioned_jids TEXT, multicast_id TEXT, edit_version INTEGER, media_enc_hash TEXT,"
    " payment_transaction_id TEXT, forwarded INTEGER)")
MESSAGES = [
    "CREATE TABLE messages " + _MESSAGE_COLUMNS,
    "CREATE UNIQUE INDEX messages_key_index ON messages (key_remote_jid, key_from_me, key_id)",
    "CREATE TABLE messages_quotes " + _MESSAGE_COLUMNS,
    "CREATE TABLE group_participants (_id INTEGER PRIMARY KEY AUTOINCREMENT, gjid TEXT NOT NULL,"
    " jid TEXT NOT NULL, admin INTEGER, pending INTEGER, sent_sender_key INTEGER)",
]
CHAT_LIST = [
    "CREATE TABLE chat_list (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT UNIQUE,"
    " message_table_id INTEGER, subject TEXT, creation INTEGER, last_read_message_table_id INTEGER,"
    " archived INTEGER, sort_timestamp INTEGER)",
]
SCHEMA = MESSAGES + CHAT_LIST
TRANSITIONAL_SCHEMA = MESSAGES + whatsapp_new.SCHEMA
_TYPES = {"text": "0", "image": "1", "location": "5", "event": "0"}
_EVENT_STATUS = 6


class Writer:
    def __init__(self, store):
        self.store, self.rows = store, {}
        self.by_key = {message.key: message for message in store.messages}

    def old(self, connection):
        self._messages(connection)
        for chat in self.store.chats:
            insert(connection, "chat_list", key_remote_jid=chat.identifier, subject=chat.subject,
                   creation=chat.created.ms if chat.created else None, archived=int(chat.archived))

    def transitional(self, connection):
        whatsapp_new.write_sentinel(connection)
        self._messages(connection)
        modern = whatsapp_new.Writer(self.store)
        modern.jid(connection, "status@broadcast")
        for chat in self.store.chats:
            modern.chat(connection, chat)

    def _messages(self, connection):
        insert(connection, "messages", key_remote_jid="-1", key_from_me=0, key_id="-1", status=-1, timestamp=0,
               media_wa_type="-1", needs_push=0)
        for message in self.store.messages:
            self.rows[message.key] = insert(connection, "messages", **self._columns(connection, message))
        for message in self.store.messages:
            if message.deleted:
                connection.execute("DELETE FROM messages WHERE _id=?", (self.rows[message.key],))
        for group, handle, rank in self.store.members:
            insert(connection, "group_participants", gjid=group, jid=handle, admin=rank, pending=0)

    def _columns(self, connection, message):
        from_me, is_event = message.sender is None, message.kind == "event"
        columns = {
            "key_remote_jid": message.chat, "key_from_me": int(from_me), "key_id": message.key,
            "status": _EVENT_STATUS if is_event else 5 if from_me else 0, "needs_push": 0,
            "data": None if message.media else message.text, "timestamp": message.time.ms,
            "media_wa_type": _TYPES[message.kind], "media_size": message.event_code if is_event else 0,
            "remote_resource": message.sender if message.chat.endswith("@g.us") else None,
            "received_timestamp": message.time.ms + 1000, "send_timestamp": -1, "starred": int(message.starred),
            "receipt_server_timestamp": -1, "receipt_device_timestamp": -1, "recipient_count": 0, "origin": 0,
        }
        if message.media:
            media = message.media
            columns |= {"media_mime_type": media.mime, "media_size": len(media.content),
                        "media_name": media.path.rsplit("/", 1)[1], "media_caption": message.text,
                        "media_hash": whatsapp_new.file_hash(media.content)}
        if message.place:
            latitude, longitude, name = message.place
            columns |= {"latitude": float(latitude), "longitude": float(longitude), "media_name": name}
        if message.quotes:
            columns["quoted_row_id"] = self._quote(connection, self.by_key[message.quotes])
        return columns

    @staticmethod
    def _quote(connection, quoted):
        return insert(connection, "messages_quotes", key_remote_jid=quoted.chat,
                      key_from_me=int(quoted.sender is None), key_id=quoted.key, status=0, data=quoted.text,
                      timestamp=quoted.time.ms, media_wa_type="0")
