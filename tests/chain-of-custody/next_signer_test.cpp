// SPDX-License-Identifier: Apache-2.0
// Until when a kept ledger can take another entry: nobody admits a key, or records a stamp, whose own
// certificate has ended.
#include "chain-of-custody/next_signer.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "chain-of-custody/identity.h"
#include "support.h"

namespace custody::test {
namespace {

constexpr std::int64_t kDay = std::int64_t{86'400} * 1'000'000;

// Somebody whose certificate lasts longer than Anna's thirty days.
const Signer& carl() {
  static const TestFolder folder;
  static const std::unique_ptr<Signer> signer = [] {
    make_identity(folder.path(), {"carl", "Carl", "Police", "KH", 2000, KeyKind::p256}, "");
    return unlock_signer(folder.path(), "carl", [] { return std::string(); });
  }();
  return *signer;
}

class NextSigner : public testing::Test {
 protected:
  void add(const Signer& who) {
    base::Event event{"key.add", {}, base::Json::object(), true};
    event.members.set("cert_sha256", fingerprint_of(who.certificate()))
        .set("certificate", base::to_base64(who.certificate()))
        .set("subject", who.subject());
    ledger_->append(event);
  }
  void retire(const Signer& who) {
    base::Event event{"key.retire", {}, base::Json::object(), true};
    event.members.set("cert_sha256", fingerprint_of(who.certificate())).set("reason", "moved");
    ledger_->append(event);
  }
  ArchiveLine line(std::int64_t days_from_now, int within) const {
    const std::int64_t now = base::now_utc_us() + days_from_now * kDay;
    return entries_to_come(read_ledger(places_in(folder_).folder), now, now + within * kDay);
  }
  TestFolder folder_;
  std::unique_ptr<Ledger> ledger_ = small_ledger(folder_);
};

TEST_F(NextSigner, TheOnlyOneWhoMaySignEndsSoon) {
  EXPECT_EQ(line(0, 10).lasting, Lasting::lasts);
  const ArchiveLine due = line(0, 90);
  EXPECT_EQ(due.lasting, Lasting::due);
  EXPECT_EQ(due.what,
            anna().subject() + ", certificate " + fingerprint_of(anna().certificate()).substr(0, 16));
  EXPECT_EQ(due.by, "1 may sign");
  EXPECT_NE(due.in_words.find("the only certificate"), std::string::npos) << due.in_words;
  EXPECT_NE(due.in_words.find("holdfast ledger add-key"), std::string::npos) << due.in_words;
  EXPECT_NE(due.in_words.find("holdfast ledger timestamp"), std::string::npos) << due.in_words;
}
TEST_F(NextSigner, NobodyCanAddAnEntryAnyMore) {
  const ArchiveLine ended = line(60, 90);
  EXPECT_EQ(ended.lasting, Lasting::ended);
  EXPECT_NE(ended.in_words.find("holdfast case continue"), std::string::npos) << ended.in_words;
}
TEST_F(NextSigner, AnotherKeyThatWasAdmittedGoesOn) {
  add(carl());
  EXPECT_EQ(line(0, 90).lasting, Lasting::lasts);
  EXPECT_EQ(line(60, 90).what.find(carl().subject()), 0u);
  EXPECT_EQ(line(60, 3650).by, "2 may sign");
  EXPECT_NE(line(60, 3650).in_words.find("last certificate to end"), std::string::npos);
}
TEST_F(NextSigner, WhoseKeyWasRetiredDoesNotGoOn) {
  add(carl());
  retire(carl());
  EXPECT_EQ(line(0, 90).lasting, Lasting::due);
  retire(anna());
  EXPECT_EQ(line(0, 10).lasting, Lasting::ended);
  EXPECT_EQ(line(0, 10).what, "nobody may sign");
}

}  // namespace
}  // namespace custody::test
