// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/act_table.h"

#include <algorithm>

namespace custody {
namespace {

constexpr bool kRequired = true;

constexpr MemberRule kGenesis[] = {
    {"title"}, {"authority"}, {"encrypted_at_rest"}, {"log_key", kRequired}, {"officers"}};
constexpr MemberRule kKeyAdd[] = {
    {"cert_sha256", kRequired}, {"certificate", kRequired}, {"subject", kRequired}};
constexpr MemberRule kExhibitAdd[] = {{"label", kRequired},
                                      {"kind", kRequired},
                                      {"parent"},
                                      {"description"},
                                      {"serial"},
                                      {"serial_reason"},
                                      {"seal"},
                                      {"clock_offset_s"},
                                      {"clock_offset_reason"}};
constexpr MemberRule kAcquireBegin[] = {{"acquisition", kRequired}, {"format"}, {"source"}, {"attempt"}};
constexpr MemberRule kAcquireEnd[] = {{"acquisition", kRequired},
                                      {"adopted"},
                                      {"format"},
                                      {"outcome", kRequired},
                                      {"media_bytes"},
                                      {"read_bytes"},
                                      {"bad_bytes"},
                                      {"not_attempted_bytes"},
                                      {"read_back"},
                                      {"files"},
                                      {"source"},
                                      {"attempt"},
                                      {"trouble"}};
constexpr std::string_view kAcquireEndHidden[] = {"md5", "sha1", "sha256", "acquisition_json_sha256",
                                                  "attempt_json_sha256"};
constexpr MemberRule kExtract[] = {{"acquisition", kRequired},
                                   {"record_root", kRequired},
                                   {"lines", kRequired},
                                   {"records"},
                                   {"anomalies"},
                                   {"extractors"},
                                   {"reproducible"},
                                   {"sandbox"},
                                   {"worker_deaths"}};
constexpr std::string_view kExtractHidden[] = {"lines_sha256", "file_sha256"};
constexpr MemberRule kVerify[] = {{"acquisition"}, {"object", kRequired}, {"result", kRequired}};
constexpr MemberRule kAmend[] = {{"reason", kRequired}};
constexpr MemberRule kAmendStatement[] = {{"label"}};
constexpr MemberRule kDisclose[] = {{"recipient", kRequired},
                                    {"request"},
                                    {"edition"},
                                    {"data_manifest_sha256", kRequired},
                                    {"withheld"},
                                    {"released"},
                                    {"redacted"}};
constexpr MemberRule kDiscloseStatement[] = {{"released"}, {"redacted"}, {"withheld"}};

constexpr ActRule kActs[] = {
    {"genesis", Scope::all, NamesExhibit::never, kGenesis, {}, {}, "The ledger of the case was opened"},
    {"key.add", Scope::all, NamesExhibit::never, kKeyAdd, {}, {}, "A certificate was added that may sign"},
    {"exhibit.add", Scope::its_exhibits, NamesExhibit::must, {}, kExhibitAdd, {}, "Exhibits were registered"},
    {"acquire.begin", Scope::its_exhibits, NamesExhibit::must, {}, kAcquireBegin, {}, "An acquisition began"},
    {"acquire.end",
     Scope::its_exhibits,
     NamesExhibit::must,
     {},
     kAcquireEnd,
     kAcquireEndHidden,
     "An acquisition ended"},
    {"extract",
     Scope::its_exhibits,
     NamesExhibit::must,
     {},
     kExtract,
     kExtractHidden,
     "Records were extracted"},
    {"verify", Scope::its_exhibits, NamesExhibit::must, {}, kVerify, {}, "Stored data was checked"},
    {"amend",
     Scope::its_exhibits,
     NamesExhibit::must,
     kAmend,
     kAmendStatement,
     {},
     "An earlier statement was amended"},
    {"disclose",
     Scope::all,
     NamesExhibit::may,
     kDisclose,
     kDiscloseStatement,
     {},
     "An edition was made for a recipient"},
};

}  // namespace

std::span<const ActRule> all_acts() {
  return kActs;
}

const ActRule* find_act(std::string_view act) {
  const auto found = std::ranges::find(kActs, act, &ActRule::act);
  return found == std::end(kActs) ? nullptr : &*found;
}

std::vector<std::string> check_members(const base::Json& object, std::span<const MemberRule> rules,
                                       std::span<const std::string_view> also_allowed) {
  std::vector<std::string> wrong;
  for (const MemberRule& rule : rules)
    if (rule.required && !object.find(rule.name))
      wrong.push_back("the member \"" + std::string(rule.name) + "\" is missing");
  for (const auto& [name, value] : object.members()) {
    const bool known = std::ranges::find(rules, name, &MemberRule::name) != rules.end() ||
                       std::ranges::find(also_allowed, name) != also_allowed.end();
    if (!known) wrong.push_back("the member \"" + name + "\" is not one of this act");
  }
  return wrong;
}

}  // namespace custody
