// SPDX-License-Identifier: Apache-2.0
// Tar and zip as trees.
#include <gtest/gtest.h>

#include "parse/archive_scan.h"
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

#define NEEDS_TOOL(name) \
  if (!Workshop::has_tool(name)) GTEST_SKIP() << name << " is not installed"

void fill(const Workshop& shop) {
  shop.write("root/data/msgstore.db", std::string(100'000, 'm') + "end");
  shop.write("root/data/\xe8\xbd\xac\xe8\xb4\xa6", "Chinese");
  shop.write("root/data/bad\xff", "no encoding");
  shop.write("root/empty", "");
  shop.write("root/" + std::string(90, 'l') + "/" + std::string(90, 'o') + "/ng", "a long path");
  shop.run("touch -d '2023-11-14T22:13:20Z' root/empty");
}

void expect_filled(EvidenceTree& tree) {
  const Listing listing = list(tree);
  EXPECT_TRUE(listing.anomalies.empty()) << listing.anomalies.front();
  EXPECT_EQ(content(tree, "/data/msgstore.db"), std::string(100'000, 'm') + "end");
  EXPECT_EQ(content(tree, "/data/%E8%BD%AC%E8%B4%A6"), "Chinese");
  EXPECT_EQ(content(tree, "/data/bad%FF"), "no encoding");
  EXPECT_EQ(content(tree, "/empty"), "");
  EXPECT_EQ(content(tree, "/" + std::string(90, 'l') + "/" + std::string(90, 'o') + "/ng"), "a long path");
  EXPECT_EQ(listing.entries.at("/data").kind, EntryKind::folder);
  EXPECT_EQ(listing.entries.at("/data/msgstore.db").size, 100'003u);
  EXPECT_EQ(tree.names_in(Locator("/data")),
            (std::vector<std::string>{"bad\xff", "msgstore.db", "\xe8\xbd\xac\xe8\xb4\xa6"}));
  EXPECT_EQ(tree.open(Locator("/data")), nullptr);
  EXPECT_EQ(tree.open(Locator("/missing")), nullptr);
}

TEST(ArchiveTree, ReadsATarInEveryFormat) {
  NEEDS_TOOL("tar");
  Workshop shop;
  fill(shop);
  for (const std::string format : {"gnu", "pax", "ustar"}) {
    shop.run("tar --format=" + format + " -C root -cf " + format + ".tar .");
    SCOPED_TRACE(format);
    EXPECT_EQ(kind_of_input(shop / (format + ".tar")), InputKind::tar);
    const auto tree = tree_of_archive(shop.source(format + ".tar"), InputKind::tar);
    expect_filled(*tree);
    EXPECT_EQ(tree->facts(Locator("/empty"))->modified->utc_us, 1'700'000'000'000'000);
  }
}

TEST(ArchiveTree, ReadsACompressedTar) {
  NEEDS_TOOL("gzip");
  Workshop shop;
  fill(shop);
  shop.run("tar -C root -czf a.tgz .");
  EXPECT_EQ(kind_of_input(shop / "a.tgz"), InputKind::tar);
  expect_filled(*tree_of_archive(shop.source("a.tgz"), InputKind::tar));
}

TEST(ArchiveTree, ReadsStoredAndDeflatedZipMembers) {
  NEEDS_TOOL("zip");
  Workshop shop;
  fill(shop);
  for (const std::string level : {"-0", "-9"}) {
    shop.run("cd root && zip -q -r " + level + " ../a" + level + ".zip .");
    SCOPED_TRACE(level);
    EXPECT_EQ(kind_of_input(shop / ("a" + level + ".zip")), InputKind::zip);
    expect_filled(*tree_of_archive(shop.source("a" + level + ".zip"), InputKind::zip));
  }
}

TEST(ArchiveTree, AStoredMemberIsAWindowOfTheArchive) {
  NEEDS_TOOL("tar");
  Workshop shop;
  fill(shop);
  shop.run("tar -C root -cf a.tar data && cd root && zip -q -0 -r ../a.zip data");
  for (const InputKind kind : {InputKind::tar, InputKind::zip}) {
    const auto source = shop.source(kind == InputKind::tar ? "a.tar" : "a.zip");
    ArchiveScan scan(*source, kind);
    int files = 0;
    const auto trouble = scan.run([&](const ArchiveMember& member) {
      if (member.kind == EntryKind::file) {
        ++files;
        EXPECT_TRUE(member.stored_at.has_value()) << member.name;
      }
      return AfterMember::go_on;
    });
    EXPECT_EQ(trouble, std::nullopt);
    EXPECT_EQ(files, 3);
  }
}

TEST(ArchiveTree, ANameThatClimbsOrIsAbsoluteIsOnlySteps) {
  NEEDS_TOOL("tar");
  Workshop shop;
  shop.write("a", "climbs");
  shop.write("b", "absolute");
  shop.run("tar -P --transform 's,^a$,./x/../../../etc/shadow,;s,^b$,/etc//passwd,' -cf a.tar a b");
  const auto tree = tree_of_archive(shop.source("a.tar"), InputKind::tar);
  EXPECT_EQ(list(*tree).order,
            (std::vector<std::string>{"/etc/passwd", "/x/%2E%2E/%2E%2E/%2E%2E/etc/shadow"}));
  EXPECT_EQ(content(*tree, "/x/%2E%2E/%2E%2E/%2E%2E/etc/shadow"), "climbs");
  EXPECT_EQ(content(*tree, "/etc/passwd"), "absolute");
}

TEST(ArchiveTree, BothOfTwoEntriesOfOneNameAreReachable) {
  NEEDS_TOOL("tar");
  Workshop shop;
  shop.write("one/a", "first");
  shop.write("two/a", "second");
  shop.run("tar -C one -cf a.tar a && tar -C two -rf a.tar a");
  const auto tree = tree_of_archive(shop.source("a.tar"), InputKind::tar);
  EXPECT_EQ(list(*tree).anomalies, std::vector<std::string>{"name_twice /a#2"});
  EXPECT_EQ(content(*tree, "/a"), "first");
  EXPECT_EQ(content(*tree, "/a#2"), "second");
  EXPECT_EQ(tree->names_in(Locator("/")), std::vector<std::string>{"a"});
}

TEST(ArchiveTree, AHardLinkIsReadWhereItsTargetStands) {
  NEEDS_TOOL("tar");
  Workshop shop;
  shop.write("root/a", "shared");
  shop.run(
      "ln root/a root/b && ln -s a root/c && tar -C root -cf a.tar a b c && tar -C root -czf a.tgz a b c");
  for (const char* name : {"a.tar", "a.tgz"}) {
    const auto tree = tree_of_archive(shop.source(name), InputKind::tar);
    EXPECT_EQ(content(*tree, "/b"), "shared") << name;
    EXPECT_EQ(tree->facts(Locator("/b"))->size, 6u);
    EXPECT_EQ(tree->facts(Locator("/c"))->kind, EntryKind::other);
  }
}

TEST(ArchiveTree, ACutArchiveGivesWhatIsThere) {
  NEEDS_TOOL("tar");
  Workshop shop;
  shop.write("root/a", "whole");
  shop.write("root/b", std::string(10'000, 'b'));
  shop.run("tar -C root -cf a.tar a b && truncate -s 4000 a.tar");
  const auto tree = tree_of_archive(shop.source("a.tar"), InputKind::tar);
  EXPECT_EQ(content(*tree, "/a"), "whole");
  const auto cut = tree->open(Locator("/b"));
  ASSERT_NE(cut, nullptr);
  EXPECT_EQ(cut->size(), 10'000u);
  base::Buffer part(1000);
  EXPECT_EQ(cut->read_at(0, part), 1000u);
  EXPECT_THROW(cut->read_at(5000, part), base::ReadError);
  EXPECT_EQ(list(*tree).anomalies, (std::vector<std::string>{"member_cut /b", "archive_damaged /"}));
}

TEST(ArchiveTree, ADamagedDeflatedMemberThrowsWhereItEnds) {
  NEEDS_TOOL("zip");
  Workshop shop;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919) + "\n";
  shop.write("a", text);
  shop.run("zip -q a.zip a");
  base::Buffer bytes = shop.bytes("a.zip");
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 64; ++i) bytes[i] = std::byte{0xff};
  const auto tree = tree_of_archive(base::in_memory(bytes), InputKind::zip);
  const auto damaged = tree->open(Locator("/a"));
  ASSERT_NE(damaged, nullptr);
  base::Buffer start(100);
  EXPECT_EQ(damaged->read_at(0, start), 100u);
  EXPECT_EQ(base::as_text(start), text.substr(0, 100));
  EXPECT_THROW(base::read_all(*damaged, 1 << 20), base::ReadError);
}

TEST(ArchiveTree, UnpackingStopsAtTheLimitOnBytesProduced) {
  NEEDS_TOOL("zip");
  Workshop shop;
  shop.run("head -c 50000000 /dev/zero > zeros && zip -q a.zip zeros");
  const auto source = shop.source("a.zip");
  ArchiveScan scan(*source, InputKind::zip);
  base::Buffer bytes;
  bool whole = true;
  scan.run([&](const ArchiveMember&) {
    whole = scan.read_content(bytes, 1'000'000);
    return AfterMember::stop;
  });
  EXPECT_FALSE(whole);
  EXPECT_EQ(bytes.size(), 1'000'000u);
}

TEST(ArchiveTree, AnEncryptedMemberIsNamed) {
  NEEDS_TOOL("zip");
  Workshop shop;
  shop.write("a", "secret");
  shop.run("zip -q -P password a.zip a");
  const auto tree = tree_of_archive(shop.source("a.zip"), InputKind::zip);
  EXPECT_EQ(list(*tree).anomalies, std::vector<std::string>{"member_encrypted /a"});
  EXPECT_THROW(tree->open(Locator("/a")), base::ReadError);
}

TEST(InputKindTest, EverythingElseIsADiskImage) {
  Workshop shop;
  shop.write("folder/disk.img", std::string(4096, '\0'));
  EXPECT_EQ(kind_of_input(shop / "folder/disk.img"), InputKind::disk_image);
  EXPECT_EQ(kind_of_input(shop / "folder"), InputKind::folder);
  if (!Workshop::has_tool("gzip")) return;
  shop.run("gzip -k folder/disk.img");
  EXPECT_EQ(kind_of_input(shop / "folder/disk.img.gz"), InputKind::disk_image);
}

}  // namespace
}  // namespace parse
