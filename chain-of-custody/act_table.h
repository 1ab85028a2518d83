// SPDX-License-Identifier: Apache-2.0
// The acts that a ledger may hold, and which members each of them has: docs/events.md as a table. The writer
// refuses what is not in it, the verifier reports it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace custody {

enum class NamesExhibit { never, may, must };
enum class Scope { its_exhibits, all };

struct MemberRule {
  std::string_view name;
  bool required = false;
};

struct ActRule {
  std::string_view act;
  Scope scope;
  NamesExhibit exhibits;
  std::span<const MemberRule> clear;         // the act's own members in the body
  std::span<const MemberRule> statement;     // in the statement of each exhibit
  std::span<const std::string_view> hidden;  // in disclosures of their own inside the statement
  std::string_view in_words;
};

std::span<const ActRule> all_acts();
const ActRule* find_act(std::string_view act);  // nullptr where unknown

// Sentences for every member that a list requires and `object` lacks, and for every one that is not in the
// list. `also_allowed` are the names that every such object has.
std::vector<std::string> check_members(const base::Json& object, std::span<const MemberRule> rules,
                                       std::span<const std::string_view> also_allowed);

}  // namespace custody
