// SPDX-License-Identifier: Apache-2.0
// What a person types at intake, made into facts: short answers, any beginning of a word will do. Each
// function returns the members that the answer gives (docs/events.md, `exhibit.add`), or nothing where it
// cannot be understood. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace tools {

// "sim of KK-A-0007, blue": kind, parent (a label), description.
std::optional<base::Json> answered_kind(std::string_view answer);
// "R58M123", or "- label torn off": then the reason.
std::optional<base::Json> answered_serial(std::string_view answer);
// "on unlocked 45"; of a computer also "open" or "closed", of its volumes. Empty: nothing is known.
std::optional<base::Json> answered_power(std::string_view answer);
// "faraday online": how it was isolated, and whether it was connected as found. Empty: it was not isolated.
std::optional<base::Json> answered_isolation(std::string_view answer);
// "TE-004417, 14:03": the seal, then what the clock shows, its offset ("+30") or why it is unknown ("- off").
// A dash in place of the seal: there is none. What is not said stays out.
struct SealAndClock {
  std::string seal;
  base::Json clock = base::Json::object();  // clock_offset_s or clock_offset_reason, or empty
  std::string words;                        // of a clock that was read
};
std::optional<SealAndClock> answered_seal_and_clock(std::string_view answer, std::int64_t now_utc_us);
std::optional<SealAndClock> answered_clock(std::string_view answer, std::int64_t now_utc_us);
// "301, 3, 14 ! unlocked": room, floor, desk, those at the end may be left out, a dash leaves one out; then
// why it should be taken before others.
base::Json answered_place(std::string_view answer);

std::string_view trimmed(std::string_view text);

// What is known of a kind without looking.
bool has_power(std::string_view kind);  // and so a lock, a network and perhaps a clock
bool is_computer(std::string_view kind);
bool has_number(std::string_view kind);  // a serial number is expected on it

}  // namespace tools
