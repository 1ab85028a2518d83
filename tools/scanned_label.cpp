// SPDX-License-Identifier: Apache-2.0
#include "tools/scanned_label.h"

#include <algorithm>
#include <array>

#include "base/words.h"
#include "store/case_folder.h"

namespace tools {
namespace {

constexpr std::string_view kMark = "HOLDFAST:", kVersion = "1";
constexpr std::size_t kUidDigits = 32, kMostOfCase = 80;

bool is_uid(std::string_view text) {
  return text.size() == kUidDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// As ids of cases are made: letters, digits and . - _
bool is_case(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kMostOfCase && std::ranges::all_of(text, plain);
}

base::Error damaged() {
  return {
      base::ErrorKind::usage, base::say("what was scanned is no whole label"),
      base::say("Nothing was changed. Scan it again, or type the label that is printed beside the code.")};
}

}  // namespace

std::string text_of(const ScannedLabel& label) {
  return std::string(kMark) + std::string(kVersion) + ":" + label.case_id + ":" + label.label + ":" +
         label.uid;
}

bool is_scanned(std::string_view text) {
  return text.starts_with(kMark);
}

ScannedLabel read_scanned(std::string_view text) {
  if (!is_scanned(text)) throw damaged();
  text.remove_prefix(kMark.size());
  std::array<std::string, 4> parts;  // version, case, label, uid
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = i + 1 < parts.size() ? text.find(':') : text.size();
    if (end == text.npos) throw damaged();
    parts[i] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (parts[0] != kVersion)
    throw base::Error(base::ErrorKind::usage,
                      base::say("the scanned label is of another version than this program knows"),
                      base::say("Nothing was changed. Type the label that is printed beside the code."));
  if (!is_case(parts[1]) || !store::is_safe_label(parts[2]) || !is_uid(parts[3])) throw damaged();
  return {parts[1], parts[2], parts[3]};
}

void require_same(const ScannedLabel& scanned, const custody::ExhibitView& exhibit) {
  if (scanned.uid != exhibit.uid || scanned.case_id != exhibit.case_id) throw not_of_this_case(scanned);
  if (scanned.label == exhibit.label) return;
  throw base::Error(
      base::ErrorKind::conflict,
      base::say("the scanned label says {}, and that exhibit is called {} now", scanned.label, exhibit.label),
      base::say("Nothing was changed. Print its label anew: holdfast exhibit label {} --to FILE.png",
                exhibit.label));
}

base::Error not_of_this_case(const ScannedLabel& scanned) {
  return {
      base::ErrorKind::conflict,
      base::say("the scanned label {} of the case {} is of no exhibit here", scanned.label, scanned.case_id),
      base::say("Nothing was changed. Check that this is the right case, and the right bag.")};
}

}  // namespace tools
