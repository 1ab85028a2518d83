// SPDX-License-Identifier: Apache-2.0
// Source: the layout of /data by Android user in AOSP frameworks/base, core/java/android/os/Environment.java
// (getDataUserCeDirectory, getDataUserDeDirectory, getDataMediaDirectory).
#include "parse/extractor.h"

#include <algorithm>
#include <charconv>

namespace parse {
namespace {

std::vector<std::string_view> steps_of(std::string_view path) {
  std::vector<std::string_view> steps;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) steps.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return steps;
}

// '*' stands for any run of bytes. Goes back to the last star only, so time is at most the product of
// lengths.
bool step_matches(std::string_view pattern, std::string_view step) {
  std::size_t p = 0, s = 0, after_star = std::string_view::npos, retry = 0;
  while (s < step.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      retry = s;
    } else if (p < pattern.size() && pattern[p] == step[s]) {
      ++p, ++s;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      s = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::optional<std::int64_t> user_number(std::string_view step) {
  constexpr std::size_t kMostDigits = 5;
  std::int64_t number = 0;
  if (step.empty() || step.size() > kMostDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), number);
  if (error != std::errc() || end != step.data() + step.size() || number < 0) return std::nullopt;
  return number;
}

bool is_package(std::string_view step) {
  return step.find('.') != std::string_view::npos && !step.starts_with('.');
}

std::optional<std::int64_t> user_at(const std::vector<std::string_view>& steps, std::size_t i) {
  const bool has_package = i + 2 < steps.size() && is_package(steps[i + 2]);
  if ((steps[i] == "user" || steps[i] == "user_de") && has_package) return user_number(steps[i + 1]);
  if (steps[i] == "media" && (i == 0 || steps[i - 1] == "data")) return user_number(steps[i + 1]);
  if (steps[i] == "emulated" && i > 0 && steps[i - 1] == "storage") return user_number(steps[i + 1]);
  if (steps[i] == "data" && i + 2 < steps.size() && is_package(steps[i + 1])) return 0;
  return std::nullopt;
}

}  // namespace

bool path_matches(std::string_view pattern, std::string_view path) {
  const auto wanted = steps_of(pattern);
  const auto steps = steps_of(path);
  if (wanted.empty() || wanted.size() > steps.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), steps.end() - static_cast<std::ptrdiff_t>(wanted.size()),
                    step_matches);
}

std::optional<std::int64_t> android_user(std::string_view path) {
  const auto steps = steps_of(path);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i)
    if (const auto user = user_at(steps, i)) return user;
  return std::nullopt;
}

TableCounter::TableCounter(base::RecordSink& sink, base::RecordId source, std::string table)
    : sink_(sink), source_(std::move(source)), table_(std::move(table)) {}

void TableCounter::excluded(std::string_view reason) {
  const auto same = [&](const auto& entry) { return entry.first == reason; };
  const auto found = std::find_if(excluded_.begin(), excluded_.end(), same);
  if (found != excluded_.end())
    ++found->second;
  else
    excluded_.emplace_back(reason, 1);
}

void TableCounter::finish() {
  base::Count count;
  base::Json by_reason = base::Json::object();
  std::int64_t excluded = 0;
  std::sort(excluded_.begin(), excluded_.end());
  for (const auto& [reason, rows] : excluded_) {
    by_reason.set(reason, rows);
    excluded += rows;
  }
  count.table = base::Text{table_};
  count.rows = rows_;
  count.emitted = emitted_;
  count.excluded = excluded;
  if (excluded > 0) count.excluded_by = by_reason;
  count.undecodable = undecodable_;
  if (recovered_ > 0) count.recovered = recovered_;
  if (superseded_ > 0) count.superseded = superseded_;
  const base::Place place{source_, base::Element{"/" + table_}};
  base::emit(sink_, count, place);
  if (rows_ && *rows_ != emitted_ + excluded + undecodable_)
    sink_.anomaly("count_mismatch", place, "rows counted and rows read differ");
}

}  // namespace parse
