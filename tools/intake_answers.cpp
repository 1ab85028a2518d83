// SPDX-License-Identifier: Apache-2.0
#include "tools/intake_answers.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "tools/device_clock.h"
#include "tools/intake_facts.h"

namespace tools {
namespace {

using base::Json;
using std::string_view;

constexpr string_view kBlanks = " \t\r\n";

// Exactly it, else the first that begins so.
std::optional<string_view> meant(string_view typed, std::span<const string_view> choices) {
  if (typed.empty()) return {};
  if (const auto same = std::ranges::find(choices, typed); same != choices.end()) return *same;
  const auto found = std::ranges::find_if(choices, [&](string_view one) { return one.starts_with(typed); });
  return found == choices.end() ? std::nullopt : std::optional(*found);
}

std::vector<string_view> words_in(string_view text) {
  std::vector<string_view> words;
  constexpr string_view kBetween = " \t\r\n,;%";
  while (true) {
    const std::size_t first = text.find_first_not_of(kBetween);
    if (first == text.npos) return words;
    text.remove_prefix(first);
    words.push_back(text.substr(0, text.find_first_of(kBetween)));
    text.remove_prefix(words.back().size());
  }
}

// What one word may mean: the word, and the member with its value.
struct Meaning {
  string_view word, member, value;
};
constexpr std::array kPowerWords{Meaning{"on", "power", "on"},
                                 Meaning{"off", "power", "off"},
                                 Meaning{"locked", "lock", "locked"},
                                 Meaning{"unlocked", "lock", "unlocked"},
                                 Meaning{"none", "lock", "none"},
                                 Meaning{"open", "encryption", "open"},
                                 Meaning{"closed", "encryption", "closed"},
                                 Meaning{"unencrypted", "encryption", "none"}};
constexpr std::array kIsolationWords{Meaning{"none", "isolation", "none"},
                                     Meaning{"airplane", "isolation", "airplane"},
                                     Meaning{"faraday", "isolation", "faraday"},
                                     Meaning{"sim-removed", "isolation", "sim-removed"},
                                     Meaning{"cable-pulled", "isolation", "cable-pulled"},
                                     Meaning{"off", "isolation", "off"},
                                     Meaning{"other", "isolation", "other"},
                                     Meaning{"online", "network", "on"},
                                     Meaning{"offline", "network", "off"}};

// Each word once, none that contradicts another.
bool add_meaning(string_view word, std::span<const Meaning> meanings, Json& members) {
  const auto same = std::ranges::find(meanings, word, &Meaning::word);
  const auto found = same != meanings.end() ? same : std::ranges::find_if(meanings, [&](const Meaning& one) {
    return one.word.starts_with(word);
  });
  if (found == meanings.end() || members.find(found->member) != nullptr) return false;
  members.set(found->member, found->value);
  return true;
}

std::optional<Json> clock_of(string_view answer, std::int64_t now_utc_us, std::string& words) {
  const bool is_signed = answer.starts_with('-') || answer.starts_with('+');
  const string_view rest = trimmed(answer.substr(is_signed ? 1 : 0));
  const bool digits = !rest.empty() && rest.find_first_not_of("0123456789") == rest.npos;
  if (is_signed && digits) {
    const std::string seconds = (answer.front() == '-' ? "-" : "") + std::string(rest);
    return fault_of("clock_offset_s", seconds) ? std::nullopt
                                               : std::optional(Json::object({{"clock_offset_s", seconds}}));
  }
  if (answer.starts_with('-') && !rest.empty()) return Json::object({{"clock_offset_reason", rest}});
  const auto reading = read_clock(answer, now_utc_us);
  if (!reading) return {};
  words = words_of(*reading);
  return Json::object({{"clock_offset_s", std::to_string(reading->offset_s)}});
}

}  // namespace

string_view trimmed(string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<Json> answered_kind(string_view answer) {
  answer = trimmed(answer);
  const std::size_t end = std::min(answer.find_first_of(" \t,"), answer.size());
  const auto kind = meant(answer.substr(0, end), kinds_of_exhibits());
  if (!kind) return {};
  Json members = Json::object({{"kind", *kind}});
  string_view rest = trimmed(answer.substr(end));
  if (rest.starts_with("of ")) {
    rest = trimmed(rest.substr(3));
    const std::size_t label_end = std::min(rest.find_first_of(" \t,"), rest.size());
    members.set("parent", rest.substr(0, label_end));
    rest = trimmed(rest.substr(label_end));
  }
  if (rest.starts_with(',')) rest = trimmed(rest.substr(1));
  if (!rest.empty()) members.set("description", rest);
  return members;
}

std::optional<Json> answered_serial(string_view answer) {
  answer = trimmed(answer);
  if (!answer.starts_with('-'))
    return answer.empty() ? std::nullopt : std::optional(Json::object({{"serial", answer}}));
  const string_view reason = trimmed(answer.substr(1));
  return reason.empty() ? std::nullopt : std::optional(Json::object({{"serial_reason", reason}}));
}

std::optional<Json> answered_power(string_view answer) {
  Json members = Json::object();
  const auto words = trimmed(answer) == "unknown" ? std::vector<string_view>() : words_in(answer);
  for (const string_view word : words) {
    if (word == "battery" || word == "volumes") continue;  // the question has them, so they are typed
    if (word.find_first_not_of("0123456789") != word.npos) {
      if (!add_meaning(word, kPowerWords, members)) return {};
    } else if (members.find("battery") != nullptr || fault_of("battery", word)) {
      return {};
    } else {
      members.set("battery", word);
    }
  }
  if (words.empty()) return members.set("power", "unknown").set("lock", "unknown");
  return members.members().empty() ? std::nullopt : std::optional(members);
}

std::optional<Json> answered_isolation(string_view answer) {
  Json members = Json::object();
  for (const string_view word : words_in(answer))
    if (!add_meaning(word, kIsolationWords, members)) return {};
  if (members.find("isolation") == nullptr) members.set("isolation", "none");
  return members;
}

std::optional<SealAndClock> answered_seal_and_clock(string_view answer, std::int64_t now_utc_us) {
  answer = trimmed(answer);
  const std::size_t comma = answer.find(',');
  const string_view first = trimmed(answer.substr(0, comma));
  // A clock alone is no seal, nor is the reason why it was not read.
  const bool reason = first.starts_with('-') && first != "-";
  if (comma == answer.npos && (reason || read_clock(first, now_utc_us)))
    return answered_clock(first, now_utc_us);
  SealAndClock out;
  if (comma != answer.npos) {
    auto clock = answered_clock(answer.substr(comma + 1), now_utc_us);
    if (!clock) return {};
    out = std::move(*clock);
  }
  if (!first.starts_with('-')) out.seal = first;
  return out;
}

std::optional<SealAndClock> answered_clock(string_view answer, std::int64_t now_utc_us) {
  SealAndClock out;
  auto clock = clock_of(trimmed(answer), now_utc_us, out.words);
  if (!clock) return {};
  out.clock = std::move(*clock);
  return out;
}

Json answered_place(string_view answer) {
  Json members = Json::object();
  const std::size_t mark = answer.find('!');
  if (mark != answer.npos)
    if (const string_view why = trimmed(answer.substr(mark + 1)); !why.empty())
      members.set("first_reason", why);
  answer = answer.substr(0, mark);
  for (const char* member : {"room", "floor", "desk"}) {
    const std::size_t comma = answer.find(',');
    string_view part = trimmed(answer.substr(0, comma));
    // "desk 7" and "7" are the same desk.
    if (const string_view name = member; part.starts_with(name) && part.substr(name.size()).starts_with(' '))
      part = trimmed(part.substr(name.size()));
    if (!part.empty() && part != "-") members.set(member, part);
    answer.remove_prefix(comma == answer.npos ? answer.size() : comma + 1);
  }
  // What is too much belongs to the last.
  if (const string_view rest = trimmed(answer); !rest.empty()) {
    const Json* desk = members.find("desk");
    members.set("desk", (desk == nullptr ? "" : desk->text() + ", ") + std::string(rest));
  }
  return members;
}

bool has_power(string_view kind) {
  constexpr std::array<string_view, 7> kWithout{"sim",      "card",    "disk",     "usb",
                                                "document", "account", "container"};
  return std::ranges::find(kWithout, kind) == kWithout.end();
}

bool is_computer(string_view kind) {
  return kind == "pc" || kind == "dvr";
}

bool has_number(string_view kind) {
  return kind != "document" && kind != "account" && kind != "container";
}

}  // namespace tools
