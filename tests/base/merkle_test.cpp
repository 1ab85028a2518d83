// SPDX-License-Identifier: Apache-2.0
#include "base/merkle.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/shared_folder.h"

namespace base {
namespace {

// Every hash must be exactly 32 bytes: one of the published vectors has an empty one.
std::optional<Digest> digest_of(const Json& json) {
  const Buffer bytes = from_base64(json.text());
  Digest out;
  if (bytes.size() != out.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

std::optional<std::vector<Digest>> path_of(const Json& vector) {
  std::vector<Digest> path;
  const Json* proof = vector.find("proof");
  if (proof == nullptr || proof->is_null()) return path;
  for (const Json& item : proof->items()) {
    const auto digest = digest_of(item);
    if (!digest) return std::nullopt;
    path.push_back(*digest);
  }
  return path;
}

// Some vectors hold 2^64-1, which JSON numbers of ours give as a real.
std::uint64_t number(const Json& json) {
  return json.is_integer() ? static_cast<std::uint64_t>(json.integer()) : UINT64_MAX;
}

bool inclusion_holds(const Json& vector) {
  const auto leaf = digest_of(vector.at("leafHash")), root = digest_of(vector.at("root"));
  const auto path = path_of(vector);
  return leaf && root && path &&
         check_inclusion(number(vector.at("leafIdx")), number(vector.at("treeSize")), *leaf, *path, *root);
}

// Where a vector does not care for the roots it gives a few words instead; their digest stands for them.
std::optional<Digest> root_of(const Json& json) {
  const Buffer bytes = from_base64(json.text());
  return bytes.size() == 12 ? sha256(bytes) : digest_of(json);
}

bool consistency_holds(const Json& vector) {
  const auto first = root_of(vector.at("root1")), second = root_of(vector.at("root2"));
  const auto path = path_of(vector);
  return first && second && path &&
         check_consistency(number(vector.at("size1")), number(vector.at("size2")), *first, *second, *path);
}

TEST(Merkle, judges_all_published_vectors_as_stated) {
  SKIP_WITHOUT_SHARED("vectors/rfc6962/testdata");
  int judged = 0;
  const auto files = files_in_folder(support::shared("vectors/rfc6962/testdata"));
  for (const std::string& name : files->names()) {
    if (!name.ends_with(".json")) continue;
    const Json vector = parse_json(files->read(name));
    const Json* error = vector.find("wantErr");
    const bool good = error == nullptr || !error->boolean();
    EXPECT_EQ(name.starts_with("inclusion") ? inclusion_holds(vector) : consistency_holds(vector), good)
        << name;
    ++judged;
  }
  EXPECT_EQ(judged, 196);
}

// The reference tree of the first transparency logs: eight inputs, published root.
TEST(Merkle, gives_the_root_of_the_reference_tree) {
  std::vector<Digest> leaves;
  for (const char* hex :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(leaf_hash(from_hex(hex)));
  }
  EXPECT_EQ(merkle_root(leaves).hex(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  EXPECT_EQ(merkle_root({}).hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

std::vector<Digest> numbered_leaves(std::uint64_t count) {
  std::vector<Digest> leaves;
  for (std::uint64_t i = 0; i < count; ++i)
    leaves.push_back(leaf_hash(as_bytes("leaf " + std::to_string(i))));
  return leaves;
}

TEST(Merkle, every_path_that_it_makes_it_accepts_and_only_at_its_place) {
  for (std::uint64_t size = 1; size <= 33; ++size) {
    const auto leaves = numbered_leaves(size);
    const Digest root = merkle_root(leaves);
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto path = inclusion_path(leaves, i);
      EXPECT_TRUE(check_inclusion(i, size, leaves[i], path, root));
      if (size > 1)
        EXPECT_FALSE(check_inclusion((i + 1) % size, size, leaves[i], path, root)) << i << " of " << size;
    }
    for (std::uint64_t first = 1; first <= size; ++first) {
      const Digest old_root = merkle_root(std::span(leaves).first(first));
      EXPECT_TRUE(check_consistency(first, size, old_root, root, consistency_path(leaves, first)));
      const Digest other = node_hash(root, root);
      EXPECT_FALSE(check_consistency(first, size, old_root, other, consistency_path(leaves, first)));
    }
  }
}

TEST(CompactRange, continues_from_its_stored_nodes) {
  const auto leaves = numbered_leaves(23);
  CompactRange whole, resumed;
  for (const Digest& leaf : leaves) {
    resumed = CompactRange(resumed.size(), resumed.nodes());
    resumed.append(leaf);
    whole.append(leaf);
  }
  EXPECT_EQ(whole.root(), merkle_root(leaves));
  EXPECT_EQ(resumed.root(), whole.root());
}

}  // namespace
}  // namespace base
