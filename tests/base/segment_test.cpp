// SPDX-License-Identifier: Apache-2.0
#include "base/segment.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/merkle.h"
#include "base/records.h"
#include "tests/support/plain_sealer.h"
#include "tests/support/temporary_folder.h"

namespace base {
namespace {

Record message(int row, const std::string& text) {
  Message values;
  values.text = Text{text};
  Record record = record_of(values, {"source", Row{"sms", row}});
  record.id = "id" + std::to_string(row);
  return record;
}

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  read_segment(file, [&](Bytes line) { lines.emplace_back(as_text(line)); });
  return lines;
}

class SegmentTest : public testing::Test {
 protected:
  SegmentFacts write(int count) {
    SegmentWriter writer(folder_.path(), sealer_);
    for (int i = 0; i < count; ++i) writer.add(message(i, "text " + std::to_string(i)));
    return writer.finish();
  }
  std::filesystem::path file(const SegmentFacts& facts, const char* end) {
    return folder_ / (facts.lines_sha256.hex() + end);
  }
  support::TemporaryFolder folder_;
  support::PlainSealer sealer_;
};

TEST_F(SegmentTest, reads_back_and_is_named_by_its_lines) {
  const SegmentFacts facts = write(1000);
  const auto lines = lines_of(file(facts, ".jsonl.zst"));
  ASSERT_EQ(lines.size(), 1000U);
  Hasher hasher(Algorithm::sha256);
  for (const std::string& line : lines) hasher.update(as_bytes(line + "\n"));
  EXPECT_EQ(hasher.finish_sha256(), facts.lines_sha256);
  EXPECT_EQ(sha256(*open_source(file(facts, ".jsonl.zst"))), facts.file_sha256);
  EXPECT_EQ(facts.records_by_type.at("message"), 1000U);
}

TEST_F(SegmentTest, its_root_follows_from_keys_and_lines) {
  const SegmentFacts facts = write(77);
  const SegmentKeys keys = SegmentKeys::open(file(facts, ".keys"), sealer_);
  std::vector<Digest> commitments;
  for (const std::string& line : lines_of(file(facts, ".jsonl.zst"))) {
    commitments.push_back(
        record_commitment(*keys.key(commitments.size()), members_of(record_from_line(as_bytes(line)))));
  }
  EXPECT_EQ(record_tree_root(commitments), facts.record_root);
}

TEST_F(SegmentTest, an_erased_key_is_gone_and_the_others_stay) {
  const SegmentFacts facts = write(3);
  const auto keys_file = file(facts, ".keys");
  const auto before = SegmentKeys::open(keys_file, sealer_);
  erase_record_key(keys_file, 1);
  const auto after = SegmentKeys::open(keys_file, sealer_);
  EXPECT_FALSE(after.key(1));
  EXPECT_EQ(after.key(0), before.key(0));
  EXPECT_EQ(after.key(2), before.key(2));
  EXPECT_THROW(erase_record_key(keys_file, 3), Error);
}

TEST_F(SegmentTest, the_same_lines_again_leave_the_first_segment_as_it_is) {
  const SegmentFacts first = write(5);
  const auto keys = read_file(file(first, ".keys"));
  const SegmentFacts second = write(5);
  EXPECT_TRUE(second.existed);
  EXPECT_EQ(second.lines_sha256, first.lines_sha256);
  EXPECT_EQ(read_file(file(first, ".keys")), keys);
  EXPECT_EQ(files_in_folder(folder_.path())->names().size(), 2U) << "nothing unfinished is left";
}

TEST_F(SegmentTest, damage_is_found) {
  const SegmentFacts facts = write(200);
  const auto path = file(facts, ".jsonl.zst");
  const Buffer good = read_file(path);
  for (std::size_t cut : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
    write_durably(path, Bytes(good).first(cut));
    EXPECT_THROW(lines_of(path), Error) << "cut at " << cut;
  }
  Buffer changed = read_file(file(facts, ".keys"));
  changed.back() ^= std::byte{1};
  write_durably(file(facts, ".keys"), changed);
  EXPECT_THROW(SegmentKeys::open(file(facts, ".keys"), sealer_), Error);
}

TEST_F(SegmentTest, an_unfinished_one_leaves_nothing) {
  {
    SegmentWriter writer(folder_.path(), sealer_);
    writer.add(message(1, "x"));
  }
  EXPECT_TRUE(files_in_folder(folder_.path())->names().empty());
}

TEST(Proof, a_field_is_bound_to_its_name_its_value_and_its_place) {
  RecordKey key{};
  key[0] = std::byte{7};
  const std::vector<LineMember> members{{"type", "\"message\""}, {"text", "\"x\""}};
  const Digest whole = record_commitment(key, members);
  const auto commit = [&](std::uint32_t i, const char* name, const char* value) {
    return field_commitment(field_salt(key, i), name, value);
  };
  EXPECT_EQ(record_commitment(std::vector{commit(0, "type", "\"message\""), commit(1, "text", "\"x\"")}),
            whole);
  EXPECT_NE(record_commitment(std::vector{commit(0, "type", "\"message\""), commit(1, "text", "\"y\"")}),
            whole);
  EXPECT_NE(record_commitment(std::vector{commit(0, "type", "\"message\""), commit(1, "test", "\"x\"")}),
            whole);
  EXPECT_NE(record_commitment(std::vector{commit(1, "text", "\"x\""), commit(0, "type", "\"message\"")}),
            whole);
}

TEST(Proof, an_inner_node_does_not_pass_for_one_member) {
  const std::vector<Digest> members{sha256(as_bytes("a")), sha256(as_bytes("b")), sha256(as_bytes("c"))};
  const std::vector<Digest> fewer{node_hash(members[0], members[1]), members[2]};
  ASSERT_EQ(merkle_root(members), merkle_root(fewer)) << "the trees alone do not tell them apart";
  EXPECT_NE(record_commitment(members), record_commitment(fewer));
}

}  // namespace
}  // namespace base
