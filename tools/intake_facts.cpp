// SPDX-License-Identifier: Apache-2.0
#include "tools/intake_facts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/time.h"
#include "base/words.h"
#include "store/case_folder.h"

namespace tools {
namespace {

using std::string_view;

constexpr std::size_t kMostText = 1000;  // bytes of one fact: a statement must fit into its entry

constexpr std::array<string_view, 14> kKinds{"phone",    "tablet",  "sim",       "card",   "pc",
                                             "disk",     "usb",     "sim-box",   "router", "dvr",
                                             "document", "account", "container", "other"};
constexpr std::array<string_view, 3> kOnOff{"on", "off", "unknown"};
constexpr std::array<string_view, 4> kLock{"locked", "unlocked", "none", "unknown"};
constexpr std::array<string_view, 4> kEncryption{"open", "closed", "none", "unknown"};
constexpr std::array<string_view, 7> kIsolation{"none",         "airplane", "faraday", "sim-removed",
                                                "cable-pulled", "off",      "other"};

constexpr std::array kFacts{Fact{"label", FactForm::label},
                            Fact{"kind", FactForm::choice, kKinds},
                            Fact{"parent", FactForm::exhibit},
                            Fact{"description", FactForm::text},
                            Fact{"serial", FactForm::text},
                            Fact{"serial_reason", FactForm::text},
                            Fact{"same_serial_reason", FactForm::text},
                            Fact{"seal", FactForm::text},
                            Fact{"clock_offset_s", FactForm::seconds},
                            Fact{"clock_offset_reason", FactForm::text},
                            Fact{"power", FactForm::choice, kOnOff},
                            Fact{"battery", FactForm::per_cent},
                            Fact{"lock", FactForm::choice, kLock},
                            Fact{"encryption", FactForm::choice, kEncryption},
                            Fact{"network", FactForm::choice, kOnOff},
                            Fact{"isolation", FactForm::choice, kIsolation},
                            Fact{"isolated_at", FactForm::utc},
                            Fact{"seized_at", FactForm::utc},
                            Fact{"condition", FactForm::text},
                            Fact{"site", FactForm::text},
                            Fact{"room", FactForm::text},
                            Fact{"floor", FactForm::text},
                            Fact{"desk", FactForm::text},
                            Fact{"authority", FactForm::text},
                            Fact{"first_reason", FactForm::text}};

bool is_number(string_view text, std::size_t most_digits) {
  return !text.empty() && text.size() <= most_digits &&
         text.find_first_not_of("0123456789") == string_view::npos;
}

std::string listed(std::span<const string_view> choices) {
  return fmt::format("{}", fmt::join(choices, ", "));
}

std::optional<std::string> fault_of_text(string_view member, string_view value) {
  if (value.size() > kMostText)
    return base::say("{} has more than {} bytes; the rest belongs into a document", member, kMostText);
  if (!base::is_utf8(value) || value.find('\0') != string_view::npos)
    return base::say("{} is not text in UTF-8", member);
  return std::nullopt;
}

std::optional<std::string> fault_of_form(const Fact& fact, string_view value) {
  const auto is_not = [&](const std::string& what) {
    return std::optional(base::say("{} is {}, and not {}", fact.member, what, value));
  };
  switch (fact.form) {
    case FactForm::label:
      if (!store::is_safe_label(value)) return is_not(base::say("of A-Z a-z 0-9 - _ and at most 40 of them"));
      break;
    case FactForm::choice:
      if (std::ranges::find(fact.choices, value) == fact.choices.end())
        return is_not(base::say("one of {}", listed(fact.choices)));
      break;
    case FactForm::per_cent:
      if (!is_number(value, 3) || std::stoi(std::string(value)) > 100 ||
          (value.size() > 1 && value[0] == '0'))
        return is_not("a percentage, 0 to 100");
      break;
    case FactForm::seconds:
      if (!is_number(value.substr(value.starts_with('-') ? 1 : 0), 15))
        return is_not(base::say("in whole seconds"));
      break;
    case FactForm::utc:
      if (!base::parse_utc(value)) return is_not(base::say("a time in UTC such as 2026-11-21T16:19:24Z"));
      break;
    case FactForm::text:
    case FactForm::exhibit:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::span<const string_view> kinds_of_exhibits() {
  return kKinds;
}

std::span<const Fact> intake_facts() {
  return kFacts;
}

const Fact* find_fact(string_view member) {
  const auto found = std::ranges::find(kFacts, member, &Fact::member);
  return found == kFacts.end() ? nullptr : &*found;
}

std::optional<std::string> fault_of(string_view member, string_view value) {
  const Fact* fact = find_fact(member);
  if (fact == nullptr) return base::say("nothing is called {}", member);
  if (value.empty()) return base::say("{} says nothing", member);
  if (auto fault = fault_of_text(member, value)) return fault;
  return fault_of_form(*fact, value);
}

std::optional<std::string> fault_of(const base::Json& members) {
  if ((members.find("serial") != nullptr) == (members.find("serial_reason") != nullptr))
    return base::say("it needs either a serial number or the reason why none is readable");
  if ((members.find("clock_offset_s") != nullptr) == (members.find("clock_offset_reason") != nullptr))
    return base::say("it needs either its clock's offset or the reason why none is known");
  return std::nullopt;
}

bool is_mistyped_imei(string_view serial) {
  if (serial.size() != 15 || !is_number(serial, 15)) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 15; ++i) {
    const int digit = serial[14 - i] - '0';
    const int twice = digit * 2;
    sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 != 0;
}

}  // namespace tools
