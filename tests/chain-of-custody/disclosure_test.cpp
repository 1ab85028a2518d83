// SPDX-License-Identifier: Apache-2.0
// Disclosures that are altered, moved, doubled or made up, under bodies that are genuine or signed by
// helpers.
#include "chain-of-custody/disclosure.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "chain-of-custody/identity.h"
#include "forge.h"
#include "other_voices.h"

namespace custody::test {
namespace {

using base::Json;

constexpr std::size_t kAcquired = 3;  // the entry that ends the phone's acquisition

std::string code_of(const std::vector<std::string>& disclosures) {
  try {
    open_body(*genuine()->content.entries[kAcquired].body, disclosures);
    return "";
  } catch (const BodyError& error) {
    return error.code;
  }
}
std::vector<std::string> given() {
  return genuine()->content.entries[kAcquired].disclosures;
}

std::string text_of(const Json& array) {
  return base::to_base64url(base::as_bytes(array.canonical()));
}
Json json_of(const std::string& text) {
  return base::parse_profile(base::from_base64url(text));
}

// A body whose only exhibit is this statement, opened with these texts beside the statement's own.
std::string code_of_statement(const Json& statement, std::vector<std::string> texts) {
  const std::string element = hide_element(statement);
  Json body = base::parse_profile(*genuine()->content.entries[kAcquired].body);
  body.set("exhibits", Json::array({Json::object({{"...", disclosure_digest(element)}})}));
  texts.push_back(element);
  try {
    open_body(base::as_bytes(body.canonical()), texts);
    return "";
  } catch (const BodyError& error) {
    return error.code;
  }
}
Json statement() {
  return Json::object({{"uid", kPhone}, {"n", 2}, {"prev_body_sha256", std::string(64, '0')}});
}
Json with_hidden(const std::string& text) {
  return statement().set("_sd", Json::array({disclosure_digest(text)}));
}

// The example of RFC 9901 §5.1.
TEST(Disclosure, DigestAsTheStandardSays) {
  EXPECT_EQ(disclosure_digest("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"),
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
}
TEST(Disclosure, OpensWhatWasHidden) {
  const OpenedBody opened = open_body(genuine()->content.entries[kAcquired]);
  ASSERT_EQ(opened.exhibits.size(), 1u);
  EXPECT_EQ(opened.exhibits[0].uid, kPhone);
  EXPECT_EQ(opened.exhibits[0].members.at("sha256").text(), std::string(64, '5'));
  EXPECT_EQ(opened.exhibits[0].withheld, 0u);
}
TEST(Disclosure, WithheldIsCountedAndNotWrong) {
  const Entry entry = genuine()->content.entries[kAcquired];
  EXPECT_EQ(open_body(*entry.body, {}).hidden, 1u);
  const OpenedBody opened = open_body(*entry.body, {entry.disclosures.back()});
  EXPECT_EQ(opened.exhibits.at(0).withheld, 2u);
  EXPECT_EQ(opened.exhibits[0].members.find("sha256"), nullptr);
}
TEST(Disclosure, T85_ValueAltered) {
  std::vector<std::string> texts = given();
  Json array = json_of(texts[0]);
  array.items()[2] = std::string(64, '9');
  texts[0] = text_of(array);
  EXPECT_EQ(code_of(texts), "disclosure.referenced");
}
TEST(Disclosure, T86_SaltAltered) {
  std::vector<std::string> texts = given();
  Json array = json_of(texts[0]);
  array.items()[0] = "AAAAAAAAAAAAAAAAAAAAAA";
  texts[0] = text_of(array);
  EXPECT_EQ(code_of(texts), "disclosure.referenced");
}
TEST(Disclosure, T87_OfAnotherEntry) {
  std::vector<std::string> texts = given();
  texts.push_back(genuine()->content.entries[4].disclosures.back());
  EXPECT_EQ(code_of(texts), "disclosure.referenced");
}
TEST(Disclosure, T88_Unreferenced) {
  std::vector<std::string> texts = given();
  texts.push_back(hide_member("remark", Json("made up")));
  EXPECT_EQ(code_of(texts), "disclosure.referenced");
  // A hidden member without the statement that it stands in belongs to nothing either.
  EXPECT_EQ(code_of({given()[0]}), "disclosure.referenced");
  // In a ledger: signatures, note and tree are those of a genuine one, and nobody but us reads what lies
  // beside.
  const auto ledger = genuine();
  ledger->content.entries[kAcquired].disclosures = texts;
  EXPECT_EQ(ledger->verify().verdict(), Verdict::damaged);
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}
TEST(Disclosure, T89_Twice) {
  std::vector<std::string> texts = given();
  texts.push_back(texts[0]);
  EXPECT_EQ(code_of(texts), "disclosure.twice");
}
TEST(Disclosure, T90_DigestTwice) {
  const std::string hidden = hide_member("sha256", Json("5"));
  EXPECT_EQ(code_of_statement(
                statement().set("_sd", Json::array({disclosure_digest(hidden), disclosure_digest(hidden)})),
                {hidden}),
            "disclosure.digest_twice");
}
TEST(Disclosure, T91_NameThatCollides) {
  const std::string hidden = hide_member("outcome", Json("failed"));
  EXPECT_EQ(code_of_statement(with_hidden(hidden).set("outcome", "complete"), {hidden}),
            "disclosure.collision");
  for (const char* name : {"_sd", "uid", "n", "prev_body_sha256"}) {
    const std::string reserved = hide_member(name, Json("x"));
    EXPECT_EQ(code_of_statement(with_hidden(reserved), {reserved}), "disclosure.collision") << name;
  }
}
TEST(Disclosure, T92_ElementWhereAMemberIsHiddenAndTheReverse) {
  const std::string element = hide_element(Json("x"));
  EXPECT_EQ(code_of_statement(with_hidden(element), {element}), "disclosure.kind");
  const std::string member = hide_member("uid", Json(kPhone));
  Json body = base::parse_profile(*genuine()->content.entries[kAcquired].body);
  body.set("exhibits", Json::array({Json::object({{"...", disclosure_digest(member)}})}));
  EXPECT_THROW(open_body(base::as_bytes(body.canonical()), {member}), BodyError);
}
TEST(Disclosure, T97_ShortSaltAndSaltUsedTwice) {
  const std::string fifteen = base::to_base64url(base::Buffer(15, std::byte{7}));
  const std::string short_salt = text_of(Json::array({fifteen, "sha256", "5"}));
  EXPECT_EQ(code_of_statement(with_hidden(short_salt), {short_salt}), "disclosure.form");
  const std::string sixteen = base::to_base64url(base::Buffer(16, std::byte{7}));
  const std::string one = text_of(Json::array({sixteen, "sha256", "5"}));
  const std::string two = text_of(Json::array({sixteen, "md5", "6"}));
  EXPECT_EQ(
      code_of_statement(statement().set("_sd", Json::array({disclosure_digest(one), disclosure_digest(two)})),
                        {one, two}),
      "disclosure.salt");
}
// A digest that nothing opens, among the hidden members or the exhibits: one more is withheld, and nothing
// else is another.
TEST(Disclosure, T99_DecoysChangeCountsOnly) {
  const std::string decoy = disclosure_digest(hide_member("made_up", Json("x")));
  const auto opened_with = [&](Json::Array digests, Json::Array exhibits) {
    std::ranges::sort(digests, {}, [](const Json& digest) { return digest.text(); });
    const std::string element = hide_element(statement().set("_sd", Json(digests)));
    exhibits.push_back(Json::object({{"...", disclosure_digest(element)}}));
    Json body = base::parse_profile(*genuine()->content.entries[kAcquired].body);
    return open_body(base::as_bytes(body.set("exhibits", Json(exhibits)).canonical()), {element});
  };
  const Json real = disclosure_digest(hide_member("sha256", Json("5")));
  const OpenedBody without = opened_with({real}, {}), with = opened_with({real, Json(decoy)}, {}),
                   beside = opened_with({real}, {Json::object({{"...", decoy}})});
  EXPECT_EQ(without.exhibits.at(0).withheld, 1u);
  EXPECT_EQ(with.exhibits.at(0).withheld, 2u);
  EXPECT_EQ(with.exhibits[0].members.canonical(), without.exhibits[0].members.canonical());
  EXPECT_EQ(without.hidden, 0u);
  EXPECT_EQ(beside.hidden, 1u);
  EXPECT_EQ(beside.exhibits.at(0).members.canonical(), without.exhibits[0].members.canonical());
}
TEST(Disclosure, SaltsOfTheWriterAreFresh) {
  EXPECT_NE(hide_member("a", Json("b")), hide_member("a", Json("b")));
  EXPECT_GE(base::from_base64url(read_disclosure(hide_element(Json("b"))).salt).size(), 16u);
}
TEST(Disclosure, T95_StatementsThatFollowAnotherExhibit) {
  const auto ledger = genuine();
  Entry& disk = ledger->content.entries[5];
  // The disk's acquisition now claims to follow the phone's last act.
  state_again(disk, anna(), [&](Json& statement) {
    statement.set("prev_body_sha256", base::sha256(*ledger->content.entries[4].body).hex());
  });
  ledger->reseal_it();
  EXPECT_EQ(ledger->failed(), "exhibit.prev");
  if (has_stock_tools()) EXPECT_EQ(ledger->stock(), kStockToolsNoticeNothing);
}

}  // namespace
}  // namespace custody::test
