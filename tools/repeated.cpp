// SPDX-License-Identifier: Apache-2.0
#include "tools/repeated.h"

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/party.h"

namespace tools {
namespace {

bool says(const base::Json& body, std::string_view member, std::string_view value) {
  const base::Json* found = body.find(member);
  return found != nullptr && found->is_text() && found->text() == value;
}

// The last entry whose body is such.
template <typename IsSuch>
std::optional<std::uint64_t> last_entry(const custody::LedgerContent& ledger, const IsSuch& is_such) {
  for (auto entry = ledger.entries.rbegin(); entry != ledger.entries.rend(); ++entry)
    if (entry->body && is_such(base::parse_profile(*entry->body))) return entry->index;
  return {};
}

}  // namespace

std::optional<std::uint64_t> entry_that_says(const custody::LedgerContent& ledger, std::string_view act,
                                             std::string_view member, std::string_view value) {
  return last_entry(
      ledger, [&](const base::Json& body) { return says(body, "act", act) && says(body, member, value); });
}

std::optional<std::uint64_t> entry_with_body(const custody::LedgerContent& ledger, std::string_view sha256) {
  const auto found = std::ranges::find_if(ledger.entries, [&](const custody::Entry& entry) {
    return entry.body && base::sha256(*entry.body).hex() == sha256;
  });
  if (found == ledger.entries.end()) return {};
  return found->index;
}

void require_new_slip(const custody::LedgerContent& ledger, const std::filesystem::path& scan) {
  const std::string digest = base::sha256(*base::open_source(scan)).hex();
  const auto entry = last_entry(ledger, [&](const base::Json& body) {
    return std::ranges::any_of(body.at("parties").items(), [&](const base::Json& party) {
      return custody::is_on_paper(party) && custody::party_digest(party) == digest;
    });
  });
  if (!entry) return;
  throw base::Error(base::ErrorKind::usage, base::say("this slip was recorded already, by entry {}", *entry),
                    base::say("Nothing was recorded again. `holdfast exhibit show` says who holds what; "
                              "every handover on paper has a slip of its own."));
}

}  // namespace tools
