// SPDX-License-Identifier: Apache-2.0
// Bodies, leaves and disclosures that other readers of JSON would take. Each is signed and sealed by people
// who help the attacker, so that the form alone is what is wrong.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "forge.h"
#include "programs.h"

namespace custody::test {
namespace {

// What Python's json makes of it, a reader of JSON as there are many.
enum class Python { reads, refuses };
Python python(base::Bytes bytes) {
  const TestFolder folder;
  base::write_durably(folder / "body", bytes);
  const Answer answer = ask("python3 -c 'import json, sys; json.loads(open(sys.argv[1], \"rb\").read())' " +
                            (folder / "body").string());
  return answer.code == 0 ? Python::reads : Python::refuses;
}

// Verifies a ledger whose last body has these bytes instead of its own.
std::string failed_with(const std::function<void(base::Buffer&)>& change, Python other = Python::reads) {
  const auto ledger = genuine();
  Entry& entry = ledger->content.entries.back();
  change(*entry.body);
  if (has_program("python3")) EXPECT_EQ(python(*entry.body), other);
  entry.signatures = {anna().sign_detached(*entry.body)};
  ledger->reseal_it();
  return ledger->failed();
}
std::string failed_with(std::string_view from, std::string_view to, Python other = Python::reads) {
  return failed_with([&](base::Buffer& body) { replace(body, from, to); }, other);
}
// A disclosure of this JSON: why it is none, or "".
std::string refusal_of(std::string_view json) {
  try {
    read_disclosure(base::to_base64url(base::as_bytes(json)));
    return "";
  } catch (const base::JsonError& error) {
    return error.what();
  }
}

TEST(Encoding, T75_DuplicateName) {
  EXPECT_EQ(failed_with("{", "{\"_sd_alg\":\"sha-256\","), "body.form");
  std::string leaf(base::as_text(genuine()->content.entries[3].leaf));
  EXPECT_NO_THROW(parse_leaf(base::as_bytes(leaf)));
  leaf.insert(leaf.find("\"seq\":"), "\"seq\":3,");
  EXPECT_THROW(parse_leaf(base::as_bytes(leaf)), base::JsonError);
  const std::string salt = "[\"AAAAAAAAAAAAAAAAAAAAAA\",";
  EXPECT_EQ(refusal_of(salt + "{\"a\":1,\"b\":1}]"), "");
  EXPECT_NE(refusal_of(salt + "{\"a\":1,\"a\":1}]"), "");
}
TEST(Encoding, T76_NamesInOtherCaseOrEscaped) {
  EXPECT_EQ(failed_with("\"act\":", "\"Act\":"), "body.form");
  EXPECT_EQ(failed_with("\"act\":", "\"\\u0061ct\":"), "body.form");
}
TEST(Encoding, T77_OrderSpaceTrailAndMark) {
  EXPECT_EQ(failed_with("{", "{ "), "body.form");
  EXPECT_EQ(failed_with([](base::Buffer& body) { body.push_back(std::byte{'\n'}); }), "body.form");
  EXPECT_EQ(failed_with("{", "\xef\xbb\xbf{"), "body.form");
  EXPECT_EQ(failed_with([](base::Buffer& body) {
              const std::string first = "\"_sd_alg\":\"sha-256\",";
              replace(body, first, "");
              replace(body, "\"v\":", first + "\"v\":");
            }),
            "body.form");
}
TEST(Encoding, T78_NumbersWithTwoForms) {
  for (const char* number : {"1.0", "1e0", "1e3", "-0", "9007199254740993", "NaN"})
    EXPECT_EQ(failed_with("\"act\":\"verify\"", std::string("\"act\":") + number), "body.form") << number;
}
TEST(Encoding, T79_StringsThatAreNoText) {
  for (const char* text : {"\\ud800", "\\udc00", "\\ud800\\ud800", "\xed\xa0\x80", "\\u0000", "\\uffff"})
    EXPECT_EQ(failed_with("\"role\":\"acting\"", std::string("\"role\":\"") + text + "\""), "body.form")
        << text;
  EXPECT_EQ(failed_with("\"role\":\"acting\"", "\"role\":\"\xff\"", Python::refuses), "body.form");
}
// Texts that look alike and are not the same. What counts is compared byte by byte, and a uid has no letters
// that another could look like.
TEST(Encoding, T79_LettersThatLookAlike) {
  for (const char* cyrillic : {"\xd0\xb0", "\xef\xbd\x81"}) {  // U+0430, U+FF41 for the first a
    const auto ledger = genuine();
    state_again(ledger->content.entries.back(), anna(), [&](base::Json& statement) {
      statement.set("uid", cyrillic + std::string(kPhone).substr(1));
    });
    ledger->reseal_it();
    EXPECT_EQ(ledger->failed(), "exhibit.uid");
  }
  for (const char* name : {"KK-2026\xcc\x81", "KK-2026\xc3\xa9", "K\xd0\x9a-2026", "KK-2026\xe2\x80\xae"}) {
    GenesisFacts facts = genesis_facts();
    facts.case_id = name;
    const TestFolder folder;
    EXPECT_THROW(Ledger::create(places_in(folder), facts, anna()), base::Error) << name;
  }
  // A label may be in any script. NFC and NFD of one word are two labels, and both stay as they were entered.
  const std::string composed = "caf\xc3\xa9", decomposed = "cafe\xcc\x81";
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  ledger->append(add_exhibit("a3000000000000000000000000000003", composed));
  ledger->append(add_exhibit("a4000000000000000000000000000004", decomposed));
  const auto exhibits = exhibits_of(read_ledger(places_in(folder).folder));
  EXPECT_EQ(exhibits.at(2).label, composed);
  EXPECT_EQ(exhibits.at(3).label, decomposed);
}
TEST(Encoding, T80_DepthAndSize) {
  EXPECT_EQ(failed_with("\"act\":\"verify\"", "\"act\":[[[[[[[[[[]]]]]]]]]]"), "body.form");
  EXPECT_EQ(failed_with("\"act\":\"verify\"", "\"act\":\"" + std::string(300'000, 'a') + "\""), "body.form");
  EXPECT_EQ(failed_with("\"act\":\"verify\"", "\"act\":" + std::string(100'000, '['), Python::refuses),
            "body.form");
  std::string names = "\"act\":\"verify\"";
  for (int i = 0; i < 1'000'000; ++i) names += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_EQ(failed_with("\"act\":\"verify\"", names), "body.form");
}
TEST(Encoding, T81_Base64WithTwoForms) {
  const std::string text = genuine()->content.entries.back().disclosures.back();
  EXPECT_NO_THROW(read_disclosure(text));
  EXPECT_THROW(read_disclosure(text + "="), base::JsonError);
  EXPECT_THROW(read_disclosure(text.substr(0, 20) + "\n" + text.substr(20)), base::JsonError);
  EXPECT_THROW(read_disclosure("+" + text.substr(1)), base::JsonError);
  EXPECT_THROW(read_disclosure("WyJBIiwxXR"), base::JsonError);  // trailing bits that are not zero
}
TEST(Encoding, T82_UpperCaseHexadecimal) {
  const auto ledger = genuine();
  std::string leaf(base::as_text(ledger->content.entries[3].leaf));
  const std::size_t at = leaf.find_first_of("abcdef", leaf.find("\":\"") + 3);
  leaf[at] = static_cast<char>(leaf[at] - 'a' + 'A');
  EXPECT_THROW(parse_leaf(base::as_bytes(leaf)), base::JsonError);
}
TEST(Encoding, T83_OtherEncodingWhereJsonIsExpected) {
  for (const char* hex : {"a16361637466766572696679", "300b0c036163740c04766572", ""})  // CBOR, DER, nothing
    EXPECT_EQ(failed_with([&](base::Buffer& body) { body = base::from_hex(hex); }, Python::refuses),
              "body.form")
        << hex;
}
TEST(Encoding, LeafWithOneMemberMore) {
  const auto ledger = genuine();
  std::string leaf(base::as_text(ledger->content.entries[3].leaf));
  leaf.replace(leaf.rfind('}'), 1, ",\"w\":1}");
  EXPECT_THROW(parse_leaf(base::as_bytes(leaf)), base::JsonError);
}

}  // namespace
}  // namespace custody::test
