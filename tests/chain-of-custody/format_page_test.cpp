// SPDX-License-Identifier: Apache-2.0
// The pages say what the program does: the worked example of docs/ledger-format.md is taken from the page and
// verified byte by byte, and every check and act stands on its page.
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/merkle.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/leaf.h"
#include "forge.h"

namespace custody::test {
namespace {

std::string page(const char* name) {
  return std::string(
      base::as_text(base::read_file(std::filesystem::path(HOLDFAST_SOURCE_DIR) / "docs" / name)));
}

// What stands between "```<mark>" and "```"; a base64 block is wrapped, the others are one line or a note.
std::string block(const std::string& mark) {
  static const std::string kPage = page("ledger-format.md");
  const std::string fence = "```" + mark + "\n";
  const std::size_t at = kPage.find(fence);
  EXPECT_NE(at, std::string::npos) << mark;
  if (at == std::string::npos) return {};
  const std::size_t begin = at + fence.size();
  return kPage.substr(begin, kPage.find("```", begin) - begin);
}
std::string line(const std::string& mark) {
  std::string text = block(mark);
  EXPECT_TRUE(text.ends_with('\n'));
  if (!text.empty()) text.pop_back();
  return text;
}
base::Buffer bytes(const std::string& mark) {
  return base::to_buffer(base::as_bytes(line(mark)));
}
base::Buffer unwrapped(const std::string& mark) {
  std::string text = block(mark);
  std::erase(text, '\n');
  return base::from_base64(text);
}

LedgerContent example() {
  LedgerContent content;
  content.checkpoint = base::to_buffer(base::as_bytes(block("checkpoint")));
  for (const char* number : {"0", "1"}) {
    Entry& entry = content.entries.emplace_back();
    entry.index = content.entries.size() - 1;
    entry.body = bytes(std::string("body-") + number);
    entry.leaf = bytes(std::string("leaf-") + number);
    entry.signatures = {unwrapped(std::string("signature-") + number)};
  }
  content.entries[1].disclosures = {line("disclosure-1")};
  return content;
}

// HOLDFAST_WRITE_EXAMPLE=1 prints a new example in the form of the page.
TEST(FormatPage, PrintsAnExample) {
  if (!std::getenv("HOLDFAST_WRITE_EXAMPLE")) GTEST_SKIP() << "prints a new example where it is asked to";
  const TestFolder folder;
  auto ledger = Ledger::create(places_in(folder), genesis_facts(), anna());
  ledger->append(add_exhibit(kPhone, "KK-A-0001"));
  const LedgerContent content = read_ledger(places_in(folder).folder);
  const auto print = [](const std::string& mark, std::string_view text) {
    std::printf("```%s\n%.*s\n```\n", mark.c_str(), static_cast<int>(text.size()), text.data());
  };
  for (const Entry& entry : content.entries) {
    const std::string number = std::to_string(entry.index);
    print("body-" + number, base::as_text(*entry.body));
    for (const std::string& text : entry.disclosures) print("disclosure-" + number, text);
    std::string wrapped = base::to_base64(entry.signatures[0]);
    for (std::size_t at = 100; at < wrapped.size(); at += 101) wrapped.insert(at, "\n");
    print("signature-" + number, wrapped);
    print("leaf-" + number, base::as_text(entry.leaf));
    print("leaf-hash-" + number, base::leaf_hash(entry.leaf).hex());
  }
  std::string_view note = base::as_text(content.checkpoint);
  note.remove_suffix(1);
  print("checkpoint", note);
}

TEST(FormatPage, TheExampleVerifies) {
  const LedgerContent content = example();
  const base::Buffer signer = read_actor_signature(content.entries[0].signatures[0]).certificate;
  VerifyReport report;
  verify_ledger(content, Coverage::whole, {{signer}}, report);
  for (const Check& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::passed) << check.code << " " << check.object << ": " << check.what;
  EXPECT_EQ(report.verdict(), Verdict::verified);
}
TEST(FormatPage, TheExampleIsWhatTheTextSays) {
  const LedgerContent content = example();
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(base::leaf_hash(content.entries[i].leaf).hex(), line("leaf-hash-" + std::to_string(i)));
  const std::string body(base::as_text(*content.entries[1].body));
  EXPECT_NE(body.find(disclosure_digest(line("disclosure-1"))), std::string::npos);
  EXPECT_NE(body.find(line("leaf-hash-0")), std::string::npos);
  const auto slot = [](std::string_view uid, const base::Digest& head) {
    return base::leaf_hash(base::as_bytes("{\"head_body_sha256\":\"" + head.hex() + "\",\"n\":1,\"uid\":\"" +
                                          std::string(uid) + "\"}"));
  };
  const base::Digest state =
      base::node_hash(slot(std::string(32, '0'), base::sha256(*content.entries[0].body)),
                      slot(kPhone, base::sha256(*content.entries[1].body)));
  EXPECT_EQ(parse_leaf(content.entries[1].leaf).state, state);
  const base::Digest root =
      base::node_hash(base::leaf_hash(content.entries[0].leaf), base::leaf_hash(content.entries[1].leaf));
  EXPECT_NE(block("checkpoint").find("\n2\n" + base::to_base64(root.bytes) + "\n\n"), std::string::npos);
}
TEST(FormatPage, EveryCheckStandsOnItsPage) {
  const std::string text = page("verification.md");
  for (const CheckMeaning& check : all_ledger_checks())
    EXPECT_NE(text.find("`" + std::string(check.code) + "`"), std::string::npos) << check.code;
}
TEST(FormatPage, EveryActAndMemberStandsOnItsPage) {
  const std::string text = page("events.md");
  for (const ActRule& rule : all_acts()) {
    const std::size_t at = text.find("| `" + std::string(rule.act) + "`");
    ASSERT_NE(at, std::string::npos) << rule.act;
    const std::string row = text.substr(at, text.find('\n', at) - at);
    std::vector<std::string_view> names(rule.hidden.begin(), rule.hidden.end());
    for (const auto rules : {rule.clear, rule.statement})
      for (const MemberRule& member : rules) names.push_back(member.name);
    for (const std::string_view name : names)
      EXPECT_NE(row.find("`" + std::string(name) + "`"), std::string::npos) << rule.act << " " << name;
    EXPECT_EQ(row.find("(all)") != std::string::npos, rule.scope == Scope::all) << rule.act;
  }
}

// The second table of docs/events.md, from which other verifiers learn what an act must have.
std::string quoted(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "`" : ", `") + std::string(name) + "`";
  return text.empty() ? "–" : text;
}
std::string required(std::span<const MemberRule> rules) {
  std::vector<std::string_view> names;
  for (const MemberRule& rule : rules)
    if (rule.required) names.push_back(rule.name);
  return quoted(names);
}
TEST(FormatPage, WhatAnActMustHaveStandsOnItsPage) {
  const std::string text = page("events.md");
  for (const ActRule& rule : all_acts()) {
    std::string parties = quoted({rule.roles.begin(), rule.roles.end()});
    if (!rule.further_role.empty()) parties += ", then any number of " + quoted({rule.further_role});
    const char* exhibits = rule.exhibits == NamesExhibit::never  ? "none"
                           : rule.exhibits == NamesExhibit::must ? "one or more"
                                                                 : "any number";
    const std::string row = "\n| `" + std::string(rule.act) + "` | " + parties + " | " + exhibits + " | " +
                            required(rule.clear) + " | " + required(rule.statement) + " |\n";
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
}

TEST(FormatPage, WhatMayFollowCloseStandsOnItsPage) {
  std::vector<std::string_view> acts;
  for (const ActRule& rule : all_acts())
    if (rule.after_close) acts.push_back(rule.act);
  const std::string sentence = "After `close` only these\nfollow: " + quoted(acts) + ".";
  EXPECT_NE(page("events.md").find(sentence), std::string::npos) << sentence;
}

}  // namespace
}  // namespace custody::test
