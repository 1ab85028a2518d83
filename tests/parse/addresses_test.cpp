// SPDX-License-Identifier: Apache-2.0
#include "parse/addresses.h"

#include <chrono>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "parse/base58.h"
#include "parse/keccak.h"
#include "tests/support/shared_folder.h"

namespace parse {
namespace {

std::string kind_of(std::string_view text) {
  const auto matches = find_addresses(text);
  if (matches.size() != 1 || matches[0].address != text) return "";
  return matches[0].chain + " " + matches[0].form + " " + matches[0].checksum;
}

// The digest of the empty message: Ethereum yellow paper, section 4.1 (the code hash of an account without
// code).
TEST(Keccak256, AgreesWithPublishedDigests) {
  EXPECT_EQ(base::to_hex(keccak256({})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(base::to_hex(keccak256(base::as_bytes("Transfer(address,address,uint256)"))),
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");  // EIP-20's event
}

TEST(Keccak256, TakesMessagesOfAllLengthsAroundItsBlock) {
  std::string previous;
  for (std::size_t length = 134; length <= 274; ++length) {
    const std::string digest = base::to_hex(keccak256(base::Buffer(length, std::byte{'a'})));
    EXPECT_NE(digest, previous);
    previous = digest;
  }
}

// Examples of EIP-55, in the order given there.
TEST(EthereumAddresses, VerifyMixedCaseAndAcceptOneCase) {
  for (const char* mixed :
       {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"})
    EXPECT_EQ(kind_of(mixed), "ethereum hex valid") << mixed;
  for (const char* one_case :
       {"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x0000000000000000000000000000000000000000"})
    EXPECT_EQ(kind_of(one_case), "ethereum hex none") << one_case;
}

TEST(EthereumAddresses, OfMixedCaseWithAWrongLetterAreNone) {
  std::string address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  address[4] = 'a';
  EXPECT_TRUE(find_addresses(address).empty());
}

TEST(EthereumAddresses, AreNotFoundInLongerHexadecimal) {
  EXPECT_TRUE(find_addresses("0x" + std::string(64, 'a')).empty());  // a transaction's hash
  EXPECT_TRUE(find_addresses("0x" + std::string(39, 'a')).empty());
  EXPECT_TRUE(find_addresses("0X" + std::string(40, 'a')).empty());
  EXPECT_TRUE(find_addresses(std::string(40, 'a')).empty());
}

// BIP-173 and BIP-350, test vectors (valid for the main network).
TEST(SegwitAddresses, VerifyBech32AndBech32m) {
  EXPECT_EQ(kind_of("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"), "bitcoin segwit valid");
  EXPECT_EQ(kind_of("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y"),
            "bitcoin segwit valid");
  EXPECT_EQ(kind_of("BC1SW50QGDZ25J"), "bitcoin segwit valid");
  EXPECT_EQ(kind_of("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs"), "bitcoin segwit valid");
  EXPECT_EQ(kind_of("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
            "bitcoin taproot valid");
}

// BIP-350, test vectors (invalid): each breaks one rule.
TEST(SegwitAddresses, RefuseWhatBreaksARule) {
  for (const char* bad :
       {"tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",  // another network
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",  // bech32 instead of bech32m
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",  // bech32 instead of bech32m
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",                      // bech32m instead of bech32
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",  // a character of no alphabet
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",  // version 17
        "bc1pw5dgrnzv",                                                    // program of 1 byte
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",  // of 41 bytes
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",                              // version 0 with 16 bytes
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",  // more than 4 bits of padding
        "bc1gmk9yu",                                                         // empty
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kV8F3T4",                        // mixed case
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"})                       // one letter wrong
    EXPECT_TRUE(find_addresses(bad).empty()) << bad;
}

TEST(Base58Addresses, TellTheChainByTheVersionByte) {
  EXPECT_EQ(kind_of("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"), "tron base58 valid");  // the contract of USDT
  EXPECT_EQ(kind_of("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), "bitcoin p2pkh valid");
  EXPECT_EQ(kind_of("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"), "bitcoin p2sh valid");
  EXPECT_TRUE(find_addresses("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u").empty());
  EXPECT_TRUE(find_addresses("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3").empty());
  EXPECT_TRUE(
      find_addresses("5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ").empty());  // a private key
}

TEST(Base58, RefusesWhatIsNoCheckedText) {
  base::Buffer payload;
  EXPECT_TRUE(base58check_decode("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", payload));
  EXPECT_EQ(payload.size(), 21u);
  EXPECT_EQ(payload.front(), std::byte{0x41});
  for (const char* bad : {"", "1", "111", "0OIl", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6 "})
    EXPECT_FALSE(base58check_decode(bad, payload)) << bad;
  EXPECT_FALSE(base58_decode(std::string(kLongestBase58 + 1, '2'), payload));
}

TEST(Addresses, StandInTextWithoutSpacesAndCountInCodePoints) {
  const std::string text =
      "转到TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t谢谢โอน1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2ครับ";
  const auto matches = find_addresses(text);
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].start, 2u);
  EXPECT_EQ(matches[0].length, 34u);
  EXPECT_EQ(matches[1].start, 2u + 34 + 2 + 3);
}

TEST(Addresses, EndAtPunctuationAndNotAtLetters) {
  const std::string address = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
  for (const std::string& text :
       {"(" + address + ")", "bitcoin:" + address + "?amount=1", address + ".", "\n" + address})
    EXPECT_EQ(find_addresses(text).size(), 1u) << text;
  for (const std::string& text : {"x" + address, address + "x", address + address, "0" + address})
    EXPECT_TRUE(find_addresses(text).empty()) << text;
}

TEST(Addresses, SurviveBytesThatAreNoText) {
  const std::string text =
      "\xff\xfe\xc3"
      "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
      "\x80";
  const auto matches = find_addresses(text);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(matches[0].start, 3u);
}

// Long tokens are passed over, not tried from each of their characters.
TEST(Addresses, TakeTimeLinearInTheText) {
  for (const std::string& unit :
       {std::string("1"), std::string("0x"), std::string("bc1"), std::string("T \xe4\xb8\x80 ")}) {
    std::string text;
    while (text.size() < 4'000'000) text += unit;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(find_addresses(text).empty());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10)) << unit;
  }
}

base::Json fixture(const char* name) {
  return base::parse_json(
      base::read_file(support::shared("corpora/bitcoinjs+bitcoinjs-lib/test/fixtures") / name));
}

TEST(AddressCorpora, AgreeWithBitcoinjsOnValidAddresses) {
  SKIP_WITHOUT_SHARED("corpora/bitcoinjs+bitcoinjs-lib");
  std::size_t found = 0;
  const base::Json addresses = fixture("address.json");
  for (const base::Json& item : addresses.at("standard").items()) {
    const bool is_bitcoin = item.at("network").text() == "bitcoin";
    for (const char* form : {"base58check", "bech32"}) {
      const base::Json* address = item.find(form);
      if (address == nullptr || !address->is_text()) continue;
      EXPECT_EQ(kind_of(address->text()).starts_with("bitcoin "), is_bitcoin) << address->text();
      ++found;
    }
  }
  EXPECT_GT(found, 15u);
}

TEST(AddressCorpora, AgreeWithBitcoinjsOnDamagedOnes) {
  SKIP_WITHOUT_SHARED("corpora/bitcoinjs+bitcoinjs-lib");
  const base::Json invalid = fixture("core/base58_keys_invalid.json");
  EXPECT_GT(invalid.items().size(), 30u);
  for (const base::Json& item : invalid.items())
    EXPECT_TRUE(find_addresses(item.items().at(0).text()).empty()) << item.items().at(0).text();
}

}  // namespace
}  // namespace parse
