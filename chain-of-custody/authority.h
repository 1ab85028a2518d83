// SPDX-License-Identifier: Apache-2.0
// What may be looked at: warrants, orders and consents with their scope and validity, and what was
// restricted. Computed from the entries of all ledgers of a case, never stored. What it says binds before
// sight; docs/authority.md says what it does not judge. Pure; thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/record.h"
#include "base/words.h"
#include "chain-of-custody/exhibit_story.h"
#include "chain-of-custody/ledger.h"

namespace custody {

struct Period {
  std::int64_t from_utc_us = 0, until_utc_us = 0;  // `until` is exclusive
};

struct CaseOrder;  // case_order.h

struct Authority {
  std::string number, kind, issuer;                       // kind: warrant, order, consent, request
  std::optional<std::int64_t> from_utc_us, until_utc_us;  // validity; `until` is exclusive
  std::vector<std::string> data;                          // kinds of data covered; empty: all
  std::vector<Period> periods;                            // of the data's own times; empty: all times
  std::string premises;                                   // in words
  std::uint64_t entry = 0;                                // that says so
  std::string ledger;                                     // of the entry: agency/case/station
  std::string renews;                                     // number; empty where it renews none
  std::string document;                                   // SHA-256 of the scanned paper, or empty
};

// "order 17/2026", also where the number says already what it is.
std::string name_in_words(const Authority& authority);

enum class InForce { not_yet, now, over };
InForce in_force(const Authority& authority, std::int64_t now_utc_us);

// Why something is not shown; where it goes into an edition, the reason code of that name (docs/request.md).
enum class Barrier { none, out_of_scope, privilege, consent, court_order };
std::string_view reason_code(Barrier barrier);  // "OUT_OF_SCOPE"; empty for none

// What of one exhibit may be looked at, at one moment.
struct Cover {
  Barrier whole = Barrier::none;  // nothing of it may be acquired, parsed or shown; but see `records`
  base::Said why;                 // one sentence: which authority or entry, since when; empty where no bar
  std::vector<std::string> data;  // as Authority's; empty: all
  std::vector<Period> periods;
  // Single records, and whatever is a part of them: of a conversation, a message, a text with a sighting.
  // Barrier::none: it was lifted for this one, and is seen even where `whole`, `data` or `periods` bar.
  std::map<base::RecordId, Barrier> records;
};

// A restriction that nobody lifted.
struct Restriction {
  ToldAt at;
  Barrier barrier = Barrier::none;
  std::string reason, why;           // as the entry says
  bool whole = true;                 // else single records
  std::vector<std::string> records;  // of which it holds still; may be withheld
};

class Authorities {
 public:
  explicit Authorities(const std::vector<LedgerContent>& ledgers);
  explicit Authorities(const CaseOrder& ordered);  // the same, where the order is known
  ~Authorities();
  Authorities(Authorities&&) noexcept;

  // Every entry that adds one, in the order of the case: of one number the last says what holds.
  const std::vector<Authority>& all() const;
  Cover cover_of(const std::string& exhibit_uid, std::int64_t now_utc_us) const;

  // The number that the exhibit was registered under, or that an amendment gave it; empty where there is
  // none.
  std::string stated(const std::string& exhibit_uid) const;
  // The one that governs it now: of that number, or of one that renews it. nullptr where the case knows none.
  const Authority* governing(const std::string& exhibit_uid, std::int64_t now_utc_us) const;
  std::vector<Restriction> restrictions(const std::string& exhibit_uid, std::int64_t now_utc_us) const;

 private:
  struct Told;
  std::unique_ptr<Told> told_;
};

// The kinds of data that an authority may name: messages, calls, contacts, accounts, wallets, web, locations,
// files, device.
const std::vector<std::string_view>& kinds_of_data();
// The kind that a record type is. Never empty.
std::string_view kind_of_data(std::string_view record_type);
// Whether the cover lets a record be seen. What only accounts for the reading (segment, source, count,
// tree_count, anomaly) has no kind and no time of its own, and is barred as a whole or by its id alone.
Barrier barrier_of(const Cover& cover, const base::Record& record);

}  // namespace custody
