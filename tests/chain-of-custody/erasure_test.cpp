// SPDX-License-Identifier: Apache-2.0
// What a ledger says of an exhibit, erased: no byte of it stays in any file, and the ledger goes on.
#include "chain-of-custody/erasure.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/disclosure.h"
#include "forge.h"
#include "programs.h"

namespace custody::test {
namespace {

using base::Json;

bool any_file_holds(const std::filesystem::path& folder, std::string_view text) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file() &&
        base::as_text(base::read_file(entry.path())).find(text) != std::string_view::npos)
      return true;
  return false;
}

bool grep_finds(const std::filesystem::path& folder, const std::string& text) {
  return ask("grep -raqF -- '" + text + "' " + folder.string()).code == 0;
}

class Erasure : public testing::Test {
 protected:
  Erasure() : ledger(small_ledger(folder)) {}
  LedgerContent content() const { return read_ledger(places_in(folder).folder); }
  std::vector<std::string> disclosures_of(const std::string& uid) const {
    std::vector<std::string> texts;
    for (const Entry& entry : content().entries) {
      const OpenedBody opened = open_body(entry);
      if (opened.exhibits.size() == 1 && opened.exhibits[0].uid == uid)
        texts.insert(texts.end(), entry.disclosures.begin(), entry.disclosures.end());
    }
    return texts;
  }
  void erase_phone() { ledger->append(erasure_of(content(), kPhone, "order 4/2027")); }
  TestFolder folder;
  std::unique_ptr<Ledger> ledger;
};

TEST_F(Erasure, T143_NoByteOfTheSaltStaysInAnyFile) {
  const std::vector<std::string> phone = disclosures_of(kPhone), disk = disclosures_of(kDisk);
  ASSERT_EQ(phone.size(), 7u) << "four statements, three hidden digests";
  for (const std::string& text : phone) {
    ASSERT_TRUE(any_file_holds(folder.path(), text));
    ASSERT_TRUE(grep_finds(folder.path(), text));
  }
  erase_phone();
  for (const std::string& text : phone) {
    const std::string salt = read_disclosure(text).salt;
    EXPECT_FALSE(any_file_holds(folder.path(), text));
    EXPECT_FALSE(grep_finds(folder.path(), text));
    EXPECT_FALSE(any_file_holds(folder.path(), salt));
    EXPECT_FALSE(grep_finds(folder.path(), salt));
    EXPECT_FALSE(any_file_holds(folder.path(), base::as_text(base::from_base64url(salt))));
    // The first 24 characters cover the salt; a page cut anywhere behind them would show.
    EXPECT_FALSE(any_file_holds(folder.path(), text.substr(0, 24)));
  }
  for (const std::string& text : disk) EXPECT_TRUE(any_file_holds(folder.path(), text));
}
TEST_F(Erasure, TheLedgerStillVerifiesInPart) {
  erase_phone();
  const VerifyReport report = verify_in(folder);
  EXPECT_EQ(report.verdict(), Verdict::verified_in_part) << failed_codes(report) << impossible_codes(report);
  const auto exhibits = exhibits_of(content());
  ASSERT_EQ(exhibits.size(), 1u);
  EXPECT_EQ(exhibits[0].uid, kDisk);
}
TEST_F(Erasure, TheLedgerGoesOn) {
  erase_phone();
  ledger->append(check_image(kDisk));
  ledger.reset();
  const auto again = reopened(folder);
  again->append(add_exhibit("a3000000000000000000000000000003", "KK-A-0003"));
  EXPECT_EQ(again->size(), 10u);
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified_in_part);
  EXPECT_NO_THROW(edition_files(content(), {{kDisk, Opening::whole}}));
  EXPECT_THROW(erasure_of(content(), kPhone, "again"), base::Error);
}
// The power failed after the entry was acknowledged: the disclosures lie there still.
TEST_F(Erasure, IsCompletedAtTheNextOpening) {
  const std::vector<std::string> phone = disclosures_of(kPhone);
  const auto file = places_in(folder).folder / "disclosures.db";
  const base::Buffer before = base::read_file(file);
  erase_phone();
  const Entry said = content().entries.back();
  ledger.reset();
  base::write_durably(file, before);
  {
    auto database = base::Database::open(file, base::OpenMode::read_write);
    database.prepare("INSERT INTO disclosures VALUES(?1, 0, ?2)")
        .bind(1, base::sha256(*said.body).hex())
        .bind(2, said.disclosures.at(0))
        .step();
  }
  ASSERT_TRUE(any_file_holds(folder.path(), phone[0]));
  ASSERT_EQ(verify_in(folder).verdict(), Verdict::verified);
  reopened(folder);
  for (const std::string& text : phone) EXPECT_FALSE(any_file_holds(folder.path(), text));
  EXPECT_EQ(verify_in(folder).verdict(), Verdict::verified_in_part);
}
// What is kept of an erased statement is believed by nobody.
TEST_F(Erasure, AnotherUidGivesAnotherState) {
  erase_phone();
  LedgerContent altered = content();
  altered.entries[3].erased.at(0).exhibit_uid = kDisk;
  EXPECT_NE(failed_codes(verify_whole(altered, trusting(anna()))).find("leaf.state"), std::string::npos);
  altered.entries[3].erased.clear();
  const VerifyReport report = verify_whole(altered, trusting(anna()));
  EXPECT_EQ(impossible_codes(report), "leaf.state");
  EXPECT_NE(failed_codes(report).find("exhibit.n"), std::string::npos) << "an act on it is missing";
}

}  // namespace
}  // namespace custody::test
