// SPDX-License-Identifier: Apache-2.0
// Every kind of tree is walked and read inside the sandbox, where a call too many ends the process.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "parse/evidence_tree.h"
#include "tests/support/evidence_images.h"

namespace parse {
namespace {

using support::Workshop;

std::unique_ptr<EvidenceTree> tree_of(const std::filesystem::path& path) {
  const InputKind kind = kind_of_input(path);
  if (kind == InputKind::folder) return tree_of_folder(path);
  if (kind == InputKind::disk_image) return tree_of_image(base::open_source(path), 512);
  return tree_of_archive(base::open_source(path), kind);
}

// The number of files whose content is "content", found by a child in the sandbox; 100 and more: it died.
int files_read_in_sandbox(const std::filesystem::path& evidence) {
  const pid_t child = fork();
  if (child == 0) {
    base::enter_sandbox({{evidence}, 2ull << 30, 0});
    const auto tree = tree_of(evidence);
    int files = 0;
    const auto look = [&](const EntryFacts& facts) {
      if (facts.kind != EntryKind::file) return;
      const auto source = tree->open(facts.locator);
      if (source && base::as_text(base::read_all(*source, 1 << 20)) == "content") ++files;
    };
    tree->walk(look, [](const TreeAnomaly&) {});
    _exit(files);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(TreesInSandbox, AreReadToTheirEnd) {
  if (!base::available_sandbox().complete()) GTEST_SKIP() << "this kernel lacks Landlock or seccomp";
  Workshop shop;
  for (int i = 0; i < 5; ++i)
    shop.write("root/d" + std::to_string(i) + "/\xe8\xbd\xac" + std::to_string(i), "content");
  EXPECT_EQ(files_read_in_sandbox(shop / "root"), 5);
  if (Workshop::has_tool("tar")) {
    shop.run("tar -C root -cf a.tar . && tar -C root -czf a.tgz .");
    EXPECT_EQ(files_read_in_sandbox(shop / "a.tar"), 5);
    EXPECT_EQ(files_read_in_sandbox(shop / "a.tgz"), 5);
  }
  if (Workshop::has_tool("zip")) {
    shop.run("cd root && zip -q -9 -r ../a.zip .");
    EXPECT_EQ(files_read_in_sandbox(shop / "a.zip"), 5);
  }
  if (Workshop::has_tool("mke2fs")) {
    shop.run("mke2fs -q -t ext4 -d root a.img 2048");
    EXPECT_EQ(files_read_in_sandbox(shop / "a.img"), 5);
  }
  if (Workshop::has_tool("mkfs.vfat") && Workshop::has_tool("mcopy")) {
    shop.run("truncate -s 4M fat.img && mkfs.vfat -F 12 fat.img && mcopy -s -i fat.img root/d0 root/d1 ::");
    EXPECT_EQ(files_read_in_sandbox(shop / "fat.img"), 2);
  }
}

}  // namespace
}  // namespace parse
