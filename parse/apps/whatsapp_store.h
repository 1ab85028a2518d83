// SPDX-License-Identifier: Apache-2.0
// One msgstore.db of WhatsApp for Android, whatever its schema: the old table `messages`, the new `message`,
// or both. Which one holds the rows is decided by the rows, never by the presence of a table.
// Not for use by two threads.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parse/apps/whatsapp_extras.h"
#include "parse/apps/whatsapp_parties.h"

namespace parse::whatsapp {

class Store {
 public:
  Store(EvidenceTables& tables, Parties& parties);
  void read();

 private:
  // A message as its row says it, before anything is emitted.
  struct Draft {
    base::Message message;
    std::int64_t id = 0;
    std::string chat;  // handle
    bool from_me = false;
  };

  // whatsapp_new.cpp
  void read_messages();
  bool take_message(EvidenceRow& row);
  void emit_orphans();
  // whatsapp_old.cpp
  void read_old_messages();
  void read_old_quotes();
  std::optional<Draft> decode_old(EvidenceRow& row) const;
  void set_old_parties(Draft& draft, EvidenceRow& row, const base::Position& position);
  Fate take_old_message(EvidenceRow& row, std::string_view table);
  bool is_migrated(const Draft& draft, const base::Position& position);
  void emit_old_media(EvidenceRow& row, const Draft& draft, const base::RecordId& message,
                      const base::Position& position);
  void emit_old_location(EvidenceRow& row, const base::RecordId& message, const base::Position& position);
  void keep_old_receipt(EvidenceRow& row, const Draft& draft, const base::RecordId& message,
                        const base::Position& position);
  void read_old_receipts();
  // whatsapp_lists.cpp
  void read_media();
  void read_locations();
  void read_receipts();
  void read_reactions();
  void read_changes();
  void read_calls();

  base::OptionalRecord message_of(std::optional<std::int64_t> id) const;
  bool is_there(std::optional<std::int64_t> id) const;
  void remember(const Draft& draft, const base::RecordId& record);

  EvidenceTables& tables_;
  Parties& parties_;
  std::vector<std::int64_t> keys_;        // ids of all rows of `message` and `messages`, sorted
  std::vector<std::int64_t> media_keys_;  // ids of messages with a row in `message_media`, sorted
  std::vector<std::int64_t> place_keys_;  // the same for `message_location`
  bool both_schemas_ = false;
  Extras extras_;
  std::unordered_map<std::int64_t, base::RecordId> records_;
  // Messages of the new table by handle of the chat and key, with time and text; filled only where the old
  // table has rows too.
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> migrated_;
  // Messages of the old table by handle of the chat and key; filled only where table `receipts` is there.
  std::map<std::pair<std::string, std::string>, base::RecordId> by_key_;
  std::set<std::pair<base::RecordId, base::RecordId>> receipted_;       // message and recipient
  std::vector<std::pair<base::Receipt, base::Position>> old_receipts_;  // that stand in rows of messages
  // Quotes by the id that `messages.quoted_row_id` names.
  std::map<std::int64_t, std::pair<base::OptionalText, base::OptionalText>> old_quotes_;
};

// The row that the app writes itself when it makes the table.
bool is_sentinel(std::optional<std::int64_t> status, const std::optional<std::string>& key, bool has_chat);
// Shortest decimal form of a coordinate.
base::Text decimal_text(double degrees);
// Nothing for 0 and below, which the app stores where there is none.
base::OptionalInteger positive(std::optional<std::int64_t> value);

}  // namespace parse::whatsapp
