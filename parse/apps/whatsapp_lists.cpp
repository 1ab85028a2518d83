// SPDX-License-Identifier: Apache-2.0
// Tables whose rows are records of their own: files, places, receipts, reactions, changes, calls.
#include <algorithm>
#include <array>
#include <charconv>

#include "parse/apps/whatsapp_store.h"
#include "parse/apps/whatsapp_words.h"

namespace parse::whatsapp {
namespace {

constexpr std::array<std::string_view, 12> kMediaColumns{
    "message_row_id", "file_path", "media_name",  "mime_type",      "file_length", "file_size",
    "file_hash",      "width",     "message_url", "media_duration", "height",      "media_caption"};
constexpr std::array<std::string_view, 5> kLocationColumns{"message_row_id", "latitude", "longitude",
                                                           "place_name", "place_address"};
constexpr std::array<std::string_view, 5> kReceiptColumns{
    "message_row_id", "receipt_user_jid_row_id", "receipt_timestamp", "read_timestamp", "played_timestamp"};
constexpr std::array<std::string_view, 3> kReactionColumns{"message_add_on_row_id", "reaction",
                                                           "sender_timestamp"};
constexpr std::array<std::string_view, 7> kAddOnColumns{
    "_id",       "chat_row_id",        "from_me", "sender_jid_row_id", "parent_message_row_id",
    "timestamp", "message_add_on_type"};
constexpr std::array<std::string_view, 4> kRevokedColumns{"message_row_id", "revoked_key_id",
                                                          "admin_jid_row_id", "revoke_timestamp"};
constexpr std::array<std::string_view, 4> kEditColumns{"message_row_id", "original_key_id",
                                                       "edited_timestamp", "sender_timestamp"};
constexpr std::array<std::string_view, 8> kCallColumns{"jid_row_id",  "from_me",         "call_id",
                                                       "timestamp",   "video_call",      "duration",
                                                       "call_result", "group_jid_row_id"};
constexpr std::int64_t kReactionType = 56;

}  // namespace

base::Text decimal_text(double degrees) {
  // The longest finite double has 309 digits before the point; the shortest form that reads back adds few.
  std::array<char, 1100> digits;
  auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), degrees, std::chars_format::fixed);
  return base::Text{std::string(digits.data(), end)};
}

base::OptionalInteger positive(std::optional<std::int64_t> value) {
  return value && *value > 0 ? value : std::nullopt;
}

void Store::read_media() {
  tables_.read("message_media", kMediaColumns, [&](EvidenceRow& row) {
    base::Media media;
    media.message = message_of(row.integer("message_row_id"));
    media.path = row.text("file_path");
    media.name = row.text("media_name");
    media.mime = row.text("mime_type");
    media.size = positive(row.spare_integer("file_length"));
    if (!media.size) media.size = positive(row.spare_integer("file_size"));
    media.sha256_stated = row.text("file_hash");
    media.caption = row.text("media_caption");
    media.url = row.text("message_url");
    media.duration_s = positive(row.spare_integer("media_duration"));
    media.width = positive(row.spare_integer("width"));
    media.height = positive(row.spare_integer("height"));
    tables_.emit(media, tables_.row("message_media", row.rowid()));
    return kEmitted;
  });
}

void Store::read_locations() {
  tables_.read("message_location", kLocationColumns, [&](EvidenceRow& row) {
    base::MessageLocation place;
    place.message = message_of(row.integer("message_row_id"));
    if (auto latitude = row.spare_real("latitude")) place.latitude = decimal_text(*latitude);
    if (auto longitude = row.spare_real("longitude")) place.longitude = decimal_text(*longitude);
    place.name = row.text("place_name");
    place.address = row.text("place_address");
    tables_.emit(place, tables_.row("message_location", row.rowid()));
    return kEmitted;
  });
}

void Store::read_receipts() {
  bool old_ones = !old_receipts_.empty() || tables_.has("receipts");
  tables_.read("receipt_user", kReceiptColumns, [&](EvidenceRow& row) {
    auto id = row.integer("message_row_id");
    auto recipient = row.integer("receipt_user_jid_row_id");
    auto position = tables_.row("receipt_user", row.rowid());
    base::Receipt receipt;
    receipt.message_row = id;
    receipt.message = message_of(id);
    if (id && !is_there(id)) receipt.message_missing = true;
    receipt.delivered = unix_ms(row.spare_integer("receipt_timestamp"));
    receipt.read = unix_ms(row.spare_integer("read_timestamp"));
    receipt.played = unix_ms(row.spare_integer("played_timestamp"));
    receipt.recipient = parties_.by_row(recipient, position);
    if (old_ones && receipt.message && receipt.recipient)
      receipted_.emplace(*receipt.message, *receipt.recipient);
    tables_.emit(receipt, position);
    return kEmitted;
  });
}

// A reaction has a row in `message_add_on`, and its sign in `message_add_on_reaction`. Either may be left
// alone.
void Store::read_reactions() {
  std::map<std::int64_t, base::Reaction> signs;
  auto add_ons = tables_.keys("message_add_on");
  tables_.read("message_add_on_reaction", kReactionColumns, [&](EvidenceRow& row) {
    auto id = row.integer("message_add_on_row_id");
    base::Reaction reaction;
    reaction.text = row.text("reaction");
    reaction.time = unix_ms(row.spare_integer("sender_timestamp"));
    if (id && std::binary_search(add_ons.begin(), add_ons.end(), *id)) {
      signs.emplace(*id, std::move(reaction));
      return excluded("part_of_a_reaction");
    }
    tables_.emit(reaction, tables_.row("message_add_on_reaction", row.rowid()));
    return kEmitted;
  });
  tables_.read("message_add_on", kAddOnColumns, [&](EvidenceRow& row) {
    auto chat_row = row.integer("chat_row_id");
    auto sender_row = row.integer("sender_jid_row_id");
    bool from_me = row.integer("from_me").value_or(0) != 0;
    auto sign = signs.find(row.key());
    if (sign == signs.end() && row.spare_integer("message_add_on_type") != kReactionType)
      return excluded("no_reaction");
    auto position = tables_.row("message_add_on", row.rowid());
    base::Reaction reaction = sign == signs.end() ? base::Reaction() : sign->second;
    reaction.message = message_of(row.integer("parent_message_row_id"));
    if (!reaction.time) reaction.time = unix_ms(row.spare_integer("timestamp"));
    reaction.sender = from_me ? std::optional(parties_.own()) : parties_.by_row(sender_row, position);
    if (!reaction.sender && chat_row)
      if (const auto& chat = parties_.chat_of_row(*chat_row, position);
          kind_of_chat(chat.jid) == "one to one")
        reaction.sender = parties_.by_handle(chat.jid, position);
    tables_.emit(reaction, position);
    return kEmitted;
  });
}

void Store::read_changes() {
  tables_.read("message_revoked", kRevokedColumns, [&](EvidenceRow& row) {
    auto position = tables_.row("message_revoked", row.rowid());
    base::MessageChange change;
    change.message = message_of(row.integer("message_row_id"));
    change.by = parties_.by_row(row.spare_integer("admin_jid_row_id"), position);
    change.change = word(change.by ? "revoked by admin" : "revoked");
    change.message_key = row.text("revoked_key_id");
    change.time = unix_ms(row.spare_integer("revoke_timestamp"));
    tables_.emit(change, position);
    return kEmitted;
  });
  tables_.read("message_edit_info", kEditColumns, [&](EvidenceRow& row) {
    base::MessageChange change;
    change.message = message_of(row.integer("message_row_id"));
    change.change = word("edited");
    change.message_key = row.text("original_key_id");
    change.time = unix_ms(row.spare_integer("edited_timestamp"));
    if (!change.time) change.time = unix_ms(row.spare_integer("sender_timestamp"));
    tables_.emit(change, tables_.row("message_edit_info", row.rowid()));
    return kEmitted;
  });
}

void Store::read_calls() {
  tables_.read("call_log", kCallColumns, [&](EvidenceRow& row) {
    auto other = row.integer("jid_row_id");
    auto group = row.integer("group_jid_row_id");
    auto from_me = row.integer("from_me");
    auto position = tables_.row("call_log", row.rowid());
    base::Call call;
    call.app = word("whatsapp");
    call.time = unix_ms(row.integer("timestamp"));
    call.key = row.text("call_id");
    if (from_me) call.direction = word(*from_me != 0 ? "outgoing" : "incoming");
    if (auto video = row.spare_flag("video_call")) call.kind = word(*video ? "video" : "voice");
    call.duration_s = row.spare_integer("duration");
    call.result_code = row.spare_integer("call_result");
    if (call.result_code) call.result = word(call_result_of(*call.result_code));
    if (kind_of_chat(parties_.handle_of(other)) == "group")
      call.conversation = parties_.group_of_row(other, position);
    else
      call.participant = parties_.by_row(other, position);
    if (!call.conversation) call.conversation = parties_.group_of_row(group, position);
    tables_.emit(call, position);
    return kEmitted;
  });
}

}  // namespace parse::whatsapp
