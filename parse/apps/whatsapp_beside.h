// SPDX-License-Identifier: Apache-2.0
// Files beside msgstore.db: wa.db (the app's address book) and the preferences that name the account.
// Not for use by two threads.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parse/apps/evidence_table.h"
#include "parse/apps/whatsapp_parties.h"
#include "parse/extractor.h"

namespace parse::whatsapp {

// The text of <string name="…">…</string> in an Android preferences file; nothing where there is none.
std::optional<std::string> preference(std::string_view xml, std::string_view name);

// Finds the preferences of this instance, emits an account for each file that names one, and returns what the
// first of them says.
Owner read_owner(EvidenceFile& file, base::RecordSink& sink);

// The rows of wa.db, read at once and emitted when participants are known.
class AddressBook {
 public:
  explicit AddressBook(EvidenceTables tables) : tables_(std::move(tables)) {}
  void read();
  // Display name, or where there is none the name that the other side set, by jid.
  NamesByHandle names() const;
  // `parties` may be nullptr: then no contact names a participant.
  void emit(const Parties* parties);

 private:
  struct Entry {
    std::int64_t rowid;
    std::string jid;
    base::Contact contact;
  };
  EvidenceTables tables_;
  std::vector<Entry> entries_;
};

}  // namespace parse::whatsapp
