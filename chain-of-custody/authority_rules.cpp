// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/authority_rules.h"

#include <algorithm>
#include <set>

#include "base/time.h"
#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;

constexpr std::int64_t kSecond = 1'000'000;

std::vector<std::string> texts_in(const Json& object, std::string_view name) {
  std::vector<std::string> texts;
  const Json* list = object.find(name);
  if (!list || !list->is_array()) return texts;
  for (const Json& item : list->items())
    if (item.is_text()) texts.push_back(item.text());
  return texts;
}

std::vector<Period> periods_in(const Json& body) {
  std::vector<Period> periods;
  const Json* list = body.find("periods");
  if (!list || !list->is_array()) return periods;
  for (const Json& item : list->items()) {
    const auto from = item.is_object() ? base::parse_utc(text_in(item, "from")) : std::nullopt;
    const auto until = item.is_object() ? base::parse_utc(text_in(item, "until")) : std::nullopt;
    // One that cannot be read covers nothing; left out it would be as if all times were covered.
    periods.push_back(from && until ? Period{*from, *until} : Period{});
  }
  return periods;
}

base::Said entry_words(const ToldAt& at) {
  return at.ledger.empty() ? base::say("entry {}", at.entry)
                           : base::say("entry {} of {}", at.entry, at.ledger);
}

base::Said reason_words(std::string_view reason) {
  if (reason == "consent-withdrawn") return base::say("the consent was withdrawn");
  if (reason == "order-ended") return base::say("the order ended");
  if (reason == "privilege") return base::say("it may be privileged");
  return base::say("for a reason that the entry states");
}

// The parts of one judgement.
class Judge {
 public:
  Judge(const Bars& bars, const AuthorityBook& book, std::int64_t now) : bars_(bars), now_(now) {
    if (const auto index = book.governing(bars.number, now)) {
      governing_ = &book.all()[*index];
      position_ = book.position(*index);
    }
  }

  Cover run() {
    restrictions();
    authority();
    lifted_records();
    return std::move(cover_);
  }

 private:
  bool in_effect(const BarEntry& entry) const {
    return !entry.restricts && (!entry.until_us || now_ < *entry.until_us);
  }

  void restrictions() {
    for (std::size_t i = 0; i < bars_.ledgers.size(); ++i) {
      const Held held = held_by(bars_.ledgers[i], now_);
      if (!held.whole.empty()) bar_whole(*held.whole.front());
      if (bars_.untold_bars_all && !held.untold.empty()) bar_whole(*held.untold.front());
      for (const auto& [id, entry] : held.records) cover_.records[id] = barrier_for(entry->reason);
      for (const BarEntry* entry : held.whole) whole_.emplace_back(i, entry);
    }
  }

  void bar_whole(const BarEntry& entry) {
    if (cover_.whole != Barrier::none) return;
    cover_.whole = barrier_for(entry.reason);
    cover_.why = base::say("It is restricted since {} by {}: {}.",
                           base::format_utc_for_people(entry.place.at.utc_us / kSecond * kSecond),
                           entry_words(entry.place.at), reason_words(entry.reason));
  }

  // A lift is of what barred when it was made: an authority that came later, or ended later, binds anew.
  bool is_lift_of(const BarEntry& entry, std::string_view what) const {
    if (!in_effect(entry) || entry.lifts != what || entry.place.position < position_) return false;
    const bool ended = what != "scope" && governing_ && in_force(*governing_, now_) == InForce::over;
    return !ended || entry.place.at.utc_us >= *governing_->until_utc_us;
  }
  bool is_lifted(std::string_view what) const {
    return std::ranges::any_of(bars_.ledgers, [&](const auto& ledger) {
      return std::ranges::any_of(ledger, [&](const BarEntry& entry) { return is_lift_of(entry, what); });
    });
  }

  void authority() {
    if (!governing_) return;
    const InForce force = in_force(*governing_, now_);
    if (force != InForce::now && !is_lifted("validity") && cover_.whole == Barrier::none) {
      cover_.whole = governing_->kind == "consent" ? Barrier::consent : Barrier::court_order;
      const bool over = force == InForce::over;
      const std::string name = name_in_words(*governing_);
      const std::string when =
          base::format_utc_for_people(over ? *governing_->until_utc_us : *governing_->from_utc_us);
      const base::Said entry = entry_words({governing_->ledger, governing_->entry, 0});
      cover_.why = over ? base::say("Its authority, {}, ended {} ({}).", name, when, entry)
                        : base::say("Its authority, {}, begins {} ({}).", name, when, entry);
    }
    if (is_lifted("scope")) return;
    cover_.data = governing_->data;
    cover_.periods = governing_->periods;
  }

  // Whether a restriction of the whole stands in the way of a record that was lifted: one that came after it,
  // or stands in another ledger.
  bool is_open_again(std::size_t ledger, const BarEntry& lift) const {
    return std::ranges::any_of(whole_, [&](const auto& open) {
      return open.second->place.position > lift.place.position || open.first != ledger;
    });
  }

  void lifted_records() {
    for (std::size_t i = 0; i < bars_.ledgers.size(); ++i)
      for (const BarEntry& entry : bars_.ledgers[i]) {
        if (!is_lift_of(entry, "records") || is_open_again(i, entry)) continue;
        for (const std::string& id : entry.records) cover_.records.try_emplace(id, Barrier::none);
      }
  }

  const Bars& bars_;
  std::int64_t now_;
  const Authority* governing_ = nullptr;
  std::uint64_t position_ = 0;
  std::vector<std::pair<std::size_t, const BarEntry*>> whole_;  // with the ledger's place in `bars_`
  Cover cover_;
};

}  // namespace

Barrier barrier_for(std::string_view reason) {
  if (reason == "consent-withdrawn") return Barrier::consent;
  if (reason == "order-ended") return Barrier::court_order;
  if (reason == "privilege") return Barrier::privilege;
  return Barrier::out_of_scope;
}

void AuthorityBook::take(const Json& body, const EntryPlace& place) {
  Authority one;
  one.number = text_in(body, "number");
  one.kind = text_in(body, "kind");
  one.issuer = text_in(body, "issuer");
  one.from_utc_us = base::parse_utc(text_in(body, "from"));
  one.until_utc_us = base::parse_utc(text_in(body, "until"));
  one.data = texts_in(body, "data");
  one.periods = periods_in(body);
  one.premises = text_in(body, "premises");
  one.entry = place.at.entry;
  one.ledger = place.at.ledger;
  one.renews = text_in(body, "renews");
  one.document = text_in(body, "document");
  all_.push_back(std::move(one));
  positions_.push_back(place.position);
}

std::optional<std::size_t> AuthorityBook::governing(const std::string& number,
                                                    std::int64_t now_utc_us) const {
  if (number.empty()) return {};
  std::set<std::string> family{number};
  for (std::size_t before = 0; before != family.size();) {
    before = family.size();
    for (const Authority& one : all_)
      if (!one.renews.empty() && family.contains(one.renews)) family.insert(one.number);
  }
  std::optional<std::size_t> begun, any;
  std::set<std::string> seen;
  for (std::size_t i = all_.size(); i-- > 0;) {
    if (!family.contains(all_[i].number) || !seen.insert(all_[i].number).second) continue;
    if (!any) any = i;
    if (!begun && in_force(all_[i], now_utc_us) != InForce::not_yet) begun = i;
  }
  return begun ? begun : any;
}

BarEntry bar_entry(const OpenedBody& opened, const OpenedBody::Exhibit& exhibit, const EntryPlace& place) {
  BarEntry entry;
  entry.restricts = text_in(opened.body, "act") == "restrict";
  entry.reason = text_in(opened.body, "reason");
  entry.why = text_in(exhibit.members, "why");
  entry.lifts = text_in(opened.body, "lifts");
  // A restriction whose records are withheld here is of records all the same.
  entry.of_records = exhibit.members.find("records") != nullptr || exhibit.withheld > 0;
  entry.records = texts_in(exhibit.members, "records");
  entry.until_us = base::parse_utc(text_in(opened.body, "until"));
  entry.place = place;
  return entry;
}

Held held_by(std::span<const BarEntry> entries, std::int64_t now_utc_us) {
  Held held;
  for (const BarEntry& entry : entries) {
    if (entry.restricts && !entry.of_records) held.whole.push_back(&entry);
    if (entry.restricts && entry.of_records && entry.records.empty()) held.untold.push_back(&entry);
    if (entry.restricts)
      for (const std::string& id : entry.records) held.records[id] = &entry;
    const bool lifts = !entry.restricts && (!entry.until_us || now_utc_us < *entry.until_us);
    if (lifts && entry.lifts == "restriction") held.whole.clear(), held.untold.clear();
    if (lifts && entry.lifts == "records")
      for (const std::string& id : entry.records) held.records.erase(id);
  }
  return held;
}

Cover cover_of(const Bars& bars, const AuthorityBook& book, std::int64_t now_utc_us) {
  return Judge(bars, book, now_utc_us).run();
}

}  // namespace custody
