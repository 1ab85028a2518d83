// SPDX-License-Identifier: Apache-2.0
// What a kept ledger proves, and until when: tokens end with their authorities' certificates, signatures that
// nobody else vouches for end with the signers'. Each is renewed by a later anchor that covers it.
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "chain-of-custody/time_brackets.h"

namespace custody {

enum class Lasting {
  lasts,       // beyond the time asked about
  renewed,     // a later token vouches for it
  due,         // ends soon: renew it now
  ended,       // it proves nothing any more, and nothing renewed it
  not_counted  // no time authority of yours vouches for it
};
std::string_view name_of(Lasting lasting);  // "lasts", "renewed", "renew now", "ended", "not counted"

struct ArchiveLine {
  std::string kind;  // "token", "signer"
  std::string what;  // "entry 7", or a signer's subject
  std::string by;    // the authority, or how many entries are signed
  std::int64_t until_us = 0;
  Lasting lasting = Lasting::lasts;
  std::string in_words;  // one sentence
  bool wants_renewal() const { return lasting == Lasting::due || lasting == Lasting::ended; }
};

// In the order of the entries, tokens first. `horizon_us`: what ends before this time wants renewal now.
std::vector<ArchiveLine> archive_lines(const LedgerContent& content, const TimeBrackets& brackets,
                                       std::int64_t now_us, std::int64_t horizon_us);
bool is_closed(const LedgerContent& content);  // holds the act `close`

}  // namespace custody
