// SPDX-License-Identifier: Apache-2.0
// The writer: what it takes, what it refuses, and what readers get.
#include "chain-of-custody/ledger.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "forge.h"

namespace custody::test {
namespace {

using base::Json;
namespace fs = std::filesystem;

std::string refusal(Ledger& ledger, const base::Event& event) {
  try {
    ledger.append(event);
    return "";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::usage);
    return error.what();
  }
}
base::Event add_boris() {
  base::Event event{"key.add", {}, Json::object(), true};
  event.members.set("cert_sha256", fingerprint_of(boris().certificate()))
      .set("certificate", base::to_base64(boris().certificate()))
      .set("subject", boris().subject());
  return event;
}

TEST(Ledger, WhatIsAppendedVerifies) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  EXPECT_EQ(ledger->size(), 7u);
  const VerifyReport report = verify_in(folder);
  for (const Check& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::passed) << check.code << ": " << check.what;
  EXPECT_EQ(report.verdict(), Verdict::verified);
}
TEST(Ledger, OpensAgainAndGoesOn) {
  const TestFolder folder;
  small_ledger(folder);
  const auto ledger = reopened(folder);
  const base::EntryReceipt receipt = ledger->append(check_image(kDisk));
  EXPECT_EQ(receipt.index, 7u);
  const SignedNote note = parse_note(read_ledger(places_in(folder).folder).checkpoint);
  EXPECT_EQ(parse_checkpoint(note.text).root.hex(), receipt.root_hex);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, ReadingWritesNothing) {
  const TestFolder folder;
  small_ledger(folder);
  const auto listing = [&] {
    std::string text;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
      text += entry.path().string() +
              (entry.is_regular_file() ? base::sha256(base::read_file(entry.path())).hex() : "") +
              std::to_string(entry.last_write_time().time_since_epoch().count()) + "\n";
    return text;
  };
  const std::string before = listing();
  verify_in(folder);
  EXPECT_EQ(listing(), before);
}

TEST(Ledger, RefusesWhatTheActTableDoesNotHave) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  const std::string unknown(32, 'b');
  EXPECT_NE(refusal(*ledger, {"burn", {}, Json::object(), false}), "");
  EXPECT_NE(refusal(*ledger, {"verify", {}, Json::object(), false}), "");  // must name an exhibit
  EXPECT_NE(refusal(*ledger, check_image(unknown)), "");
  EXPECT_NE(refusal(*ledger, add_exhibit(kPhone, "KK-A-0009")), "");
  EXPECT_NE(refusal(*ledger, add_exhibit("not a uid", "KK-A-0009")), "");
  base::Event twice = check_image(kPhone);
  twice.exhibits.push_back(twice.exhibits[0]);
  EXPECT_NE(refusal(*ledger, twice), "");
  base::Event odd = check_image(kPhone);
  odd.exhibits[0].members.set("mood", "good");
  EXPECT_NE(refusal(*ledger, odd), "");
  odd = check_image(kPhone);
  odd.members.set("case", "another");
  EXPECT_NE(refusal(*ledger, odd), "");
  odd = check_image(kPhone);
  odd.scope_all = true;
  EXPECT_NE(refusal(*ledger, odd), "");
  base::Event incomplete = check_image(kPhone);
  incomplete.exhibits[0].members = Json::object({{"object", "image"}});
  EXPECT_NE(refusal(*ledger, incomplete), "");
  // None of these spoilt anything.
  ledger->append(check_image(kPhone));
  EXPECT_EQ(ledger->size(), 8u);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, ValuesThatHaveNoPlaceInABodyAreRefused) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  base::Event event = check_image(kPhone);
  event.exhibits[0].members.set("result", 0.5);
  EXPECT_NE(refusal(*ledger, event), "");
  event.exhibits[0].members.set("result", std::string("a\0b", 3));
  EXPECT_NE(refusal(*ledger, event), "");
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, AnotherSignerIsAddedFirst) {
  const TestFolder folder;
  small_ledger(folder);
  const auto of_boris = Ledger::open(places_in(folder), boris());
  EXPECT_NE(refusal(*of_boris, check_image(kDisk)).find("may not sign"), std::string::npos);
  reopened(folder)->append(add_boris());
  of_boris->append(check_image(kDisk));
  const LedgerContent content = read_ledger(places_in(folder).folder);
  EXPECT_EQ(content.certificates.size(), 2u);
  EXPECT_EQ(verify_whole(content, {{anna().certificate(), boris().certificate()}}).verdict(),
            Verdict::verified);
  const VerifyReport partly = verify_whole(content, trusting(anna()));
  EXPECT_EQ(partly.verdict(), Verdict::not_proven);
  EXPECT_EQ(impossible_codes(partly), "signature.chain");
}
TEST(Ledger, NobodySignsWithACertificateThatIsNotValidNow) {
  const TestFolder folder;
  make_identity(folder / "identities", {"old", "Officer O", "", "", -1}, "");  // ended yesterday
  const auto signer = unlock_signer(folder / "identities", "old", [] { return std::string(); });
  try {
    Ledger::create(places_in(folder), genesis_facts(), *signer);
    ADD_FAILURE() << "signed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::crypto);
    EXPECT_NE(std::string(error.what()).find("is valid from"), std::string::npos) << error.what();
  }
}
TEST(Ledger, ACaseIsMadeOnce) {
  const TestFolder folder;
  Ledger::create(places_in(folder), genesis_facts(), anna());
  EXPECT_THROW(Ledger::create(places_in(folder), genesis_facts(), anna()), base::Error);
  fs::remove_all(places_in(folder).folder);  // the high-water mark remembers it
  EXPECT_THROW(Ledger::create(places_in(folder), genesis_facts(), anna()), base::Error);
}
TEST(Ledger, ACreationThatWasCutOffIsRepeated) {
  const TestFolder folder;
  const LedgerPlaces places = places_in(folder);
  fs::create_directories(places.log_key.parent_path());
  Ed25519PrivateKey::generate().write_new(places.log_key);
  Ledger::create(places, genesis_facts(), anna());
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified);
}
TEST(Ledger, NamesThatCannotStandInAnOrigin) {
  const TestFolder folder;
  for (const char* name : {"", "a b", "a+b", "a/b", "../x", "\xc3\xa4"}) {
    GenesisFacts facts = genesis_facts();
    facts.station = name;
    EXPECT_THROW(Ledger::create(places_in(folder), facts, anna()), base::Error) << name;
  }
}

TEST(Ledger, ExhibitsAsTheEntriesSay) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  base::Event amend{"amend", {}, Json::object({{"reason", "label read wrongly"}}), false};
  amend.exhibits.push_back({kDisk, Json::object({{"label", "KK-A-0003"}}), Json::object()});
  ledger->append(amend);
  const auto exhibits = exhibits_of(read_ledger(places_in(folder).folder));
  ASSERT_EQ(exhibits.size(), 2u);
  EXPECT_EQ(exhibits[0].uid, kPhone);
  EXPECT_EQ(exhibits[0].label, "KK-A-0001");
  EXPECT_EQ(exhibits[0].kind, "phone");
  EXPECT_EQ(exhibits[0].entries, (std::vector<std::uint64_t>{1, 3, 4, 6}));
  // T138: an amendment adds; what was said first stays.
  EXPECT_EQ(exhibits[1].label, "KK-A-0003");
  EXPECT_EQ(exhibits[1].labels, (std::vector<std::string>{"KK-A-0002", "KK-A-0003"}));
  EXPECT_EQ(exhibits[1].members.at("label").text(), "KK-A-0002");
}
TEST(Ledger, WordsHideNothing) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  base::Event event = add_exhibit("a3000000000000000000000000000003", "KK-A-0003");
  event.exhibits[0].members.set("description",
                                "black \xe2\x80\xae"
                                "enohp\x1b[2J, \xe0\xb9\x84\xe0\xb8\x97\xe0\xb8\xa2");
  ledger->append(event);
  const OpenedBody opened = open_body(read_ledger(places_in(folder).folder).entries.back());
  std::string text;
  for (const std::string& line : body_in_words(opened.body, {opened.exhibits.at(0).members}))
    text += line + "\n";
  EXPECT_NE(text.find("black <U+202E>enohp<U+001B>[2J, \xe0\xb9\x84\xe0\xb8\x97\xe0\xb8\xa2"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("Exhibits were registered"), std::string::npos);
  EXPECT_NE(text.find(fingerprint_of(anna().certificate())), std::string::npos);
}

// What only programs read is told by its size and digest; nothing else is shortened.
TEST(Ledger, WordsDoNotPrintTokensAndLists) {
  const base::Buffer token(3000, std::byte{0x30});
  const std::string text = base::to_base64(token), digest = base::sha256(token).hex();
  const auto in_words = [&](base::Json members) {
    members.set("act", "anchor")
        .set("case", "KK-2026")
        .set("ledger", "a/b/c")
        .set("parties", base::Json::array());
    members.set("exhibits", base::Json::array())
        .set("time", base::Json::object())
        .set("tool", base::Json::object());
    std::string all;
    for (const std::string& line : body_in_words(members, {})) all += line + "\n";
    return all;
  };
  for (const char* name : {"token", "crl", "certificate", "checkpoint", "proof"}) {
    const std::string words = in_words(base::Json::object({{name, text}}));
    EXPECT_NE(words.find(std::string(name) + ": 3000 bytes, SHA-256 " + digest + "\n"), std::string::npos)
        << words;
    EXPECT_EQ(words.find(text.substr(0, 40)), std::string::npos);
  }
  const std::string inside = in_words(
      base::Json::object({{"not_before", base::Json::object({{"token", text}, {"value", "AAAA"}})},
                          {"officers", base::Json::array({base::Json::object({{"certificate", text}})})}}));
  EXPECT_NE(inside.find("not before, token: 3000 bytes, SHA-256 " + digest), std::string::npos) << inside;
  EXPECT_NE(inside.find("not before, value: AAAA"), std::string::npos) << inside;
  EXPECT_NE(inside.find("officers 1, certificate: 3000 bytes"), std::string::npos) << inside;
  EXPECT_NE(in_words(base::Json::object({{"reason", text}})).find(text), std::string::npos)
      << "people's words";
  EXPECT_NE(in_words(base::Json::object({{"token", "not base64!"}})).find("token: not base64!"),
            std::string::npos);
}

}  // namespace
}  // namespace custody::test
