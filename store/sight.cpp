// SPDX-License-Identifier: Apache-2.0
#include "store/sight.h"

#include <algorithm>

namespace store {
namespace {

using base::Record;
using base::RecordId;
using custody::Barrier;

// What only accounts for the reading stands in no source of its own, and its source is no secret of its own.
bool is_frame(std::string_view type) {
  return type == "segment" || type == "source" || type == "count" || type == "tree_count" ||
         type == "anomaly";
}

// The records that this one says something of, and falls with. An entry of an address book is data of its own
// kind: it falls with a participant that was barred by itself, not with all that a scope leaves out.
std::vector<RecordId> targets_of(const Record& record, const custody::Cover& cover) {
  std::vector<RecordId> targets;
  const auto add_member = [&](std::string_view member) {
    auto id = record.text(member);
    if (!id || (record.type->name == "contact" && !cover.records.contains(*id))) return;
    targets.push_back(std::move(*id));
  };
  // A sighting repeats a part of another record's text.
  if (record.find("field") != nullptr) add_member("record");
  for (const Dependence& dependence : kDependences)
    if (record.type->name == dependence.type) add_member(dependence.member);
  return targets;
}

bool bars_nothing(const custody::Cover& cover) {
  return cover.whole == Barrier::none && cover.data.empty() && cover.periods.empty() &&
         std::ranges::all_of(cover.records, [](const auto& one) { return one.second == Barrier::none; });
}

bool bars_everything(const custody::Cover& cover) {
  return cover.whole != Barrier::none &&
         std::ranges::none_of(cover.records, [](const auto& one) { return one.second == Barrier::none; });
}

}  // namespace

std::uint64_t sum_of(const NotShown& counts) {
  std::uint64_t sum = 0;
  for (const auto& [barrier, count] : counts) sum += count;
  return sum;
}

void add(NotShown& to, const NotShown& more) {
  for (const auto& [barrier, count] : more) to[barrier] += count;
}

Judgement::Judgement(custody::Cover cover)
    : cover_(std::move(cover)), open_(bars_nothing(cover_)), closed_(bars_everything(cover_)) {}

void Judgement::bar(const RecordId& id, std::string_view type, const RecordId& source, Barrier barrier) {
  barred_.emplace(id, barrier);
  if (!source.empty() && !is_frame(type)) sources_.insert(source);
  auto found = counts_.find(type);
  if (found == counts_.end()) found = counts_.emplace(std::string(type), NotShown{}).first;
  ++found->second[barrier];
}

void Judgement::look(const Record& record) {
  const std::string_view type = record.type->name;
  if (const auto database = record.text("belongs_to"); database && type == "source")
    belongs_to_.emplace(record.id, *database);
  const Barrier barrier = custody::barrier_of(cover_, record);
  if (barrier != Barrier::none) {
    bar(record.id, type, record.place.source, barrier);
    if (type != "message") return;
    any_message_ = barrier;
    if (const auto key = record.text("key")) barred_keys_.emplace(*key, barrier);
    return;
  }
  if (cover_.whole != Barrier::none && !record.place.source.empty())
    seen_sources_.insert(record.place.source);
  if (cover_.records.contains(record.id)) return;  // lifted for this one
  if (auto targets = targets_of(record, cover_); !targets.empty())
    pending_.push_back({record.id, record.place.source, type, std::move(targets)});
}

void Judgement::settle() {
  // A caption's address falls with the picture, which falls with its message: until nothing more falls.
  for (bool changed = true; changed;) {
    changed = false;
    const auto falls = [&](const Pending& one) {
      for (const RecordId& target : one.targets) {
        const auto found = barred_.find(target);
        if (found == barred_.end()) continue;
        bar(one.id, one.type, one.source, found->second);
        return true;
      }
      return false;
    };
    changed = std::erase_if(pending_, falls) != 0;
  }
  pending_.clear();
  show_sources_of_what_is_seen();
}

// What another officer lets be seen of a barred exhibit is shown with the file that it stands in.
void Judgement::show_sources_of_what_is_seen() {
  for (const RecordId& source : seen_sources_) {
    const auto found = barred_.find(source);
    if (found == barred_.end() || cover_.records.contains(source)) continue;
    --counts_["source"][found->second];
    barred_.erase(found);
  }
}

Barrier Judgement::of(const RecordId& id) const {
  if (open_) return Barrier::none;
  if (closed_) return cover_.whole;
  const auto found = barred_.find(id);
  return found == barred_.end() ? Barrier::none : found->second;
}

Barrier Judgement::quoted(const Record& record) const {
  if (open_ || record.find("quoted_text") == nullptr) return Barrier::none;
  const auto key = record.text("quoted_key");
  if (!key) return any_message_;  // nobody knows whose words they are
  const auto found = barred_keys_.find(*key);
  return found == barred_keys_.end() ? Barrier::none : found->second;
}

bool Judgement::bars_in(const RecordId& source) const {
  if (open_) return false;
  if (closed_ || sources_.contains(source)) return true;
  const auto found = belongs_to_.find(source);
  return found != belongs_to_.end() && sources_.contains(found->second);
}

std::string Sight::authority_of(const std::string& exhibit_uid) const {
  const custody::Authority* governing = authorities_->governing(exhibit_uid, now_utc_us_);
  return governing == nullptr ? authorities_->stated(exhibit_uid) : governing->number;
}

}  // namespace store
