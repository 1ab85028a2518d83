// SPDX-License-Identifier: Apache-2.0
// Bodies, leaves and disclosures that other readers of JSON would take. Each is signed and sealed by people
// who help the attacker, so that the form alone is what is wrong.
#include <gtest/gtest.h>

#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "forge.h"

namespace custody::test {
namespace {

// Verifies a ledger whose last body has these bytes instead of its own.
std::string failed_with(const std::function<void(base::Buffer&)>& change) {
  const auto ledger = genuine();
  Entry& entry = ledger->content.entries.back();
  change(*entry.body);
  entry.signatures = {anna().sign_detached(*entry.body)};
  ledger->reseal_it();
  return ledger->failed();
}
std::string failed_with(std::string_view from, std::string_view to) {
  return failed_with([&](base::Buffer& body) { replace(body, from, to); });
}

TEST(Encoding, T75_DuplicateName) {
  EXPECT_EQ(failed_with("{", "{\"_sd_alg\":\"sha-256\","), "body.form");
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
  for (const char* number : {"1.0", "1e0", "-0", "9007199254740993", "NaN"})
    EXPECT_EQ(failed_with("\"act\":\"verify\"", std::string("\"act\":") + number), "body.form") << number;
}
TEST(Encoding, T79_StringsThatAreNoText) {
  for (const char* text : {"\\ud800", "\\u0000", "\xff", "\\uffff"})
    EXPECT_EQ(failed_with("\"role\":\"acting\"", std::string("\"role\":\"") + text + "\""), "body.form")
        << text;
}
TEST(Encoding, T80_DepthAndSize) {
  EXPECT_EQ(failed_with("\"act\":\"verify\"", "\"act\":[[[[[[[[[[]]]]]]]]]]"), "body.form");
  EXPECT_EQ(failed_with("\"act\":\"verify\"", "\"act\":\"" + std::string(300'000, 'a') + "\""), "body.form");
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
  EXPECT_EQ(failed_with([](base::Buffer& body) { body = base::from_hex("a16361637466766572696679"); }),
            "body.form");
}
TEST(Encoding, LeafWithOneMemberMore) {
  const auto ledger = genuine();
  std::string leaf(base::as_text(ledger->content.entries[3].leaf));
  leaf.replace(leaf.rfind('}'), 1, ",\"w\":1}");
  EXPECT_THROW(parse_leaf(base::as_bytes(leaf)), base::JsonError);
}

}  // namespace
}  // namespace custody::test
