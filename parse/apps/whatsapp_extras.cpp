// SPDX-License-Identifier: Apache-2.0
// Tables and columns: DDL of WhatsApp for Android, read from the database in ElDavoo/wa-crypt-tools
// tests/res.
#include "parse/apps/whatsapp_extras.h"

#include <algorithm>
#include <array>

#include "parse/apps/whatsapp_words.h"

namespace parse::whatsapp {
namespace {

constexpr std::string_view kMessageRow = "message_row_id";
using Two = std::array<std::string_view, 2>;
using Three = std::array<std::string_view, 3>;

constexpr Three kQuoted{kMessageRow, "key_id", "text_data"};
constexpr Two kForwarded{kMessageRow, "forward_score"};
constexpr Two kSystem{kMessageRow, "action_type"};
constexpr Two kEventPeople{kMessageRow, "user_jid_row_id"};
constexpr Three kNumberChange{kMessageRow, "old_jid_row_id", "new_jid_row_id"};
constexpr Two kValueChange{kMessageRow, "old_data"};
constexpr Two kBlock{kMessageRow, "is_blocked"};
constexpr Two kCard{kMessageRow, "vcard"};
constexpr Three kTemplate{kMessageRow, "content_text_data", "footer_text_data"};
constexpr Three kPollOption{kMessageRow, "option_name", "vote_total"};
constexpr std::array<std::string_view, 4> kPayment{kMessageRow, "sender_jid_row_id", "receiver_jid_row_id",
                                                   "amount_with_symbol"};
constexpr Three kInvite{kMessageRow, "admin_jid_row_id", "group_name"};

void append_line(std::string& lines, const std::optional<std::string>& line) {
  if (!line) return;
  if (!lines.empty()) lines += '\n';
  lines += *line;
}

void append_person(Extra& extra, std::optional<std::int64_t> jid_row) {
  if (jid_row) extra.people.push_back(*jid_row);
}

}  // namespace

void Extras::read() {
  read_events();
  read_contents();
}

bool Extras::is_there(std::int64_t id) const {
  return std::binary_search(messages_.begin(), messages_.end(), id);
}

void Extras::read_table(std::string_view table, Columns columns, OfGoneMessages gone, const Filler& fill) {
  tables_.read(table, columns, [&](EvidenceRow& row) {
    auto id = row.integer(kMessageRow);
    bool there = id && is_there(*id);
    if (!there && (gone == OfGoneMessages::leave || !id)) return excluded("its_message_is_gone");
    Extra& extra = extras_[*id];
    fill(row, extra);  // reads all that can be bad before it keeps anything
    if (there || extra.orphaned) return excluded("part_of_a_message");
    extra.orphaned = tables_.row(table, row.rowid());
    tables_.anomaly("message_missing", *extra.orphaned, "what is left of a message whose row is gone");
    return kEmitted;
  });
}

void Extras::read_events() {
  using enum OfGoneMessages;
  read_table("message_forwarded", kForwarded, leave, [](EvidenceRow& row, Extra& extra) {
    extra.forwarded = true;
    extra.forward_score = row.spare_integer("forward_score");
  });
  read_table("message_system", kSystem, leave,
             [](EvidenceRow& row, Extra& extra) { extra.action = row.integer("action_type"); });
  read_table("message_system_chat_participant", kEventPeople, leave,
             [](EvidenceRow& row, Extra& extra) { append_person(extra, row.integer("user_jid_row_id")); });
  read_table("message_system_number_change", kNumberChange, keep, [](EvidenceRow& row, Extra& extra) {
    auto new_number = row.integer("new_jid_row_id");
    append_person(extra, row.integer("old_jid_row_id"));
    append_person(extra, new_number);
  });
  read_table("message_system_value_change", kValueChange, keep,
             [](EvidenceRow& row, Extra& extra) { extra.value = row.text("old_data"); });
  read_table("message_system_block_contact", kBlock, leave, [](EvidenceRow& row, Extra& extra) {
    if (auto blocked = row.spare_flag("is_blocked"))
      extra.event = *blocked ? "contact blocked" : "contact unblocked";
  });
}

void Extras::read_contents() {
  using enum OfGoneMessages;
  read_table("message_quoted", kQuoted, keep, [](EvidenceRow& row, Extra& extra) {
    extra.quoted_key = row.text("key_id");
    extra.quoted_text = row.text("text_data");
  });
  read_table("message_vcard", kCard, keep,
             [](EvidenceRow& row, Extra& extra) { append_line(extra.words, row.bytes("vcard")); });
  read_table("message_template", kTemplate, keep, [](EvidenceRow& row, Extra& extra) {
    append_line(extra.words, row.bytes("content_text_data"));
    append_line(extra.words, row.bytes("footer_text_data"));
  });
  read_table("message_poll_option", kPollOption, keep, [](EvidenceRow& row, Extra& extra) {
    std::string options = extra.value ? std::move(extra.value->bytes) : "";
    append_line(options, row.bytes("option_name"));
    if (auto votes = row.spare_integer("vote_total")) options += "\t" + std::to_string(*votes);
    extra.value = base::Text{options};
    extra.event = "poll";
  });
  read_table("message_payment", kPayment, keep, [](EvidenceRow& row, Extra& extra) {
    auto receiver = row.integer("receiver_jid_row_id");
    append_person(extra, row.integer("sender_jid_row_id"));
    append_person(extra, receiver);
    extra.value = row.text("amount_with_symbol");
    extra.event = extra.kind = "payment";
  });
  read_table("message_group_invite", kInvite, keep, [](EvidenceRow& row, Extra& extra) {
    append_person(extra, row.integer("admin_jid_row_id"));
    extra.value = row.text("group_name");
    extra.event = "group invite";
  });
}

void Extras::complete(base::Message& message, std::int64_t id, Parties& parties,
                      const base::Position& position) const {
  auto known = extras_.find(id);
  if (known == extras_.end()) return;
  const Extra& extra = known->second;
  if (extra.quoted_key) message.quoted_key = extra.quoted_key;
  if (extra.quoted_text) message.quoted_text = extra.quoted_text;
  if (extra.forwarded) message.forwarded = true;
  if (extra.forward_score) message.forward_score = extra.forward_score;
  if (extra.action) message.event_code = extra.action;
  auto event = extra.event.empty() && extra.action ? event_of(*extra.action) : extra.event;
  if (!event.empty()) message.event = word(event);
  if (extra.value) message.event_value = extra.value;
  if (!extra.kind.empty()) message.kind = word(extra.kind);
  for (auto person : extra.people)
    if (auto party = parties.by_row(person, position)) message.event_participants.push_back(*party);
  if (extra.words.empty()) return;
  std::string words = message.text ? message.text->bytes : "";
  append_line(words, extra.words);
  message.text = base::Text{words};
}

std::vector<std::int64_t> Extras::orphans() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, extra] : extras_)
    if (extra.orphaned) ids.push_back(id);
  return ids;
}

}  // namespace parse::whatsapp
