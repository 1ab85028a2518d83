// SPDX-License-Identifier: Apache-2.0
// How rooms tell the ledger what they did, without knowing it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

namespace base {

// What an act says of one exhibit. The ledger adds the exhibit's counter and back-pointer and hides all of it
// behind a salted digest.
struct ExhibitStatement {
  std::string uid;  // 32 hexadecimal digits
  Json members = Json::object();
  // Members that stand in disclosures of their own inside the exhibit's: digests that would be an oracle for
  // whoever holds the rest. An edition opens them only where nothing of the exhibit is withheld.
  Json hidden = Json::object();
};

struct Event {
  std::string act;  // one of the acts of docs/ledger-format.md
  std::vector<ExhibitStatement> exhibits;
  Json members = Json::object();  // the act's own members, in clear for everybody who sees the body
  bool scope_all = false;         // touches the whole case: every edition carries it
};

struct EntryReceipt {
  std::uint64_t index;
  std::string root_hex;  // of the checkpoint that covers the entry
  std::string signer;    // who signed, in words
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  // Returns only when the entry is durable and covered by a signed checkpoint.
  virtual EntryReceipt append(const Event& event) = 0;
};

}  // namespace base
