// SPDX-License-Identifier: Apache-2.0
#include "parse/unsupported.h"

#include <gtest/gtest.h>

#include "tests/support/test_extractors.h"

namespace parse {
namespace {

std::string what_at(std::string_view path, EntryKind kind, ExtractorList extractors = test_extractors()) {
  const auto find = unsupported_at(path, kind, extractors);
  return find ? find->kind + ": " + find->what : "";
}

TEST(Unsupported, NamesAppsByTheirFolder) {
  EXPECT_EQ(what_at("/data/data/com.tencent.mm", EntryKind::folder), "app: wechat");
  EXPECT_EQ(what_at("/data/user/999/com.zing.zalo", EntryKind::folder), "app: zalo");
  EXPECT_EQ(what_at("/data/org.telegram.messenger", EntryKind::folder), "app: telegram");
  EXPECT_EQ(what_at("/Users/a/AppData/Local/Google/Chrome/User Data/Default/Local Extension Settings/"
                    "ibnejdfjmmkpcnlpebklmnkoeoihofec",
                    EntryKind::folder),
            "app: tronlink");
  EXPECT_EQ(what_at("/Users/a/AppData/Roaming/Telegram Desktop/tdata", EntryKind::folder), "app: telegram");
}

TEST(Unsupported, SaysNothingOfOtherPlaces) {
  EXPECT_EQ(what_at("/home/x/com.tencent.mm", EntryKind::folder), "");
  EXPECT_EQ(what_at("/data/data/com.tencent.mm", EntryKind::file), "");
  EXPECT_EQ(what_at("/data/data/com.example", EntryKind::folder), "");
  EXPECT_EQ(what_at("/x/ibnejdfjmmkpcnlpebklmnkoeoihofec", EntryKind::folder), "");
}

TEST(Unsupported, SaysNothingOfWhatAnExtractorReads) {
  static constexpr std::array<std::string_view, 0> kNone{};
  const Extractor telegram{"t", 1, "telegram", "", kNone, kNone, nullptr};
  const std::array<const Extractor*, 1> list{&telegram};
  EXPECT_EQ(what_at("/data/data/org.telegram.messenger", EntryKind::folder, list), "");
  EXPECT_EQ(what_at("/data/data/com.tencent.mm", EntryKind::folder, list), "app: wechat");
}

TEST(Unsupported, NamesFilesByTheirEnd) {
  EXPECT_EQ(what_at("/media/0/WhatsApp/Databases/msgstore.db.crypt15", EntryKind::file),
            "database: whatsapp backup (crypt15)");
  EXPECT_EQ(what_at("/Users/a/secret.hc", EntryKind::file), "container: veracrypt container");
  EXPECT_EQ(what_at("/Users/a/wallet.dat", EntryKind::file), "database: bitcoin core wallet");
  EXPECT_EQ(what_at("/Users/a/mywallet.dat", EntryKind::file), "");
}

}  // namespace
}  // namespace parse
