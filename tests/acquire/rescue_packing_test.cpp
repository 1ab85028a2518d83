// SPDX-License-Identifier: Apache-2.0
// From a rescue to an image: what is bad in the map is bad in the image, and nothing else; packed twice, the
// images differ in dates only.
#include <thread>

#include "acquire/rescue.h"
#include "acquire/rescued_source.h"
#include "acquire_support.h"
#include "faulty_source.h"

using namespace acquire_test;
using acquire::BlockStatus;
using acquire::RescueMap;

namespace {

class RescuePacking : public testing::Test {
 protected:
  RescuePacking() : disk_(media_without_zeros(9000 * 512), 512) {
    std::mt19937 random(4);
    disk_.bad = damaged_sectors(Damage::clustered, 9000, random);
    disk_.bad.insert({0, 4000, 8999});
    acquire::rescue(disk_, raw_, map_, {.copy_bytes = 64 << 10}, {}, {});
  }
  acquire::Report pack(const fs::path& folder, acquire::OutputFormat format) {
    fs::create_directory(folder);
    const auto source = acquire::open_rescued(raw_, map_, disk_.facts());
    return acquire::acquire(*source, {.folder = folder, .stem = "x", .format = format}, {}, {});
  }

  FaultySource disk_;
  TempFolder folder_;
  fs::path raw_ = folder_ / "x.dd", map_ = folder_ / "x.map";
};

TEST_F(RescuePacking, TheE01StatesWhatTheMapSays) {
  const auto report = pack(folder_ / "a", acquire::OutputFormat::e01);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << report.trouble;
  EXPECT_EQ(report.read_back, acquire::ReadBack::equal);
  EXPECT_EQ(report.source.path, disk_.facts().path) << "the facts are the disk's";
  EXPECT_EQ(report.bad, disk_.bad_ranges());
  EXPECT_EQ(image::open_image(folder_ / "a" / "x.E01")->facts().bad, disk_.bad_ranges());
  EXPECT_TRUE(read_image(folder_ / "a" / "x.E01") == disk_.media_with_zeros());
}

// Whatever lies in the raw file where the map does not say `finished` is not evidence.
TEST_F(RescuePacking, WhatIsNotFinishedIsNotRead) {
  const auto bytes = base::read_file(map_);
  auto map = RescueMap::parse(base::as_text(bytes));
  const std::pair<std::uint64_t, BlockStatus> places[] = {
      {1000, BlockStatus::non_tried}, {2000, BlockStatus::non_trimmed}, {3000, BlockStatus::non_scraped}};
  for (const auto& [number, status] : places) {
    map.set(number * 512, 512, status);
    disk_.bad.insert(number);
  }
  put_file(map_, base::as_bytes(map.text()));
  const auto report = pack(folder_ / "a", acquire::OutputFormat::raw);
  EXPECT_EQ(report.bad, disk_.bad_ranges());
  EXPECT_TRUE(base::read_file(folder_ / "a" / "x.dd") == disk_.media_with_zeros());
}

TEST_F(RescuePacking, AnotherDisksFactsAreRefused) {
  auto facts = disk_.facts();
  facts.bytes += 512;
  EXPECT_THROW(acquire::open_rescued(raw_, map_, facts), base::Error);
  EXPECT_THROW(acquire::open_rescued(raw_, folder_ / "absent", disk_.facts()), base::Error);
}

TEST_F(RescuePacking, ARawFileThatIsCutMeanwhileIsNoBadSector) {
  const auto source = acquire::open_rescued(raw_, map_, disk_.facts());
  fs::resize_file(raw_, 100 * 512);
  base::Buffer sector(512);
  EXPECT_THROW(source->read_at(8990 * 512, sector), base::Error);
  EXPECT_EQ(source->read_at(8999 * 512, sector), acquire::Source::Read::medium_error);
  EXPECT_EQ(source->read_at(9000 * 512, sector), acquire::Source::Read::gone);
}

using Sections = std::multimap<std::string, base::Buffer>;

// The sections of an E01 by name, without their 76-byte descriptors, whose offsets may move (layout:
// docs/e01.md).
Sections sections_of(const fs::path& file) {
  const auto bytes = base::read_file(file);
  Sections sections;
  for (std::uint64_t at = 13;;) {
    base::ByteReader descriptor(base::Bytes(bytes).subspan(at, 76));
    const auto name = base::as_text(descriptor.take(16));
    const std::uint64_t next = descriptor.u64le();
    const std::string type(name.substr(0, name.find('\0')));
    if (type == "done" || next <= at) return sections;
    sections.emplace(type, base::to_buffer(base::Bytes(bytes).subspan(at + 76, next - at - 76)));
    at = next;
  }
}

// Without the random number of the set and the checksum over it, and without where a table's chunks lie in
// the file, which the length of a compressed header moves.
base::Buffer without_number_and_place(const std::string& type, base::Buffer bytes) {
  if (type == "volume" || type == "data") {
    std::fill_n(bytes.begin() + 64, 16, std::byte{0});
    std::fill(bytes.end() - 4, bytes.end(), std::byte{0});
  } else if (type == "table" || type == "table2") {
    std::fill_n(bytes.begin() + 8, 16, std::byte{0});
  }
  return bytes;
}

TEST_F(RescuePacking, PackedTwiceOnlyDatesAndTheNumberOfTheSetDiffer) {
  pack(folder_ / "a", acquire::OutputFormat::raw);
  pack(folder_ / "b", acquire::OutputFormat::raw);
  EXPECT_TRUE(base::read_file(folder_ / "a" / "x.dd") == base::read_file(folder_ / "b" / "x.dd"));
  pack(folder_ / "c", acquire::OutputFormat::e01);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // another second in the header
  pack(folder_ / "d", acquire::OutputFormat::e01);
  const auto first = sections_of(folder_ / "c" / "x.E01"), second = sections_of(folder_ / "d" / "x.E01");
  ASSERT_GE(first.size(), 8u);
  ASSERT_EQ(first.size(), second.size());
  for (auto one = first.begin(), other = second.begin(); one != first.end(); ++one, ++other) {
    ASSERT_EQ(one->first, other->first);
    if (one->first == "header" || one->first == "header2") continue;  // the dates
    EXPECT_TRUE(without_number_and_place(one->first, one->second) ==
                without_number_and_place(other->first, other->second))
        << one->first;
  }
}

}  // namespace
