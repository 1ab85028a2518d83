// SPDX-License-Identifier: Apache-2.0
// Examples are public: en.bitcoin.it/wiki/Wallet_import_format, BIP-32 test vector 1, and the vectors of
// BIP-39 (github.com/trezor/python-mnemonic, vectors.json).
#include "parse/secret_filter.h"

#include <gtest/gtest.h>

namespace parse {
namespace {

const std::string kPlain = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
const std::string kCompressed = "KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617";
const std::string kExtended =
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuG"
    "Bxr"
    "MPHi";
const std::string kPhrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";

std::string sealed(const std::string& text) {
  return seal(text, find_secrets(text), 1);
}

TEST(SecretFilter, TakesKeysWithTheirChecksum) {
  EXPECT_EQ(sealed("key: " + kPlain + "."), "key: ⟦sealed:1⟧.");
  EXPECT_EQ(sealed(kCompressed), "⟦sealed:1⟧");
  EXPECT_EQ(sealed("a " + kExtended + " b " + kPlain), "a ⟦sealed:1⟧ b ⟦sealed:2⟧");
}

TEST(SecretFilter, LeavesWhatIsNoKey) {
  std::string wrong = kPlain;
  wrong.back() = 'K';
  const std::string address = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
  for (const std::string& text : {wrong, address, kPlain + "x", std::string(), std::string(64, 'a')})
    EXPECT_EQ(sealed(text), text);
}

TEST(SecretFilter, CountsCodePoints) {
  const std::string text = "私钥 " + kPlain + " 完";
  const auto spans = find_secrets(text);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].kind, "private key");
  EXPECT_EQ(spans[0].start, 3u);
  EXPECT_EQ(spans[0].length, 51u);
  EXPECT_EQ(spans[0].offset, 7u);
  const auto in_bytes = find_secrets("\xff\xfe " + kPlain);
  ASSERT_EQ(in_bytes.size(), 1u);
  EXPECT_EQ(in_bytes[0].start, 3u);  // no UTF-8: bytes are counted
}

class SeedPhrases : public testing::Test {
 protected:
  void SetUp() override {
    if (!knows_bip39_words()) GTEST_SKIP() << "built without python3-mnemonic's list of words";
  }
};

TEST_F(SeedPhrases, AreTakenWholeInAnyLayout) {
  EXPECT_EQ(sealed("my seed is " + kPhrase + " ok"), "my seed is ⟦sealed:1⟧ ok");
  EXPECT_EQ(sealed("1. Legal\n2. Winner\n3. THANK 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal "
                   "10. winner 11. thank 12. yellow"),
            "1. ⟦sealed:1⟧");
  std::string long_phrase;
  for (int i = 0; i < 23; ++i) long_phrase += "zoo ";
  EXPECT_EQ(sealed(long_phrase + "vote"), "⟦sealed:1⟧");
}

TEST_F(SeedPhrases, NeedTheirChecksumAndTheirNeighbourhood) {
  const std::string wrong = "legal winner thank year wave sausage worth useful legal winner thank zoo";
  EXPECT_EQ(sealed(wrong), wrong);
  const std::string eleven = kPhrase.substr(0, kPhrase.rfind(' '));
  EXPECT_EQ(sealed(eleven), eleven);
  const std::string apart = eleven + " ............. yellow";
  EXPECT_EQ(sealed(apart), apart);
}

// Words after a key's letters must not make spans overlap.
TEST_F(SeedPhrases, StandBesideKeys) {
  EXPECT_EQ(sealed(kPhrase + " " + kPlain), "⟦sealed:1⟧ ⟦sealed:2⟧");
}

}  // namespace
}  // namespace parse
