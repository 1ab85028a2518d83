// SPDX-License-Identifier: Apache-2.0
// Who and where in one msgstore.db: handles (table `jid`, map `jid_map`), participants, conversations and the
// lists of members. Nothing here joins: an id that leads nowhere is named once and its rows still come out.
// Not for use by two threads.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "parse/apps/evidence_table.h"

namespace parse::whatsapp {

// What files beside the database say of the account on the device.
struct Owner {
  std::optional<std::string> number;  // digits
};

using NamesByHandle = std::map<std::string, std::string>;  // jid to the name in the address book

class Parties {
 public:
  Parties(EvidenceTables& tables, Owner owner, const NamesByHandle& names)
      : tables_(tables), owner_(std::move(owner)), names_(names) {}
  // Reads `jid`, `jid_map` and `lid_display_name`, and emits a participant for every handle of a person.
  void read_handles();
  // Reads `group_participant_user`, `group_participants`, `chat` and `chat_list`; emits conversations and
  // memberships.
  void read_conversations();

  base::RecordId own();
  // The participant behind an id of `jid`; nothing for NULL, 0 and below, which the app stores for "nobody".
  base::OptionalRecord by_row(std::optional<std::int64_t> jid_row, const base::Position& naming_row);
  // The participant of a handle; the empty handle is the account itself.
  base::RecordId by_handle(const std::string& jid, const base::Position& naming_row);
  // The participant of a handle, where a record of it has been made.
  base::OptionalRecord find(const std::string& jid) const;

  // Conversation and its handle by the id in `chat`. The handle is empty where no row leads to it.
  struct Chat {
    base::RecordId conversation;
    std::string jid;
  };
  const Chat& chat_of_row(std::int64_t chat_row, const base::Position& naming_row);
  base::RecordId conversation_of(const std::string& jid, const base::Position& naming_row);
  // The conversation of a group by its id in `jid`; nothing for NULL, 0 and below.
  base::OptionalRecord group_of_row(std::optional<std::int64_t> jid_row, const base::Position& naming_row);

  // The handle by its id in `jid`; empty where there is none.
  std::string handle_of(std::optional<std::int64_t> jid_row) const;
  // The handle that stands for this one in comparisons: its phone jid where the app's map gives one.
  std::string settled(const std::string& jid) const;

 private:
  struct Member {
    std::string table;
    std::int64_t rowid;
    std::string group;  // empty where its handle is gone
    base::OptionalRecord participant;
    std::optional<std::int64_t> rank;
    std::optional<bool> active;
  };

  void read_map();
  void read_lid_names();
  bool is_own(const std::string& jid) const;
  void emit_people();
  base::Participant describe(const std::string& jid) const;
  base::OptionalText name_of(const std::string& jid) const;
  const std::string* handle_of_row(std::int64_t jid_row, const base::Position& naming_row);

  void read_members_by_row(std::string_view table, std::optional<bool> active);
  void read_members_by_handle();
  void add_member(Member member);
  void read_chats();
  void read_chat_list();
  void emit_members();
  base::RecordId emit_conversation(base::Conversation conversation, const std::string& jid,
                                   base::Position position, std::uint32_t ordinal);
  std::uint32_t next_ordinal(const base::Position& position) { return ++ordinals_[position]; }

  EvidenceTables& tables_;
  Owner owner_;
  const NamesByHandle& names_;
  std::map<std::int64_t, std::string> handles_;               // by id in `jid`
  std::vector<std::pair<std::int64_t, std::string>> people_;  // rowid in `jid`, handle
  std::map<std::string, std::string> mapped_;                 // lid to jid and jid to lid
  std::map<std::string, std::string> lid_names_;
  std::map<std::string, base::RecordId> participants_;
  std::map<std::int64_t, base::RecordId> unknown_;  // by an id of `jid` that has no row
  std::optional<base::RecordId> own_;
  std::map<std::int64_t, Chat> chats_;
  std::map<std::string, base::RecordId> conversations_;
  std::vector<Member> members_;
  std::map<std::string, base::RecordList> members_by_group_;  // those who are not marked as gone
  std::set<std::pair<std::string, base::RecordId>> memberships_;
  std::map<base::Position, std::uint32_t> ordinals_;
};

}  // namespace parse::whatsapp
