// SPDX-License-Identifier: Apache-2.0
// Schema of before 2022: table `messages`, where status 6 is an event whose code stands in media_size, and
// its companions `messages_quotes` and `receipts`. In the time of transition its rows have ids in common with
// `message`, and tables of the new schema speak of them.
#include <algorithm>
#include <array>

#include "parse/apps/whatsapp_store.h"
#include "parse/apps/whatsapp_words.h"

namespace parse::whatsapp {
namespace {

constexpr std::array<std::string_view, 25> kOldColumns{"_id",
                                                       "key_remote_jid",
                                                       "key_from_me",
                                                       "key_id",
                                                       "status",
                                                       "data",
                                                       "timestamp",
                                                       "media_url",
                                                       "media_mime_type",
                                                       "media_wa_type",
                                                       "media_size",
                                                       "media_name",
                                                       "media_caption",
                                                       "media_hash",
                                                       "media_duration",
                                                       "latitude",
                                                       "longitude",
                                                       "remote_resource",
                                                       "received_timestamp",
                                                       "send_timestamp",
                                                       "receipt_device_timestamp",
                                                       "read_device_timestamp",
                                                       "played_device_timestamp",
                                                       "starred",
                                                       "forwarded"};
constexpr std::array<std::string_view, 1> kQuotedRow{"quoted_row_id"};
constexpr std::array<std::string_view, 6> kReceiptColumns{"key_remote_jid",        "key_id",
                                                          "remote_resource",       "receipt_device_timestamp",
                                                          "read_device_timestamp", "played_device_timestamp"};

// `messages` is read with the column that only it has.
constexpr auto kMessagesColumns = [] {
  std::array<std::string_view, kOldColumns.size() + 1> columns;
  std::copy(kOldColumns.begin(), kOldColumns.end(), columns.begin());
  columns.back() = kQuotedRow[0];
  return columns;
}();

constexpr std::int64_t kEventStatus = 6;
constexpr std::int64_t kForwardedFlag = 1;

bool is_event(const base::Message& message) {
  return message.kind && message.kind->value == "event";
}
bool is_place(const base::Message& message) {
  return message.kind && (message.kind->value == "location" || message.kind->value == "live location");
}

bool holds_receipt(const base::Receipt& receipt) {
  return receipt.delivered || receipt.read || receipt.played;
}

void set_receipt_times(base::Receipt& receipt, EvidenceRow& row) {
  receipt.delivered = unix_ms(row.spare_integer("receipt_device_timestamp"));
  receipt.read = unix_ms(row.spare_integer("read_device_timestamp"));
  receipt.played = unix_ms(row.spare_integer("played_device_timestamp"));
}

void set_event(base::Message& message, EvidenceRow& row) {
  message.kind = word("event");
  message.event_code = row.spare_integer("media_size");
  if (auto event = message.event_code ? event_of(*message.event_code) : ""; !event.empty())
    message.event = word(event);
  message.event_value = message.text;
  message.text.reset();
}

}  // namespace

// What the row says by itself; nothing for the sentinel.
std::optional<Store::Draft> Store::decode_old(EvidenceRow& row) const {
  Draft draft;
  base::Message& message = draft.message;
  auto type = row.integer("media_wa_type");
  auto status = row.spare_integer("status");
  draft.id = row.key();
  draft.chat = row.bytes("key_remote_jid").value_or("");
  draft.from_me = row.integer("key_from_me").value_or(0) != 0;
  message.time = unix_ms(row.integer("timestamp"));
  if (is_sentinel(status, row.bytes("key_id"), !draft.chat.empty() && draft.chat != "-1"))
    return std::nullopt;
  message.app = word("whatsapp");
  message.key = row.text("key_id");
  message.text = row.text("data");
  message.sent = unix_ms(row.spare_integer("send_timestamp"));
  message.received = unix_ms(row.spare_integer("received_timestamp"));
  message.starred = row.spare_flag("starred");
  if (auto flags = row.spare_integer("forwarded"); flags && (*flags & kForwardedFlag))
    message.forwarded = true;
  message.kind_code = type;
  message.kind = word(kind_of_message(type.value_or(0)));
  message.status_code = status;
  if (status == kEventStatus && type.value_or(0) == 0)
    set_event(message, row);
  else if (auto state = status ? status_of(*status, draft.from_me) : ""; !state.empty())
    message.status = word(state);
  message.direction = word(is_event(message) ? "none" : draft.from_me ? "outgoing" : "incoming");
  return draft;
}

void Store::set_old_parties(Draft& draft, EvidenceRow& row, const base::Position& position) {
  base::Message& message = draft.message;
  bool event = is_event(message);
  auto resource = row.bytes("remote_resource");
  if (!draft.chat.empty()) message.conversation = parties_.conversation_of(draft.chat, position);
  if (draft.from_me && !event)
    message.sender = parties_.own();
  else if (kind_of_chat(draft.chat) == "one to one" && !event)
    message.sender = parties_.by_handle(draft.chat, position);
  else if (resource)
    message.sender = parties_.by_handle(*resource, position);
}

// True where the new table holds the same message. Where it holds other words or another time under the same
// key, both come out.
bool Store::is_migrated(const Draft& draft, const base::Position& position) {
  if (!draft.message.key) return false;
  auto found = migrated_.find({parties_.settled(draft.chat), draft.message.key->bytes});
  if (found == migrated_.end()) return false;
  const auto& [time, text] = found->second;
  if (time == (draft.message.time ? draft.message.time->raw : "") &&
      text == (draft.message.text ? draft.message.text->bytes : ""))
    return true;
  tables_.anomaly("migrated_row_differs", position, "message holds another time or text under the same key");
  return false;
}

void Store::read_old_messages() {
  tables_.read("messages", kMessagesColumns,
               [&](EvidenceRow& row) { return take_old_message(row, "messages"); });
}

Fate Store::take_old_message(EvidenceRow& row, std::string_view table) {
  auto quoted = row.spare_integer("quoted_row_id");
  auto decoded = decode_old(row);
  if (!decoded) return excluded("sentinel_row");
  Draft& draft = *decoded;
  auto position = tables_.row(table, row.rowid());
  if (is_migrated(draft, position)) return excluded("migrated_to_message");
  set_old_parties(draft, row, position);
  if (auto quote = old_quotes_.find(quoted.value_or(0)); quote != old_quotes_.end()) {
    draft.message.quoted_key = quote->second.first;
    draft.message.quoted_text = quote->second.second;
  }
  bool is_message = table == "messages";
  if (is_message) extras_.complete(draft.message, draft.id, parties_, position);
  auto record = tables_.emit(draft.message, position);
  emit_old_media(row, draft, record, position);
  if (is_place(draft.message)) emit_old_location(row, record, position);
  if (is_message) keep_old_receipt(row, draft, record, position);
  return kEmitted;
}

void Store::emit_old_media(EvidenceRow& row, const Draft& draft, const base::RecordId& message,
                           const base::Position& position) {
  if (is_event(draft.message) || is_place(draft.message)) return;
  if (std::binary_search(media_keys_.begin(), media_keys_.end(), draft.id))
    return;  // it has a row of its own
  base::Media media;
  media.mime = row.text("media_mime_type");
  media.url = row.text("media_url");
  media.name = row.text("media_name");
  media.caption = row.text("media_caption");
  media.sha256_stated = row.text("media_hash");
  media.size = positive(row.spare_integer("media_size"));
  media.duration_s = positive(row.spare_integer("media_duration"));
  if (!media.mime && !media.url && !media.name && !media.caption && !media.sha256_stated && !media.size)
    return;
  media.message = message;
  tables_.emit(media, position);
}

void Store::emit_old_location(EvidenceRow& row, const base::RecordId& message,
                              const base::Position& position) {
  auto latitude = row.spare_real("latitude");
  auto longitude = row.spare_real("longitude");
  if (!latitude || !longitude || std::binary_search(place_keys_.begin(), place_keys_.end(), row.key()))
    return;
  base::MessageLocation place;
  place.message = message;
  place.latitude = decimal_text(*latitude);
  place.longitude = decimal_text(*longitude);
  place.name = row.text("media_name");
  tables_.emit(place, position);
}

// Keeps what receipts need: a message in a chat of two carries its own; others stand in `receipts`.
void Store::keep_old_receipt(EvidenceRow& row, const Draft& draft, const base::RecordId& message,
                             const base::Position& position) {
  records_.emplace(draft.id, message);
  if (draft.message.key && tables_.has("receipts"))
    by_key_.emplace(std::pair(draft.chat, draft.message.key->bytes), message);
  if (!draft.from_me || kind_of_chat(draft.chat) != "one to one") return;
  base::Receipt receipt;
  set_receipt_times(receipt, row);
  if (!holds_receipt(receipt)) return;
  receipt.message = message;
  receipt.recipient = parties_.by_handle(draft.chat, position);
  old_receipts_.emplace_back(std::move(receipt), position);
}

// Quotes are whole copies of messages. One that no message names any more is what is left of a message.
void Store::read_old_quotes() {
  auto named = tables_.integers("messages", "quoted_row_id");
  tables_.read("messages_quotes", kOldColumns, [&](EvidenceRow& row) {
    if (!std::binary_search(named.begin(), named.end(), row.key())) {
      auto fate = take_old_message(row, "messages_quotes");
      if (fate.excluded.empty())
        tables_.anomaly("message_missing", tables_.row("messages_quotes", row.rowid()),
                        "a quote that no message names");
      return fate;
    }
    auto text = row.text("data");
    old_quotes_.emplace(row.key(), std::pair(row.text("key_id"), text ? text : row.text("media_caption")));
    return excluded("part_of_a_message");
  });
}

// Receipts of before 2022, after those of `receipt_user`, into which they were copied.
void Store::read_old_receipts() {
  for (auto& [receipt, position] : old_receipts_)
    if (!receipted_.contains({*receipt.message, *receipt.recipient})) tables_.emit(receipt, position);
  tables_.read("receipts", kReceiptColumns, [&](EvidenceRow& row) {
    auto chat = row.bytes("key_remote_jid").value_or("");
    auto position = tables_.row("receipts", row.rowid());
    base::Receipt receipt;
    set_receipt_times(receipt, row);
    if (auto known = by_key_.find({chat, row.bytes("key_id").value_or("")}); known != by_key_.end())
      receipt.message = known->second;
    else
      receipt.message_missing = true;
    receipt.recipient = parties_.by_handle(row.bytes("remote_resource").value_or(chat), position);
    if (receipt.message && receipted_.contains({*receipt.message, *receipt.recipient}))
      return excluded("same_in_receipt_user");
    tables_.emit(receipt, position);
    return kEmitted;
  });
}

}  // namespace parse::whatsapp
