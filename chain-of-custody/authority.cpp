// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/authority.h"

#include <algorithm>
#include <array>
#include <set>

#include "chain-of-custody/authority_rules.h"
#include "chain-of-custody/case_order.h"

namespace custody {
namespace {

struct KindOfType {
  std::string_view type, kind;
};
constexpr std::array kKinds{
    KindOfType{"participant", "messages"},
    KindOfType{"conversation", "messages"},
    KindOfType{"membership", "messages"},
    KindOfType{"message", "messages"},
    KindOfType{"message_change", "messages"},
    KindOfType{"receipt", "messages"},
    KindOfType{"reaction", "messages"},
    KindOfType{"media", "messages"},
    KindOfType{"message_location", "messages"},
    KindOfType{"call", "calls"},
    KindOfType{"contact", "contacts"},
    KindOfType{"account", "accounts"},
    KindOfType{"wallet", "wallets"},
    KindOfType{"wallet_vault", "wallets"},
    KindOfType{"transaction", "wallets"},
    KindOfType{"site_grant", "wallets"},
    KindOfType{"address_sighting", "wallets"},
    KindOfType{"secret_sighting", "wallets"},
    KindOfType{"web_visit", "web"},
    KindOfType{"download", "web"},
    KindOfType{"search_term", "web"},
    KindOfType{"unsupported", "files"},
    KindOfType{"segment", "device"},
    KindOfType{"source", "device"},
    KindOfType{"count", "device"},
    KindOfType{"tree_count", "device"},
    KindOfType{"anomaly", "device"},
};
// They say what was read and how far, and nothing of what stands there.
constexpr std::array<std::string_view, 5> kAccounting{"segment", "source", "count", "tree_count", "anomaly"};
// What a record is a part of.
constexpr std::array<std::string_view, 3> kWholes{"conversation", "message", "record"};

bool is_among(const auto& list, std::string_view one) {
  return std::ranges::find(list, one) != list.end();
}

// What `records` says of the record, or of what it is a part of.
const Barrier* named(const Cover& cover, const base::Record& record) {
  if (const auto own = cover.records.find(record.id); own != cover.records.end()) return &own->second;
  for (const std::string_view field : kWholes) {
    const base::Value* value = record.find(field);
    const base::RecordId* whole = value ? std::get_if<base::RecordId>(value) : nullptr;
    const auto found = whole ? cover.records.find(*whole) : cover.records.end();
    if (found != cover.records.end()) return &found->second;
  }
  return nullptr;
}

bool is_in(const std::vector<Period>& periods, std::int64_t utc_us) {
  return std::ranges::any_of(periods, [&](const Period& period) {
    return period.from_utc_us <= utc_us && utc_us < period.until_utc_us;
  });
}

// A record without a time that can be placed is judged by its kind alone.
bool is_of_the_periods(const std::vector<Period>& periods, const base::Record& record) {
  bool has_time = false;
  for (const auto& [field, value] : record.values) {
    const base::Time* time = std::get_if<base::Time>(&value);
    if (!time || !time->utc_us) continue;
    if (is_in(periods, *time->utc_us)) return true;
    has_time = true;
  }
  return !has_time;
}

// Of each ledger the first of those that it continues, one after another: whoever goes on for a station that
// is gone lifts what was restricted there.
std::vector<std::size_t> lines_of(const CaseOrder& ordered) {
  std::vector<std::size_t> lines;
  for (std::size_t i = 0; i < ordered.views.size(); ++i) {
    std::size_t first = i;
    for (std::size_t steps = ordered.views.size(); steps > 0; --steps) {
      const LedgerView& view = ordered.views[first];
      const base::Json* link = view.acts.empty() ? nullptr : link_in(view.acts.front());
      const std::optional<std::size_t> before = link ? ordered.named(*link) : std::nullopt;
      if (!before) break;
      first = *before;
    }
    lines.push_back(first);
  }
  return lines;
}

}  // namespace

std::string name_in_words(const Authority& authority) {
  const auto same = [](char one, char other) { return (one | 0x20) == (other | 0x20); };
  const bool says_it = std::search(authority.number.begin(), authority.number.end(), authority.kind.begin(),
                                   authority.kind.end(), same) != authority.number.end();
  return says_it ? authority.number : authority.kind + " " + authority.number;
}

InForce in_force(const Authority& authority, std::int64_t now_utc_us) {
  if (authority.until_utc_us && now_utc_us >= *authority.until_utc_us) return InForce::over;
  if (authority.from_utc_us && now_utc_us < *authority.from_utc_us) return InForce::not_yet;
  return InForce::now;
}

std::string_view reason_code(Barrier barrier) {
  switch (barrier) {
    case Barrier::none:
      return "";
    case Barrier::out_of_scope:
      return "OUT_OF_SCOPE";
    case Barrier::privilege:
      return "PRIVILEGE";
    case Barrier::consent:
      return "CONSENT";
    case Barrier::court_order:
      return "COURT_ORDER";
  }
  return "";
}

const std::vector<std::string_view>& kinds_of_data() {
  static const std::vector<std::string_view> kAll{"messages", "calls",     "contacts", "accounts", "wallets",
                                                  "web",      "locations", "files",    "device"};
  return kAll;
}

std::string_view kind_of_data(std::string_view record_type) {
  const auto found = std::ranges::find(kKinds, record_type, &KindOfType::type);
  return found == kKinds.end() ? "device" : found->kind;
}

Barrier barrier_of(const Cover& cover, const base::Record& record) {
  if (const Barrier* said = named(cover, record)) return *said;
  if (cover.whole != Barrier::none) return cover.whole;
  const std::string_view type = record.type->name;
  if (is_among(kAccounting, type)) return Barrier::none;
  if (!cover.data.empty() && !is_among(cover.data, kind_of_data(type))) return Barrier::out_of_scope;
  if (!cover.periods.empty() && !is_of_the_periods(cover.periods, record)) return Barrier::out_of_scope;
  return Barrier::none;
}

struct Authorities::Told {
  struct Exhibit {
    std::string number;                                    // as last told
    std::map<std::size_t, std::vector<BarEntry>> entries;  // by ledger
  };
  AuthorityBook book;
  std::map<std::string, Exhibit, std::less<>> exhibits;

  void take(const LedgerView::Act& act, std::size_t view, const EntryPlace& place);
  Bars bars_of(const std::string& uid) const;
};

void Authorities::Told::take(const LedgerView::Act& act, std::size_t view, const EntryPlace& place) {
  if (!act.opened) return;
  if (act.kind == "authority.add") return book.take(act.opened->body, place);
  const bool states = act.kind == "exhibit.add" || act.kind == "amend";
  const bool bars = act.kind == "restrict" || act.kind == "unrestrict";
  if (!states && !bars) return;
  for (const OpenedBody::Exhibit& exhibit : act.opened->exhibits) {
    Exhibit& one = exhibits[exhibit.uid];
    if (bars) one.entries[view].push_back(bar_entry(*act.opened, exhibit, place));
    if (std::string number = text_in(exhibit.members, "authority"); states && !number.empty())
      one.number = std::move(number);
  }
}

Bars Authorities::Told::bars_of(const std::string& uid) const {
  Bars bars;
  const auto found = exhibits.find(uid);
  if (found == exhibits.end()) return bars;
  bars.number = found->second.number;
  for (const auto& [view, entries] : found->second.entries) bars.ledgers.emplace_back(entries);
  return bars;
}

Authorities::Authorities(const std::vector<LedgerContent>& ledgers) : Authorities(order_of(ledgers)) {}
Authorities::Authorities(const CaseOrder& ordered) : told_(std::make_unique<Told>()) {
  std::uint64_t position = 0;
  const std::vector<std::size_t> lines = lines_of(ordered);
  for (const CaseOrder::Place& place : ordered.order) {
    const LedgerView& view = ordered.views[place.view];
    const LedgerView::Act& act = view.acts[place.index];
    const ToldAt at{view.origin, place.index, claimed_us(act).value_or(0)};
    told_->take(act, lines[place.view], {at, position++});
  }
}
Authorities::~Authorities() = default;
Authorities::Authorities(Authorities&&) noexcept = default;

const std::vector<Authority>& Authorities::all() const {
  return told_->book.all();
}

Cover Authorities::cover_of(const std::string& exhibit_uid, std::int64_t now_utc_us) const {
  return custody::cover_of(told_->bars_of(exhibit_uid), told_->book, now_utc_us);
}

std::string Authorities::stated(const std::string& exhibit_uid) const {
  return told_->bars_of(exhibit_uid).number;
}

const Authority* Authorities::governing(const std::string& exhibit_uid, std::int64_t now_utc_us) const {
  const auto index = told_->book.governing(stated(exhibit_uid), now_utc_us);
  return index ? &told_->book.all()[*index] : nullptr;
}

std::vector<Restriction> Authorities::restrictions(const std::string& exhibit_uid,
                                                   std::int64_t now_utc_us) const {
  std::vector<Restriction> open;
  for (const auto& ledger : told_->bars_of(exhibit_uid).ledgers) {
    const Held held = held_by(ledger, now_utc_us);
    std::map<const BarEntry*, std::vector<std::string>> records;
    for (const BarEntry* entry : held.untold) records[entry];
    for (const auto& [id, entry] : held.records) records[entry].push_back(id);
    const auto add = [&](const BarEntry& entry, std::vector<std::string> of) {
      open.push_back({entry.place.at, barrier_for(entry.reason), entry.reason, entry.why, !entry.of_records,
                      std::move(of)});
    };
    for (const BarEntry* entry : held.whole) add(*entry, {});
    for (auto& [entry, of] : records) add(*entry, std::move(of));
  }
  return open;
}

}  // namespace custody
