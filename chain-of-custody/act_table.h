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
enum class Registers { never, must, may };  // whether the act is the first on an exhibit

struct MemberRule {
  std::string_view name;
  bool required = false;
};

inline constexpr std::string_view kActing[] = {"acting"};

struct ActRule {
  std::string_view act;
  Scope scope;
  NamesExhibit exhibits;
  std::span<const MemberRule> clear = {};         // the act's own members in the body
  std::span<const MemberRule> statement = {};     // in the statement of each exhibit
  std::span<const std::string_view> hidden = {};  // in disclosures of their own inside the statement
  std::string_view in_words;
  std::span<const std::string_view> roles = kActing;  // of the parties, in order; nobody is two of them
  std::string_view further_role = {};                 // more parties may follow, all in this role
  Registers registers = Registers::never;
  bool after_close = false;  // it keeps a closed ledger provable, or the law asks for it afterwards
};

std::span<const ActRule> all_acts();
const ActRule* find_act(std::string_view act);  // nullptr where unknown

// Sentences for every member that a list requires and `object` lacks, and for every one that is not in the
// list. `also_allowed` are the names that every such object has.
std::vector<std::string> check_members(const base::Json& object, std::span<const MemberRule> rules,
                                       std::span<const std::string_view> also_allowed);

// Sentences where the parties of a body are not those of the act: their roles in order, nobody twice.
std::vector<std::string> check_parties(const base::Json& parties, const ActRule& rule);

}  // namespace custody
