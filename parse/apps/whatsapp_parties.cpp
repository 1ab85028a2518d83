// SPDX-License-Identifier: Apache-2.0
#include "parse/apps/whatsapp_parties.h"

#include <array>

#include "parse/apps/whatsapp_words.h"

namespace parse::whatsapp {
namespace {

constexpr std::array<std::string_view, 5> kJidColumns{"_id", "user", "server", "device", "raw_string"};
constexpr std::array<std::string_view, 2> kMapColumns{"lid_row_id", "jid_row_id"};
constexpr std::array<std::string_view, 3> kLidNameColumns{"lid_row_id", "display_name", "username"};

// `raw_string` came later than `user` and `server`.
std::string handle_in(const EvidenceRow& row) {
  if (auto raw = row.bytes("raw_string")) return *raw;
  auto user = row.bytes("user").value_or("");
  auto server = row.bytes("server").value_or("");
  return user.empty() && server.empty() ? "" : user + "@" + server;
}

bool is_person(const std::string& jid) {
  auto server = server_of(jid);
  return !server.empty() && server != "g.us" && server != "broadcast" && server != "newsletter";
}

}  // namespace

void Parties::read_handles() {
  std::set<std::string> seen;
  tables_.read("jid", kJidColumns, [&](EvidenceRow& row) {
    auto device = row.spare_integer("device");
    std::string jid = handle_in(row);
    handles_.emplace(row.key(), jid);
    if (jid.empty()) return excluded("own_account");
    if (!seen.insert(jid).second) return excluded("same_handle_as_another_row");
    if (!is_person(jid)) return excluded("handle_of_a_conversation");
    if (device.value_or(0) != 0 || is_device(jid)) return excluded("handle_of_a_device");
    if (is_own(jid)) return excluded("own_account");
    people_.emplace_back(row.rowid(), jid);
    return kEmitted;
  });
  read_map();
  read_lid_names();
  emit_people();
}

void Parties::read_map() {
  tables_.read("jid_map", kMapColumns, [&](EvidenceRow& row) {
    auto lid = handles_.find(row.integer("lid_row_id").value_or(0));
    auto jid = handles_.find(row.integer("jid_row_id").value_or(0));
    if (lid == handles_.end() || jid == handles_.end()) {
      tables_.anomaly("jid_missing", tables_.row("jid_map", row.rowid()),
                      "one side of the map has no row in jid");
      return excluded("its_handle_is_gone");
    }
    mapped_.emplace(lid->second, jid->second);
    mapped_.emplace(jid->second, lid->second);
    return excluded("part_of_a_participant");
  });
}

void Parties::read_lid_names() {
  tables_.read("lid_display_name", kLidNameColumns, [&](EvidenceRow& row) {
    auto lid = handles_.find(row.integer("lid_row_id").value_or(0));
    auto name = row.bytes("display_name");
    if (lid == handles_.end()) return excluded("its_handle_is_gone");
    if (name) lid_names_.emplace(lid->second, *name);
    return excluded("part_of_a_participant");
  });
}

// The lid of the account itself shows only through the map, so people are told apart after it was read: a row
// counted as a person's may turn out to be the account's, and its record is then the account's.
void Parties::emit_people() {
  for (const auto& [rowid, jid] : people_) {
    if (is_own(jid))
      participants_.emplace(jid, own());
    else
      participants_.emplace(jid, tables_.emit(describe(jid), tables_.row("jid", rowid)));
  }
}

bool Parties::is_own(const std::string& jid) const {
  if (!owner_.number) return false;
  auto mapped = mapped_.find(jid);
  return number_of_jid(jid) == owner_.number ||
         (mapped != mapped_.end() && number_of_jid(mapped->second) == owner_.number);
}

base::Participant Parties::describe(const std::string& jid) const {
  base::Participant participant;
  participant.app = word("whatsapp");
  participant.identifier = base::Text{jid};
  participant.identifier_kind = word(kind_of_jid(jid));
  participant.name = name_of(jid);
  auto number = number_of_jid(jid);
  if (auto mapped = mapped_.find(jid); mapped != mapped_.end()) {
    participant.mapped_identifier = base::Text{mapped->second};
    if (!number) number = number_of_jid(mapped->second);
  }
  if (number) participant.number = base::Text{*number};
  return participant;
}

// The address book first, by the handle or by the one it maps to; then the name that the app keeps for a lid.
base::OptionalText Parties::name_of(const std::string& jid) const {
  if (auto name = names_.find(jid); name != names_.end()) return base::Text{name->second};
  if (auto name = names_.find(settled(jid)); name != names_.end()) return base::Text{name->second};
  if (auto name = lid_names_.find(jid); name != lid_names_.end()) return base::Text{name->second};
  return std::nullopt;
}

std::string Parties::settled(const std::string& jid) const {
  if (kind_of_jid(jid) != "lid") return jid;
  auto mapped = mapped_.find(jid);
  return mapped == mapped_.end() ? jid : mapped->second;
}

base::RecordId Parties::own() {
  if (!own_) {
    base::Participant participant;
    participant.app = word("whatsapp");
    participant.identifier_kind = word("own");
    participant.own = true;
    if (owner_.number) {
      participant.identifier = base::Text{*owner_.number + "@s.whatsapp.net"};
      participant.number = base::Text{*owner_.number};
      if (auto lid = mapped_.find(participant.identifier->bytes); lid != mapped_.end())
        participant.mapped_identifier = base::Text{lid->second};
    }
    own_ = tables_.emit(participant, base::Whole{});
  }
  return *own_;
}

base::OptionalRecord Parties::find(const std::string& jid) const {
  auto known = participants_.find(jid);
  return known == participants_.end() ? std::nullopt : std::optional(known->second);
}

base::RecordId Parties::by_handle(const std::string& jid, const base::Position& naming_row) {
  if (auto known = find(jid)) return *known;
  bool own_account = jid.empty() || is_own(jid);
  auto id = own_account ? own() : tables_.emit(describe(jid), naming_row, next_ordinal(naming_row));
  participants_.emplace(jid, id);
  return id;
}

std::string Parties::handle_of(std::optional<std::int64_t> jid_row) const {
  auto known = handles_.find(jid_row.value_or(0));
  return known == handles_.end() ? "" : known->second;
}

const std::string* Parties::handle_of_row(std::int64_t jid_row, const base::Position& naming_row) {
  if (auto known = handles_.find(jid_row); known != handles_.end()) return &known->second;
  if (!unknown_.contains(jid_row)) {
    tables_.anomaly("jid_missing", naming_row, "jid has no row " + std::to_string(jid_row));
    unknown_.emplace(jid_row, base::RecordId());
  }
  return nullptr;
}

base::OptionalRecord Parties::by_row(std::optional<std::int64_t> jid_row, const base::Position& naming_row) {
  if (!jid_row || *jid_row <= 0) return std::nullopt;
  if (const auto* jid = handle_of_row(*jid_row, naming_row)) return by_handle(*jid, naming_row);
  base::RecordId& known = unknown_[*jid_row];
  if (known.empty()) {
    base::Participant participant;
    participant.app = word("whatsapp");
    participant.identifier_kind = word("unknown");
    known = tables_.emit(participant, naming_row, next_ordinal(naming_row));
  }
  return known;
}

}  // namespace parse::whatsapp
