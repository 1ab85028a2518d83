// SPDX-License-Identifier: Apache-2.0
// What tables beside `message` say of a message: quotes, forwards, events, cards, polls, payments,
// invitations. They are read first and put into the message's own record. Not for use by two threads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "parse/apps/evidence_table.h"
#include "parse/apps/whatsapp_parties.h"

namespace parse::whatsapp {

struct Extra {
  base::OptionalText quoted_key, quoted_text;
  bool forwarded = false;
  std::optional<std::int64_t> forward_score;
  std::optional<std::int64_t> action;      // of an event
  std::vector<std::int64_t> people;        // ids of `jid` that an event, payment or invitation names
  base::OptionalText value;                // old value, amount, options of a poll, name of a group
  std::string words;                       // cards and templates, which stand in for the text
  std::string_view event;                  // what the value belongs to, where it is no event of the app
  std::string_view kind;                   // what the message is because of it; empty: as its code says
  std::optional<base::Position> orphaned;  // first row, where the message's own row is gone
};

class Extras {
 public:
  // `messages`: sorted ids of all message rows that are there.
  Extras(EvidenceTables& tables, const std::vector<std::int64_t>& messages)
      : tables_(tables), messages_(messages) {}
  void read();
  // Puts what is known of a message into its record.
  void complete(base::Message& message, std::int64_t id, Parties& parties,
                const base::Position& position) const;
  // Ids of messages whose row is gone and of which words, quotes or values are left.
  std::vector<std::int64_t> orphans() const;
  const base::Position& position_of_orphan(std::int64_t id) const { return *extras_.at(id).orphaned; }

 private:
  using Filler = std::function<void(EvidenceRow&, Extra&)>;
  // One row of `table` for a message. Rows of messages that are gone are kept where they hold content.
  enum class OfGoneMessages { leave, keep };
  void read_table(std::string_view table, Columns columns, OfGoneMessages gone, const Filler& fill);
  void read_events();
  void read_contents();
  bool is_there(std::int64_t id) const;

  EvidenceTables& tables_;
  const std::vector<std::int64_t>& messages_;
  std::map<std::int64_t, Extra> extras_;
};

}  // namespace parse::whatsapp
