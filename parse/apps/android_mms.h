// SPDX-License-Identifier: Apache-2.0
// MMS tables of Android's mmssms.db. Used by parse/apps/android_messages.cpp only.
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "parse/apps/handles.h"

namespace parse::android {

// The conversations of one mmssms.db, by thread id. Not for use by two threads.
class Threads {
 public:
  Threads(EvidenceTables& tables, Participants& participants)
      : tables_(tables), participants_(participants) {}
  // Reads `canonical_addresses` and `threads`.
  void read();
  // The conversation of a thread; one without a row in `threads` is made at the first row that names it.
  base::OptionalRecord of(std::optional<std::int64_t> thread, const base::Position& naming_row);

 private:
  base::RecordList recipients(std::string_view ids) const;

  EvidenceTables& tables_;
  Participants& participants_;
  std::map<std::int64_t, base::RecordId> addresses_;
  std::map<std::int64_t, base::RecordId> known_;
};

// The tables of one set of MMS. Samsung keeps what its filter took out in a second set.
struct MmsTables {
  std::string_view pdu, addr, part;
  std::string_view folder;  // of all messages in the set; empty: as msg_box says
};
void read_mms(const MmsTables& names, EvidenceTables& tables, Participants& participants, Threads& threads);

// Folder in our words for sms.type and pdu.msg_box, which share their first five codes; empty where unknown.
std::string_view folder_of(std::int64_t box);
// "incoming", "outgoing", or empty where the box does not say.
std::string_view direction_of(std::int64_t box);

}  // namespace parse::android
