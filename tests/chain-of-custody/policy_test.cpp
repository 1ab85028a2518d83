// SPDX-License-Identifier: Apache-2.0
// Policies: which sets of witnesses are enough, and texts that are no policy.
#include "chain-of-custody/policy.h"

#include <gtest/gtest.h>

namespace custody::test {
namespace {

struct Someone {
  Ed25519PublicKey key = Ed25519PrivateKey::generate().public_key();
  std::string witness(const std::string& name) const { return WitnessKey{name, key}.vkey(); }
  std::string log(const std::string& name) const { return NoteKey{name, key}.vkey(); }
};
const Someone& someone(std::size_t which) {
  static const std::array<Someone, 6> kAll;
  return kAll.at(which);
}
std::string witness_line(const std::string& name, std::size_t which) {
  return "witness " + name + ' ' + someone(which).witness("w.example/" + name) + '\n';
}
std::string three() {
  return witness_line("a", 0) + witness_line("b", 1) + witness_line("c", 2);
}
bool is_met(const std::string& policy, std::initializer_list<std::size_t> by) {
  std::set<Ed25519PublicKey> keys;
  for (const std::size_t which : by) keys.insert(someone(which).key);
  return parse_policy(policy).is_met_by(keys);
}
// Why it is no policy; empty where it is one.
std::string refused_for(const std::string& text) {
  try {
    parse_policy(text);
    return {};
  } catch (const NoteError& error) {
    return error.what();
  }
}

TEST(Policy, OneWitness) {
  const std::string policy = three() + "quorum b\n";
  EXPECT_TRUE(is_met(policy, {1}));
  EXPECT_TRUE(is_met(policy, {0, 1, 5}));
  EXPECT_FALSE(is_met(policy, {0, 2}));
  EXPECT_FALSE(is_met(policy, {}));
}
TEST(Policy, NoneAsksForNobody) {
  EXPECT_TRUE(is_met("quorum none\n", {}));
  EXPECT_EQ(refused_for("quorum none\n"), "");
}
TEST(Tamper, T37_OneLessThanTheQuorum) {
  const std::string policy = three() + "group two 2 a b c\nquorum two\n";
  EXPECT_FALSE(is_met(policy, {0}));
  EXPECT_FALSE(is_met(policy, {2}));
  EXPECT_FALSE(is_met(policy, {0, 5}));
  EXPECT_TRUE(is_met(policy, {0, 2}));
  EXPECT_FALSE(is_met(three() + "group all-of-them all a b c\nquorum all-of-them\n", {0, 1}));
  EXPECT_TRUE(is_met(three() + "group one any a b c\nquorum one\n", {2}));
}
TEST(Policy, GroupsOfGroups) {
  const std::string policy = three() + witness_line("d", 3) + witness_line("e", 4) +
                             "group police 2 a b c\n# a comment\n\n \tgroup  court any\td e \n"
                             "group both all police court\nquorum both\n";
  EXPECT_TRUE(is_met(policy, {0, 1, 3}));
  EXPECT_FALSE(is_met(policy, {0, 1, 2}));
  EXPECT_FALSE(is_met(policy, {0, 3, 4}));
}
// The same key under two names would be two votes.
TEST(Tamper, T36_OneWitnessUnderTwoNames) {
  const std::string again = "witness z " + someone(0).witness("other.example/z") + '\n';
  EXPECT_EQ(refused_for(three() + again + "group two 2 a z\nquorum two\n"),
            "line 4 of the policy: its key stands in the policy already");
  EXPECT_EQ(refused_for("log " + someone(0).log("agency.example/c/s") + '\n' + three() + "quorum a\n"),
            "line 2 of the policy: its key stands in the policy already");
  EXPECT_EQ(refused_for(three() + "group two 2 a b a\nquorum two\n"),
            "line 4 of the policy: the member a is counted a second time");
  EXPECT_EQ(refused_for(three() + "group g any a b\ngroup h 2 g a\nquorum h\n"),
            "line 5 of the policy: the member a is counted a second time");
}
TEST(Policy, TextsThatAreNone) {
  const std::string a = witness_line("a", 0);
  for (const auto& [text, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "no quorum line"},
           {a, "no quorum line"},
           {a + "quorum a\nquorum a\n", "second quorum"},
           {a + "quorum b\n", "not defined above"},
           {"quorum a\n" + a, "not defined above"},
           {a + "quorum a b\n", "one name"},
           {a + "quorum a", "does not end"},
           {a + a + "quorum a\n", "defined a second time"},
           {a + "group a any a\nquorum a\n", "defined a second time"},
           {a + "group none any a\nquorum none\n", "the name none is taken"},
           {a + "group g 0 a\nquorum g\n", "not between 1"},
           {a + "group g 2 a\nquorum g\n", "not between 1"},
           {a + "group g 01 a\nquorum g\n", "neither any, all nor"},
           {a + "group g +1 a\nquorum g\n", "neither any, all nor"},
           {a + "group g any\nquorum g\n", "at least one member"},
           {a + "group g any b\nquorum g\n", "not defined above"},
           {a + "group g any none\nquorum g\n", "not defined above"},
           {a + "threshold 1\nquorum a\n", "begins with none of"},
           {a + "quorum a\r\n", "control character"},
           {"witness a " + someone(0).log("w.example") + "\nquorum a\n", "of another type"},
           {"log " + someone(0).witness("w.example") + "\nquorum none\n", "of another type"},
           {"witness a nonsense\nquorum a\n", "three parts"}})
    EXPECT_NE(refused_for(text).find(part), std::string::npos) << text << "\n" << refused_for(text);
}

}  // namespace
}  // namespace custody::test
