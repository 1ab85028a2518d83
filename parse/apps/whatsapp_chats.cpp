// SPDX-License-Identifier: Apache-2.0
// Conversations and members of one msgstore.db.
#include <array>

#include "parse/apps/whatsapp_parties.h"
#include "parse/apps/whatsapp_words.h"

namespace parse::whatsapp {
namespace {

constexpr std::array<std::string_view, 4> kMemberColumns{"group_jid_row_id", "user_jid_row_id", "rank",
                                                         "pending"};
constexpr std::array<std::string_view, 4> kOldMemberColumns{"gjid", "jid", "admin", "pending"};
constexpr std::array<std::string_view, 6> kChatColumns{"_id",     "jid_row_id", "hidden",
                                                       "subject", "archived",   "created_timestamp"};
constexpr std::array<std::string_view, 6> kChatListColumns{"_id",     "key_remote_jid", "hidden",
                                                           "subject", "archived",       "creation"};

base::Conversation settings_of(EvidenceRow& row, std::string_view created) {
  base::Conversation conversation;
  conversation.subject = row.text("subject");
  conversation.created = unix_ms(row.spare_integer(created));
  conversation.archived = row.spare_flag("archived");
  conversation.hidden = row.spare_flag("hidden");
  return conversation;
}

}  // namespace

void Parties::read_conversations() {
  read_members_by_row("group_participant_user", std::nullopt);
  read_members_by_row("group_past_participant_user", false);
  read_members_by_handle();
  read_chats();
  read_chat_list();
  emit_members();
}

void Parties::read_members_by_row(std::string_view table, std::optional<bool> active) {
  tables_.read(table, kMemberColumns, [&](EvidenceRow& row) {
    auto group_row = row.integer("group_jid_row_id");
    auto user_row = row.integer("user_jid_row_id");
    auto rank = row.spare_integer("rank");
    auto position = tables_.row(table, row.rowid());
    const auto* group = handle_of_row(group_row.value_or(0), position);
    auto member = by_row(user_row, position);
    if (!group && !member) return excluded("its_handles_are_gone");
    if (group && member && !active) memberships_.emplace(*group, *member);
    add_member({std::string(table), row.rowid(), group ? *group : "", member, rank, active});
    return kEmitted;
  });
}

// The table of before 2022. Where rows were copied to the new one, both are there.
void Parties::read_members_by_handle() {
  tables_.read("group_participants", kOldMemberColumns, [&](EvidenceRow& row) {
    auto rank = row.spare_integer("admin");
    auto group = row.bytes("gjid").value_or("");
    auto member = by_handle(row.bytes("jid").value_or(""), tables_.row("group_participants", row.rowid()));
    if (!memberships_.emplace(group, member).second) return excluded("same_in_group_participant_user");
    add_member({"group_participants", row.rowid(), group, member, rank, std::nullopt});
    return kEmitted;
  });
}

void Parties::add_member(Member member) {
  if (member.participant && member.active.value_or(true))
    members_by_group_[member.group].push_back(*member.participant);
  members_.push_back(std::move(member));
}

void Parties::read_chats() {
  tables_.read("chat", kChatColumns, [&](EvidenceRow& row) {
    auto jid_row = row.integer("jid_row_id");
    auto position = tables_.row("chat", row.rowid());
    const auto* jid = handle_of_row(jid_row.value_or(0), position);
    auto conversation = settings_of(row, "created_timestamp");
    std::string handle = jid ? *jid : "";
    chats_.emplace(row.key(), Chat{emit_conversation(std::move(conversation), handle, position, 0), handle});
    return kEmitted;
  });
}

void Parties::read_chat_list() {
  tables_.read("chat_list", kChatListColumns, [&](EvidenceRow& row) {
    auto jid = row.bytes("key_remote_jid").value_or("");
    if (conversations_.contains(jid)) return excluded("same_in_chat");
    emit_conversation(settings_of(row, "creation"), jid, tables_.row("chat_list", row.rowid()), 0);
    return kEmitted;
  });
}

base::RecordId Parties::emit_conversation(base::Conversation conversation, const std::string& jid,
                                          base::Position position, std::uint32_t ordinal) {
  conversation.app = word("whatsapp");
  conversation.kind = word(kind_of_chat(jid));
  if (!jid.empty()) conversation.identifier = base::Text{jid};
  if (conversation.kind->value == "one to one") conversation.participants.push_back(by_handle(jid, position));
  if (auto members = members_by_group_.find(jid); !jid.empty() && members != members_by_group_.end())
    conversation.participants = members->second;
  auto id = tables_.emit(conversation, std::move(position), ordinal);
  if (!jid.empty()) conversations_.emplace(jid, id);
  return id;
}

void Parties::emit_members() {
  for (const auto& member : members_) {
    auto position = tables_.row(member.table, member.rowid);
    base::Membership membership;
    if (!member.group.empty()) membership.conversation = conversation_of(member.group, position);
    membership.participant = member.participant;
    if (member.rank) membership.rank = word(rank_of(*member.rank));
    membership.active = member.active;
    tables_.emit(membership, position);
  }
}

const Parties::Chat& Parties::chat_of_row(std::int64_t chat_row, const base::Position& naming_row) {
  if (auto known = chats_.find(chat_row); known != chats_.end()) return known->second;
  tables_.anomaly("chat_missing", naming_row, "chat has no row " + std::to_string(chat_row));
  auto id = emit_conversation({}, "", naming_row, next_ordinal(naming_row));
  return chats_.emplace(chat_row, Chat{id, ""}).first->second;
}

base::RecordId Parties::conversation_of(const std::string& jid, const base::Position& naming_row) {
  if (auto known = conversations_.find(jid); known != conversations_.end()) return known->second;
  return emit_conversation({}, jid, naming_row, next_ordinal(naming_row));
}

base::OptionalRecord Parties::group_of_row(std::optional<std::int64_t> jid_row,
                                           const base::Position& naming_row) {
  if (!jid_row || *jid_row <= 0) return std::nullopt;
  const auto* jid = handle_of_row(*jid_row, naming_row);
  return jid ? std::optional(conversation_of(*jid, naming_row)) : std::nullopt;
}

}  // namespace parse::whatsapp
