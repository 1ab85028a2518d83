// SPDX-License-Identifier: Apache-2.0
// Numbers, addresses and sender names as telephony stores them, and the participants made from them: one
// record for each distinct handle of a file, at the first row that names it. Not for use by two threads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "parse/apps/evidence_table.h"

namespace parse {

// phone (at least seven digits), short code (fewer), email, or unknown (a sender's name, a service code).
std::string_view kind_of_handle(std::string_view handle);
// The digits of a phone number or short code, with a leading + where it has one; nothing for other kinds.
std::optional<std::string> number_in(std::string_view handle);

class Participants {
 public:
  Participants(EvidenceTables& tables, std::string_view app) : tables_(tables), app_(app) {}
  // The participant with exactly these bytes as its handle.
  base::RecordId named(const std::string& handle, const base::Position& first_row);
  // The account on the device: position Whole, without identifier, made when it is first asked for.
  base::RecordId own();

 private:
  EvidenceTables& tables_;
  std::string app_;
  std::map<std::string, base::RecordId> known_;
  std::map<base::Position, std::uint32_t> ordinals_;
  std::optional<base::RecordId> own_;
};

}  // namespace parse
