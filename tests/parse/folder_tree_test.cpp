// SPDX-License-Identifier: Apache-2.0
// A folder of received files as a tree.
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

TEST(FolderTree, ListsAndOpensWhatIsInIt) {
  Workshop shop;
  shop.write("in/b/two", "2");
  shop.write("in/a", "one");
  shop.write("in/bad\xff:name", "odd");
  const auto tree = tree_of_folder(shop / "in");
  const Listing listing = list(*tree);
  EXPECT_EQ(listing.order, (std::vector<std::string>{"/a", "/b", "/b/two", "/bad%FF%3Aname"}));
  EXPECT_TRUE(listing.anomalies.empty());
  EXPECT_EQ(content(*tree, "/b/two"), "2");
  EXPECT_EQ(content(*tree, "/bad%FF%3Aname"), "odd");
  EXPECT_EQ(listing.entries.at("/a").size, 3u);
  EXPECT_TRUE(listing.entries.at("/a").modified.has_value());
  EXPECT_EQ(tree->names_in(Locator("/")), (std::vector<std::string>{"a", "b", "bad\xff:name"}));
  EXPECT_EQ(tree->names_in(Locator("/b")), std::vector<std::string>{"two"});
  EXPECT_EQ(tree->facts(Locator("/b"))->kind, EntryKind::folder);
  EXPECT_EQ(tree->facts(Locator("/"))->kind, EntryKind::folder);
  EXPECT_FALSE(tree->facts(Locator("/c")).has_value());
}

TEST(FolderTree, FollowsNoLinkAndLeavesByNoName) {
  Workshop shop;
  shop.write("outside/secret", "not evidence");
  shop.write("in/a", "one");
  shop.run("ln -s ../outside in/folder; ln -s ../outside/secret in/file; ln -s . in/loop; mkfifo in/pipe");
  const auto tree = tree_of_folder(shop / "in");
  const Listing listing = list(*tree);
  EXPECT_EQ(listing.order, (std::vector<std::string>{"/a", "/file", "/folder", "/loop", "/pipe"}));
  EXPECT_EQ(listing.entries.at("/folder").kind, EntryKind::other);
  for (const char* locator :
       {"/file", "/folder/secret", "/../outside/secret", "/%2E%2E/outside/secret", "/..%2Foutside%2Fsecret",
        "/a/..%2F..%2Foutside%2Fsecret", "/pipe", "/loop/a", "p1:/a"})
    EXPECT_EQ(tree->open(Locator(locator)), nullptr) << locator;
  EXPECT_TRUE(tree->names_in(Locator("/folder")).empty());
}

}  // namespace
}  // namespace parse
