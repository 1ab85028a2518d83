# SPDX-License-Identifier: Apache-2.0
"""What the answer key expects from a WhatsApp store, whatever its schema."""

from functools import partial

from whatsapp_new import file_hash

_CALL_RESULTS = {2: "missed", 3: "unavailable", 4: "rejected", 5: "answered"}
_EVENTS = {1: "subject changed", 11: "group created", 12: "member added"}
_RANKS = {0: "member", 1: "admin", 2: "owner"}


def expect_store(key, exhibit, path, store, people):
    """Adds every record that the live rows of one msgstore.db give; `people` are those in wa.db beside it."""
    add = partial(key.add, exhibit, path)
    live = {message.key: message for message in store.messages if not message.deleted}
    _expect_parties(add, store, live, people)
    for message in live.values():
        _expect_message(add, message, live, store.old_schema)
    for key_id, handle, delivered, read in store.receipts:
        add("receipt", message=key_id if key_id in live else None, message_missing=None if key_id in live else True,
            recipient=_party(handle, store), delivered=delivered, read=read)
    for key_id, handle, words, when in store.reactions:
        add("reaction", message=key_id, sender=handle or "own", text=words, time=when)
    for key_id, handle, outgoing, video, when, seconds, result, group in store.calls:
        add("call", app="whatsapp", key=key_id, participant=_party(handle, store), conversation=group,
            direction="outgoing" if outgoing else "incoming", kind="video" if video else "voice", time=when,
            duration_s=seconds, result=_CALL_RESULTS[result], result_code=result)


def _party(handle, store):
    return "own" if handle in (None, store.owner.jid) else handle


def _expect_parties(add, store, live, people):
    handles = {chat.identifier for chat in store.chats if chat.kind == "one to one"}
    for message in live.values():
        handles.update(h for h in (message.sender, *message.event_people) if h)
    handles.update(handle for _, handle, _ in store.members)
    handles.update(handle for _, handle, *_ in store.receipts)
    handles.update(call[1] for call in store.calls)
    handles.discard(store.owner.jid)
    known = store.lids + store.late_lids
    mapped = {person.lid: person.jid for person in known} | {person.jid: person.lid for person in known}
    names = {person.jid: person.name for person in people}
    add("participant", app="whatsapp", own=True, number=store.owner.number)
    for handle in sorted(handles):
        jid = mapped[handle] if handle.endswith("@lid") else handle
        add("participant", app="whatsapp", identifier=handle, mapped_identifier=mapped.get(handle),
            identifier_kind="lid" if handle.endswith("@lid") else "jid", name=names.get(jid),
            number=jid.removesuffix("@s.whatsapp.net"))
    for chat in store.chats:
        add("conversation", app="whatsapp", identifier=chat.identifier, kind=chat.kind, subject=chat.subject)
    for group, handle, rank in store.members:
        add("membership", conversation=group, participant=_party(handle, store), rank=_RANKS[rank])


def _expect_message(add, message, live, old_schema):
    direction = "none" if message.kind == "event" else "incoming" if message.sender else "outgoing"
    quoted = live.get(message.quotes)
    add("message", app="whatsapp", key=message.key, conversation=message.chat, direction=direction,
        sender=None if message.kind == "event" else message.sender or "own", kind=message.kind, time=message.time,
        text=None if old_schema and message.media else message.text, starred=True if message.starred else None,
        forward_score=message.forward_score,
        quoted_key=quoted.key if quoted else None, quoted_text=quoted.text if quoted else None,
        event_code=message.event_code, event=_EVENTS.get(message.event_code), event_value=message.event_value,
        event_participants=list(message.event_people) or None)
    if message.media:
        media = message.media
        add("media", message=message.key, mime=media.mime, size=len(media.content),
            sha256_stated=file_hash(media.content), **_media_details(message, old_schema))
    if message.place:
        latitude, longitude, name = message.place
        add("message_location", message=message.key, latitude=latitude, longitude=longitude, name=name)
    if message.revoked_key:
        add("message_change", message=message.key, message_key=message.revoked_key, change="revoked")
    if message.edited:
        add("message_change", message=message.key, message_key=message.key, change="edited", time=message.edited)


def _media_details(message, old_schema):
    media = message.media
    if old_schema:
        return {"name": media.path.rsplit("/", 1)[1], "caption": message.text}
    return {"path": media.path, "name": media.name, "width": media.width, "height": media.height}
