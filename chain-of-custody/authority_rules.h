// SPDX-License-Identifier: Apache-2.0
// Which authority governs, and what bars an exhibit after all that lifted it: one reading of the rules, for
// what the writer refuses, what the verifier finds and what views show. Other rooms ask Authorities
// (authority.h). Thread rule: one thread.
#pragma once

#include <array>
#include <span>

#include "chain-of-custody/authority.h"

namespace custody {

// Acts that look at an exhibit: none of them may stand where it is barred as a whole.
inline constexpr std::array<std::string_view, 3> kLookingActs{"acquire.begin", "extract", "access"};

// Where an entry stands. `position` orders the entries of all ledgers that are read together.
struct EntryPlace {
  ToldAt at;
  std::uint64_t position = 0;
};

// Every `authority.add` so far.
class AuthorityBook {
 public:
  void take(const base::Json& body, const EntryPlace& place);
  const std::vector<Authority>& all() const { return all_; }
  std::uint64_t position(std::size_t index) const { return positions_[index]; }
  // Of that number and of all that renew it, each by its last entry: the last that has begun, else the last.
  std::optional<std::size_t> governing(const std::string& number, std::int64_t now_utc_us) const;

 private:
  std::vector<Authority> all_;
  std::vector<std::uint64_t> positions_;
};

// A `restrict` or `unrestrict`, as far as one exhibit is concerned.
struct BarEntry {
  bool restricts = true;
  bool of_records = false;
  std::string reason, why;
  std::string lifts;                     // restriction, validity, scope, records
  std::optional<std::int64_t> until_us;  // of a lift; exclusive
  std::vector<std::string> records;      // as far as they are opened
  EntryPlace place;
};
BarEntry bar_entry(const OpenedBody& opened, const OpenedBody::Exhibit& exhibit, const EntryPlace& place);

// What the entries of one ledger about one exhibit leave restricted.
struct Held {
  std::vector<const BarEntry*> whole;
  std::vector<const BarEntry*> untold;  // of records that are withheld here
  std::map<std::string, const BarEntry*> records;
};
Held held_by(std::span<const BarEntry> entries, std::int64_t now_utc_us);

// What bars one exhibit: its entries by ledger, where one that continues another is the same; and the number
// that it states.
struct Bars {
  std::vector<std::span<const BarEntry>> ledgers;
  std::string number;
  // What is restricted and cannot be told bars all, for whoever looks; and nothing, for whoever accuses.
  bool untold_bars_all = true;
};
Cover cover_of(const Bars& bars, const AuthorityBook& book, std::int64_t now_utc_us);

// What is wrong with the values of `authority.add`, `restrict` and `unrestrict`: sentences as check_act's.
std::vector<base::Said> authority_faults(const OpenedBody& opened);

Barrier barrier_for(std::string_view reason);  // of a restrict

}  // namespace custody
