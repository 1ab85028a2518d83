// SPDX-License-Identifier: Apache-2.0
// Disk images as trees: what fls lists, and what it must not do.
#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "parse/evidence_tree.h"
#include "tests/support/evidence_images.h"
#include "tests/support/tree_listing.h"

namespace parse {
namespace {

using base::Locator;
using support::content;
using support::list;
using support::Listing;
using support::Workshop;

// The paths that fls (sleuthkit) lists as living, without what it invents.
std::vector<std::string> paths_by_fls(const Workshop& shop, const std::string& image) {
  std::istringstream lines(shop.run("fls -r -p " + image));
  std::vector<std::string> paths;
  for (std::string line; std::getline(lines, line);) {
    const auto tab = line.find('\t');
    const bool invented =
        line.starts_with("v/") || line.starts_with("V/") || line.find("\t$OrphanFiles") != line.npos;
    if (tab == line.npos || line.find(" * ") < tab || invented) continue;
    paths.push_back("/" + line.substr(tab + 1));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> living_paths(const Listing& listing) {
  std::vector<std::string> paths;
  for (const auto& [locator, facts] : listing.entries)
    if (!facts.deleted) paths.push_back(facts.locator.last_path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

#define NEEDS_TOOL(name) \
  if (!Workshop::has_tool(name)) GTEST_SKIP() << name << " is not installed"

void make_ext4(const Workshop& shop, const std::string& image, const std::string& options = "") {
  shop.run("mke2fs -q -t ext4 -O ^metadata_csum,^metadata_csum_seed -b 1024 -I 256 " + options + " -d root " +
           image + " 2048");
}

TEST(ImageTree, ListsAnExt4ImageAsFlsDoesAndGivesItsContent) {
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  shop.write("root/data/app/msgstore.db", "rows");
  shop.write("root/data/app/\xe8\xbd\xac\xe8\xb4\xa6.txt", "a Chinese name");
  shop.write("root/data/bad\xff name%1!:#", "a name in no encoding");
  shop.write("root/big", std::string(300'000, 'b') + "end");
  shop.run(
      "ln -s /etc/passwd root/link; mkfifo root/pipe; touch -d '2023-11-14T22:13:20.123456Z' "
      "root/data/app/msgstore.db");
  make_ext4(shop, "disk.img");
  // mke2fs keeps whole seconds; the field holds nanoseconds from its third bit on.
  shop.run("debugfs -w -R 'sif /data/app/msgstore.db mtime_extra 493824000' disk.img");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  const Listing listing = list(*tree);
  EXPECT_TRUE(listing.anomalies.empty()) << listing.anomalies.front();
  EXPECT_EQ(content(*tree, "/data/app/msgstore.db"), "rows");
  EXPECT_EQ(content(*tree, "/data/app/%E8%BD%AC%E8%B4%A6.txt"), "a Chinese name");
  EXPECT_EQ(content(*tree, "/data/bad%FF%20name%251%21%3A%23"), "a name in no encoding");
  EXPECT_EQ(content(*tree, "/big"), std::string(300'000, 'b') + "end");
  EXPECT_EQ(content(*tree, "/data/app/missing"), "no such file");
  EXPECT_EQ(listing.entries.at("/link").kind, EntryKind::other);
  EXPECT_EQ(listing.entries.at("/pipe").kind, EntryKind::other);
  EXPECT_EQ(listing.entries.at("/data").kind, EntryKind::folder);
  EXPECT_EQ(listing.entries.at("/big").size, 300'003u);
  EXPECT_EQ(listing.entries.at("/data/app/msgstore.db").modified->utc_us, 1'700'000'000'123'456);
  EXPECT_EQ(tree->names_in(Locator("/data")), (std::vector<std::string>{"app", "bad\xff name%1!:#"}));
  EXPECT_EQ(tree->facts(Locator("/data/app/msgstore.db"))->size, 4u);
  EXPECT_EQ(tree->facts(Locator("/nowhere")), std::nullopt);
  EXPECT_EQ(list(*tree_of_image(shop.source("disk.img"), 512)).order, listing.order);
}

TEST(ImageTree, AgreesWithFls) {
  NEEDS_TOOL("fls");
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  for (int i = 0; i < 40; ++i) shop.write("root/d" + std::to_string(i % 7) + "/f" + std::to_string(i), "x");
  make_ext4(shop, "disk.img");
  EXPECT_EQ(living_paths(list(*tree_of_image(shop.source("disk.img"), 512))), paths_by_fls(shop, "disk.img"));
  const std::filesystem::path corpora = std::string(HOLDFAST_SOURCE_DIR) + "/../shared/corpora";
  for (const char* image :
       {"sleuthkit+sleuthkit/test/data/image.dd", "log2timeline+plaso/test_data/syslog_image.dd",
        "sleuthkit+sleuthkit/test/data/image.iso"}) {
    if (!std::filesystem::exists(corpora / image)) GTEST_SKIP() << "the corpora are not beside the source";
    std::filesystem::copy_file(corpora / image, shop / "corpus.img",
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(living_paths(list(*tree_of_image(shop.source("corpus.img"), 512))),
              paths_by_fls(shop, "corpus.img"))
        << image;
  }
}

// The bytes of a name in the image, changed to others of the same length.
void rename_in_image(const Workshop& shop, const std::string& image, const std::string& from,
                     const std::string& to) {
  base::Buffer bytes = shop.bytes(image);
  const base::Bytes old_name = base::as_bytes(from);
  const auto at = std::search(bytes.begin(), bytes.end(), old_name.begin(), old_name.end());
  ASSERT_NE(at, bytes.end());
  std::copy_n(base::as_bytes(to).begin(), to.size(), at);
  shop.write(image, std::string(base::as_text(bytes)));
}

TEST(ImageTree, ANameThatClimbsIsOneStep) {
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  shop.write("root/sub/HOSTILENAM", "payload");
  make_ext4(shop, "disk.img");
  rename_in_image(shop, "disk.img", "HOSTILENAM", "../../../x");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  const Listing listing = list(*tree);
  ASSERT_TRUE(listing.has("/sub/..%2F..%2F..%2Fx"));
  EXPECT_EQ(content(*tree, "/sub/..%2F..%2F..%2Fx"), "payload");
  EXPECT_EQ(content(*tree, "/sub/../../../x"), "no such file");
}

TEST(ImageTree, TwoEntriesOfOneNameAreBothReachable) {
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  shop.write("root/sub/twin_a", "first");
  shop.write("root/sub/twin_b", "second");
  make_ext4(shop, "disk.img");
  rename_in_image(shop, "disk.img", "twin_b", "twin_a");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  const Listing listing = list(*tree);
  ASSERT_EQ(listing.anomalies.size(), 1u);
  const std::string second = listing.anomalies[0].substr(std::string("name_twice ").size());
  EXPECT_TRUE(second.starts_with("/sub/twin_a#")) << second;
  std::vector<std::string> contents{content(*tree, "/sub/twin_a"), content(*tree, second)};
  std::sort(contents.begin(), contents.end());
  EXPECT_EQ(contents, (std::vector<std::string>{"first", "second"}));
}

TEST(ImageTree, AFolderThatLoopsIsListedOnce) {
  NEEDS_TOOL("debugfs");
  Workshop shop;
  shop.write("root/outer/inner/file", "x");
  make_ext4(shop, "disk.img");
  shop.run("debugfs -w -R 'ln /outer /outer/inner/back' disk.img");
  const Listing listing = list(*tree_of_image(shop.source("disk.img"), 512));
  EXPECT_TRUE(listing.has("/outer/inner/back"));
  EXPECT_FALSE(listing.has("/outer/inner/back/inner"));
  EXPECT_EQ(listing.anomalies, std::vector<std::string>{"folder_twice /outer/inner/back"});
}

TEST(ImageTree, PartitionsAreNumberedByTheirOffset) {
  NEEDS_TOOL("sfdisk");
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  shop.write("root/a", "one");
  make_ext4(shop, "one.img");
  shop.write("root/a", "two");
  make_ext4(shop, "two.img");
  // Slot 1 of the table is the later one on the disk; the third holds nothing that is known.
  shop.run(
      "truncate -s 8M disk.img && printf 'label: "
      "dos\\nstart=8192,size=4096\\nstart=2048,size=4096\\nstart=12288,size=2048\\n'"
      " | sfdisk -q disk.img && dd if=one.img of=disk.img bs=512 seek=2048 conv=notrunc status=none &&"
      " dd if=two.img of=disk.img bs=512 seek=8192 conv=notrunc status=none");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  EXPECT_EQ(content(*tree, "p1:/a"), "one");
  EXPECT_EQ(content(*tree, "p2:/a"), "two");
  EXPECT_EQ(content(*tree, "/a"), "no such file");
  const Listing listing = list(*tree);
  EXPECT_EQ(listing.anomalies, std::vector<std::string>{"file_system_unknown p3:/"});
  shop.run("printf 'LUKS\\272\\276' | dd of=disk.img bs=512 seek=12288 conv=notrunc status=none");
  EXPECT_EQ(list(*tree_of_image(shop.source("disk.img"), 512)).anomalies,
            std::vector<std::string>{"volume_encrypted p3:/"});
  shop.run("dd if=/dev/zero of=disk.img bs=512 count=1 conv=notrunc status=none");
  const auto without_table = tree_of_image(shop.source("disk.img"), 512);
  EXPECT_EQ(content(*without_table, "p1:/a"), "one");
  EXPECT_EQ(list(*without_table).anomalies, std::vector<std::string>{"partition_table_unreadable p1:/"});
}

TEST(ImageTree, AnImageOfNothingSaysSo) {
  const auto tree = tree_of_image(base::in_memory(base::Buffer(1 << 20)), 512);
  const Listing listing = list(*tree);
  EXPECT_TRUE(listing.entries.empty());
  EXPECT_EQ(listing.anomalies, std::vector<std::string>{"no_file_system /"});
}

TEST(ImageTree, FatKeepsTheWallClockAndDeletedEntriesAreMarked) {
  NEEDS_TOOL("mkfs.vfat");
  NEEDS_TOOL("mcopy");
  Workshop shop;
  shop.write("kept.txt", "kept");
  shop.write("gone.txt", "gone");
  shop.run(
      "truncate -s 4M disk.img && mkfs.vfat -F 12 disk.img && touch -d '2024-02-03 04:05:06' kept.txt && "
      "TZ=UTC mcopy -m -i disk.img kept.txt gone.txt :: && mdel -i disk.img ::gone.txt");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  const Listing listing = list(*tree);
  ASSERT_TRUE(listing.has("/kept.txt")) << (listing.order.empty() ? "nothing" : listing.order[0]);
  const base::Time modified = *listing.entries.at("/kept.txt").modified;
  EXPECT_EQ(modified.utc_us, std::nullopt);
  EXPECT_EQ(modified.raw, "2024-02-03T04:05:06");
  EXPECT_EQ(modified.basis, "local, zone unknown");
  EXPECT_EQ(content(*tree, "/kept.txt"), "kept");
  std::string deleted;
  for (const auto& [locator, facts] : listing.entries)
    if (facts.deleted) deleted = locator;
  ASSERT_TRUE(deleted.starts_with("/_one.txt#") || deleted.starts_with("/_ONE.TXT#") ||
              deleted.starts_with("/gone.txt#"))
      << deleted;
  EXPECT_EQ(content(*tree, deleted), "gone");
  EXPECT_TRUE(tree->facts(Locator(deleted))->deleted);
  EXPECT_EQ(tree->names_in(Locator("/")), std::vector<std::string>{"kept.txt"});
}

TEST(ImageTree, NtfsStreamsStandBesideTheirFile) {
  NEEDS_TOOL("mkfs.ntfs");
  NEEDS_TOOL("ntfscp");
  Workshop shop;
  shop.write("main", "the main stream");
  shop.write("zone", "[ZoneTransfer]");
  shop.run(
      "truncate -s 8M disk.img && mkfs.ntfs -F -q -Q disk.img && ntfscp -f disk.img main setup.exe && "
      "ntfscp -f -N Zone.Identifier disk.img zone setup.exe");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  const Listing listing = list(*tree);
  EXPECT_EQ(content(*tree, "/setup.exe"), "the main stream");
  ASSERT_TRUE(listing.has("/setup.exe:Zone.Identifier"));
  EXPECT_EQ(listing.entries.at("/setup.exe:Zone.Identifier").size, 14u);
  EXPECT_EQ(content(*tree, "/setup.exe:Zone.Identifier"), "[ZoneTransfer]");
  EXPECT_EQ(content(*tree, "/setup.exe:other"), "no such file");
  EXPECT_TRUE(listing.has("/$MFT"));
}

class BadSectors final : public base::ByteSource {
 public:
  BadSectors(std::shared_ptr<base::ByteSource> whole, std::uint64_t from, std::uint64_t to)
      : whole_(std::move(whole)), from_(from), to_(to) {}
  std::uint64_t size() const override { return whole_->size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset < to_ && offset + into.size() > from_)
      throw base::ReadError("bad sectors", from_, to_ - from_);
    return whole_->read_at(offset, into);
  }

 private:
  std::shared_ptr<base::ByteSource> whole_;
  std::uint64_t from_, to_;
};

TEST(ImageTree, ABadSectorCostsItsOwnBytesOnly) {
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  std::string text(200'000, 'a');
  text.replace(100'352, 6, "MARKED");  // at the start of a block of 1024 bytes
  shop.write("root/big", text);
  shop.write("root/small", "fine");
  make_ext4(shop, "disk.img");
  const base::Buffer bytes = shop.bytes("disk.img");
  const auto mark = base::as_text(bytes).find("MARKED");
  ASSERT_NE(mark, std::string::npos);
  const auto tree =
      tree_of_image(std::make_shared<BadSectors>(shop.source("disk.img"), mark, mark + 512), 512);
  EXPECT_EQ(content(*tree, "/small"), "fine");
  const auto big = tree->open(Locator("/big"));
  base::Buffer part(1024);
  EXPECT_EQ(big->read_at(0, part), part.size());
  EXPECT_THROW(big->read_at(100'352, part), base::ReadError);
  EXPECT_EQ(big->read_at(150'000, part), part.size());
}

TEST(ImageTree, ApfsVolumesAreTheFirstStep) {
  NEEDS_TOOL("mkapfs");
  Workshop shop;
  shop.run("truncate -s 600M disk.img && mkapfs disk.img");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  const Listing listing = list(*tree);
  EXPECT_TRUE(listing.anomalies.empty()) << listing.anomalies.front();
  EXPECT_TRUE(tree->facts(Locator("/$apfs1")).has_value());
  EXPECT_FALSE(tree->facts(Locator("/$apfs2")).has_value());
}

TEST(ImageTree, HfsPlusIsRead) {
  NEEDS_TOOL("mkfs.hfsplus");
  Workshop shop;
  shop.run("truncate -s 8M disk.img && mkfs.hfsplus disk.img");
  const auto tree = tree_of_image(shop.source("disk.img"), 512);
  EXPECT_FALSE(list(*tree).entries.empty());
}

// Damage of every kind must end in values or ReadError, never in a crash.
TEST(ImageTree, FlippedBytesAreSurvived) {
  NEEDS_TOOL("mke2fs");
  Workshop shop;
  for (int i = 0; i < 20; ++i)
    shop.write("root/d" + std::to_string(i % 3) + "/f" + std::to_string(i), "content");
  make_ext4(shop, "disk.img");
  const base::Buffer whole = shop.bytes("disk.img");
  std::uint32_t state = 1;
  std::size_t entries = 0, told = 0;
  for (int round = 0; round < 60; ++round) {
    base::Buffer bytes = whole;
    for (int flip = 0; flip < 40; ++flip) {
      state = state * 1664525 + 1013904223;
      bytes[1024 + state % 300'000] ^= static_cast<std::byte>(1 + (state >> 24) % 255);
    }
    const auto tree = tree_of_image(base::in_memory(std::move(bytes)), 512);
    tree->walk(
        [&](const EntryFacts& facts) {
          ++entries;
          try {
            const auto source = tree->open(facts.locator);
            base::Buffer start(4096);
            if (source) source->read_at(0, start);
          } catch (const base::ReadError&) {
            ++told;
          }
        },
        [&](const TreeAnomaly&) { ++told; });
  }
  EXPECT_GT(entries, 100u) << "the damage must leave something to read";
  EXPECT_GE(told, 1u) << "and damage where the file system has a structure must be told";
}

}  // namespace
}  // namespace parse
