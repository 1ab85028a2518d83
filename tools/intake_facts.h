// SPDX-License-Identifier: Apache-2.0
// What is registered of a seized thing: the members of the statement of `exhibit.add` that a person gives,
// and what each may say. docs/events.md lists them. Data and pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tools {

std::span<const std::string_view> kinds_of_exhibits();

enum class FactForm { text, label, exhibit, choice, per_cent, seconds, utc };

struct Fact {
  std::string_view member;  // of the statement, and the column of a sheet
  FactForm form;
  std::span<const std::string_view> choices = {};
};
// In the order in which sheets have their columns. `label` and `parent` (a label) are among them.
std::span<const Fact> intake_facts();
const Fact* find_fact(std::string_view member);  // nullptr where there is none

// A sentence without its end where the value is none of that member: "battery is a percentage, 0 to 100, and
// not 120". For any member of the list; also for those of other acts that bear the same name.
std::optional<std::string> fault_of(std::string_view member, std::string_view value);

// A sentence where the members do not go together: a serial number or the reason why none is readable, and so
// for the clock. Never both, never neither.
std::optional<std::string> fault_of(const base::Json& members);

// Where the last digit of a number of fifteen is not that of an IMEI (Luhn's, 3GPP TS 23.003 annex B).
bool is_mistyped_imei(std::string_view serial);

}  // namespace tools
