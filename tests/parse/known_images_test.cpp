// SPDX-License-Identifier: Apache-2.0
// Images that others made and described, opened by our own reader and listed by our own tree.
#include <map>

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "image/image.h"
#include "parse/evidence_tree.h"
#include "tests/support/shared_folder.h"
#include "tests/support/tree_listing.h"

namespace parse {
namespace {

std::unique_ptr<EvidenceTree> open(const std::string& image_file) {
  std::shared_ptr<image::ImageReader> reader = image::open_image(support::shared("corpora/" + image_file));
  const std::uint32_t sector = reader->facts().sector_bytes;
  return tree_of_image(std::move(reader), sector);
}

std::string sha1_of(EvidenceTree& tree, const std::string& path) {
  const auto file = tree.open(base::Locator(path));
  if (!file) return "no such file";
  base::Hasher hasher(base::Algorithm::sha1);
  hasher.update(base::read_all(*file, 1 << 20));
  return base::to_hex(hasher.finish());
}

std::string between(const std::string& text, const std::string& start, const std::string& end) {
  const std::size_t found = text.find(start);
  if (found == text.npos) return "";
  const std::size_t from = found + start.size();
  return text.substr(from, text.find(end, from) - from);
}

// Path and SHA-1 of every allocated regular file that fiwalk described.
std::map<std::string, std::string> files_by_fiwalk() {
  const base::Buffer bytes =
      base::read_file(support::shared("corpora/sleuthkit+sleuthkit/test/fiwalk/image_dd.xml"));
  std::map<std::string, std::string> out;
  std::string text(base::as_text(bytes));
  for (std::size_t at = text.find("<fileobject>"); at != text.npos; at = text.find("<fileobject>", at + 1)) {
    const std::string object = text.substr(at, text.find("</fileobject>", at) - at);
    const std::string sha1 = between(object, "<hashdigest type='sha1'>", "<");
    if (between(object, "<name_type>", "<") == "r" && !sha1.empty())
      out["/" + between(object, "<filename>", "<")] = sha1;
  }
  return out;
}

TEST(KnownImages, HoldTheFilesThatFiwalkDescribed) {
  SKIP_WITHOUT_SHARED("corpora/sleuthkit+sleuthkit");
  const auto expected = files_by_fiwalk();
  ASSERT_EQ(expected.size(), 3u) << "a_directory/another_file, a_directory/a_file, passwords.txt";
  for (const char* image_file :
       {"sleuthkit+sleuthkit/test/data/image.dd", "sleuthkit+sleuthkit/test/data/image.E01"}) {
    const auto tree = open(image_file);
    for (const auto& [path, sha1] : expected) EXPECT_EQ(sha1_of(*tree, path), sha1) << image_file << path;
  }
}

TEST(KnownImages, ListAsTheirMakersSay) {
  SKIP_WITHOUT_SHARED("corpora/log2timeline+plaso");
  for (const char* image_file :
       {"log2timeline+plaso/test_data/image.E01", "log2timeline+dfvfs/test_data/ext2.E01"}) {
    const auto tree = open(image_file);
    const support::Listing listing = support::list(*tree);
    EXPECT_TRUE(listing.anomalies.empty()) << image_file << ": " << listing.anomalies.front();
    for (const char* path :
         {"/a_directory", "/a_directory/a_file", "/a_directory/another_file", "/passwords.txt"})
      EXPECT_TRUE(listing.has(path)) << image_file << path;
  }
}

}  // namespace
}  // namespace parse
