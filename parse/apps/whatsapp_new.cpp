// SPDX-License-Identifier: Apache-2.0
// Schema of 2022 and later: table `message`.
#include <algorithm>
#include <array>

#include "parse/apps/whatsapp_store.h"
#include "parse/apps/whatsapp_words.h"

namespace parse::whatsapp {
namespace {

constexpr std::array<std::string_view, 12> kMessageColumns{
    "_id",       "chat_row_id",        "from_me",      "key_id",    "sender_jid_row_id", "status",
    "timestamp", "received_timestamp", "message_type", "text_data", "starred",           "origination_flags"};

std::vector<std::int64_t> all_keys(EvidenceTables& tables) {
  auto keys = tables.keys("message");
  auto old = tables.keys("messages");
  keys.insert(keys.end(), old.begin(), old.end());
  std::sort(keys.begin(), keys.end());
  return keys;
}

// More than the sentinel, whose id is 1.
bool has_rows(EvidenceTables& tables, std::string_view table) {
  auto keys = tables.keys(table);
  return !keys.empty() && (keys.front() != 1 || keys.back() != 1);
}

constexpr std::int64_t kForwardedFlag = 1;  // of origination_flags

}  // namespace

bool is_sentinel(std::optional<std::int64_t> status, const std::optional<std::string>& key, bool has_chat) {
  return status == -1 || (key == "-1" && !has_chat);
}

Store::Store(EvidenceTables& tables, Parties& parties)
    : tables_(tables),
      parties_(parties),
      keys_(all_keys(tables)),
      media_keys_(tables.integers("message_media", "message_row_id")),
      place_keys_(tables.integers("message_location", "message_row_id")),
      both_schemas_(has_rows(tables, "message") && has_rows(tables, "messages")),
      extras_(tables, keys_) {}

void Store::read() {
  parties_.read_handles();
  parties_.read_conversations();
  extras_.read();
  read_messages();
  read_old_quotes();
  read_old_messages();
  emit_orphans();
  read_media();
  read_locations();
  read_receipts();
  read_old_receipts();
  read_reactions();
  read_changes();
  read_calls();
}

void Store::read_messages() {
  tables_.read("message", kMessageColumns,
               [&](EvidenceRow& row) { return take_message(row) ? kEmitted : excluded("sentinel_row"); });
}

bool Store::take_message(EvidenceRow& row) {
  Draft draft;
  draft.id = row.key();
  base::Message& message = draft.message;
  auto chat_row = row.integer("chat_row_id");
  auto sender_row = row.integer("sender_jid_row_id");
  auto type = row.integer("message_type");
  auto status = row.spare_integer("status");
  draft.from_me = row.integer("from_me").value_or(0) != 0;
  message.time = unix_ms(row.integer("timestamp"));
  message.received = unix_ms(row.spare_integer("received_timestamp"));
  if (is_sentinel(status, row.bytes("key_id"), chat_row && *chat_row > 0)) return false;
  message.app = word("whatsapp");
  message.key = row.text("key_id");
  message.text = row.text("text_data");
  message.starred = row.spare_flag("starred");
  if (auto flags = row.spare_integer("origination_flags"); flags && (*flags & kForwardedFlag))
    message.forwarded = true;
  message.kind_code = type;
  if (type) message.kind = word(kind_of_message(*type));
  bool event = message.kind && message.kind->value == "event";
  message.direction = word(event ? "none" : draft.from_me ? "outgoing" : "incoming");
  message.status_code = status;
  if (auto state = status ? status_of(*status, draft.from_me) : ""; !event && !state.empty())
    message.status = word(state);

  auto position = tables_.row("message", row.rowid());
  if (chat_row) {
    const auto& chat = parties_.chat_of_row(*chat_row, position);
    message.conversation = chat.conversation;
    draft.chat = chat.jid;
  }
  bool one_to_one = kind_of_chat(draft.chat) == "one to one";
  if (draft.from_me && !event)
    message.sender = parties_.own();
  else if (one_to_one && !event)
    message.sender = parties_.by_handle(draft.chat, position);
  else
    message.sender = parties_.by_row(sender_row, position);
  extras_.complete(message, draft.id, parties_, position);
  remember(draft, tables_.emit(message, position));
  return true;
}

void Store::remember(const Draft& draft, const base::RecordId& record) {
  records_.emplace(draft.id, record);
  if (!both_schemas_ || !draft.message.key) return;
  migrated_.try_emplace({parties_.settled(draft.chat), draft.message.key->bytes},
                        draft.message.time ? draft.message.time->raw : "",
                        draft.message.text ? draft.message.text->bytes : "");
}

// Remains of a message whose row is gone: at the first row that holds some of them.
void Store::emit_orphans() {
  for (auto id : extras_.orphans()) {
    const auto& position = extras_.position_of_orphan(id);
    base::Message message;
    message.app = word("whatsapp");
    extras_.complete(message, id, parties_, position);
    records_.emplace(id, tables_.emit(message, position));
  }
}

base::OptionalRecord Store::message_of(std::optional<std::int64_t> id) const {
  auto known = id ? records_.find(*id) : records_.end();
  return known == records_.end() ? std::nullopt : std::optional(known->second);
}

bool Store::is_there(std::optional<std::int64_t> id) const {
  return id && std::binary_search(keys_.begin(), keys_.end(), *id);
}

}  // namespace parse::whatsapp
