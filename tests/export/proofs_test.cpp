// SPDX-License-Identifier: Apache-2.0
// The proof format against the worked example of its page, whose numbers come from an implementation of its
// own.
#include <gtest/gtest.h>

#include "base/file.h"
#include "chain-of-custody/bagit.h"
#include "chain-of-custody/released_record.h"

namespace exporter::test {
namespace {

std::string page() {
  const base::Buffer bytes = base::read_file(HOLDFAST_SOURCE_DIR "/docs/bundle-format.md");
  return std::string(base::as_text(bytes));
}

std::string between(const std::string& text, const std::string& before, const std::string& after,
                    std::size_t from = 0) {
  const std::size_t start = text.find(before, from) + before.size();
  return text.substr(start, text.find(after, start) - start);
}

TEST(Proofs, WorkedExampleHolds) {
  const std::string text = page();
  const std::string commitment = between(text, "\nr       ", "\n");
  const std::string whole = "{\"citation\"" + between(text, "Released whole: `{\"citation\"", "`");
  const std::string fields = "{\"citation\":\"KK-A-0001-CL000001\",\"fields\":[" +
                             between(text, "has `\"fields\":[", "]`") + "],\"segment\":1}";
  const auto released = custody::read_released(base::as_bytes("{\"duration_s\":\"184\",\"type\":\"call\"}"),
                                               base::as_bytes(whole));
  EXPECT_EQ(released.commitment.hex(), commitment);
  EXPECT_FALSE(released.redacted);
  const auto redacted = custody::read_released(base::as_bytes("{\"type\":\"call\"}"), base::as_bytes(fields));
  EXPECT_EQ(redacted.commitment.hex(), commitment);
  EXPECT_TRUE(redacted.redacted);
}

TEST(Proofs, T142MoreWithheldThanTheTypeHas) {
  std::string fields;
  for (int i = 0; i < 20; ++i) fields += ",{\"commitment\":\"" + std::string(64, 'a') + "\"}";
  const std::string proof =
      "{\"citation\":\"x\",\"fields\":[{\"name\":\"type\",\"salt\":\"0yxIUYNf32t7rocoaHvzRA==\"}" + fields +
      "],\"segment\":1}";
  try {
    custody::read_released(base::as_bytes("{\"type\":\"count\"}"), base::as_bytes(proof));
  } catch (const custody::ReleaseError& error) {
    EXPECT_EQ(error.code, "records.order");
    return;
  }
  // `count` has a text field, which may be many members: nothing can be said there. `tree_count` has none.
  EXPECT_THROW(custody::read_released(base::as_bytes("{\"type\":\"tree_count\"}"), base::as_bytes(proof)),
               custody::ReleaseError);
}

TEST(Bag, NamesThatABundleMayUse) {
  using custody::bagit::is_safe_name;
  for (const char* good :
       {"bagit.txt", "data/report/chat-0001-0001.html", "data/custody/station-a/tile/0/x001.p/9"})
    EXPECT_TRUE(is_safe_name(good)) << good;
  for (const char* bad : {"", "/a", "a/", "a//b", "..", "a/../b", ".a", "a.", "a b", "a%20b", "con",
                          "data/COM1.txt", "lpt9", "a:b", "ä"})
    EXPECT_FALSE(is_safe_name(bad)) << bad;
  EXPECT_FALSE(is_safe_name(std::string(101, 'a')));
  EXPECT_FALSE(is_safe_name(std::string(100, 'a') + "/" + std::string(100, 'a')));
}

TEST(Bag, ManifestsAreReadStrictly) {
  using custody::bagit::parse_manifest;
  const std::string digest(64, 'a');
  EXPECT_TRUE(parse_manifest(digest + "  a\n" + digest + "  b\n", 64).faults.empty());
  for (const std::string& bad : {digest + "  b\n" + digest + "  a\n", digest + " a\n", digest + " *a\n",
                                 std::string(64, 'A') + "  a\n", digest + "  a", digest + "  a\r\n",
                                 digest + "  a\n" + digest + "  a\n", digest + "  ../a\n"}) {
    EXPECT_FALSE(parse_manifest(bad, 64).faults.empty()) << bad;
  }
}

}  // namespace
}  // namespace exporter::test
