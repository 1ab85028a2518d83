// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "chain-of-custody/as_utf8.h"
#include "chain-of-custody/verify.h"

namespace custody {
namespace {

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::not_possible:
      return "not possible";
  }
  return {};
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::verified:
      return "VERIFIED";
    case Verdict::verified_in_part:
      return "VERIFIED IN PART";
    case Verdict::not_proven:
      return "NOT PROVEN";
    case Verdict::damaged:
      return "DAMAGED";
  }
  return {};
}

void VerifyReport::pass(std::string code, std::string object, std::string what) {
  checks.push_back({std::move(code), std::move(object), std::move(what), Outcome::passed});
}
void VerifyReport::fail(std::string code, std::string object, std::string what) {
  checks.push_back({std::move(code), std::move(object), std::move(what), Outcome::failed});
}
void VerifyReport::impossible(std::string code, std::string object, std::string what) {
  checks.push_back({std::move(code), std::move(object), std::move(what), Outcome::not_possible});
}

Verdict VerifyReport::verdict() const {
  const auto count = [&](Outcome outcome) { return std::ranges::count(checks, outcome, &Check::outcome); };
  if (count(Outcome::failed) > 0) return Verdict::damaged;
  if (count(Outcome::not_possible) > 0 || count(Outcome::passed) == 0) return Verdict::not_proven;
  return anything_withheld ? Verdict::verified_in_part : Verdict::verified;
}

base::Json VerifyReport::to_json() const {
  base::Json::Array list;
  for (const Check& check : checks)
    list.push_back(base::Json::object({{"code", check.code},
                                       {"object", as_utf8(check.object)},
                                       {"outcome", name_of(check.outcome)},
                                       {"what", as_utf8(check.what)}}));
  base::Json::Array words;
  for (const std::string& statement : statements) words.emplace_back(as_utf8(statement));
  return base::Json::object({{"subject", as_utf8(subject)},
                             {"verdict", custody::name_of(verdict())},
                             {"statements", std::move(words)},
                             {"checks", std::move(list)}});
}

}  // namespace custody
