// SPDX-License-Identifier: Apache-2.0
// What NIST's tests found wrong in other imagers (docs/cftt.md names the reports) does not happen here.
#include "acquire/rescue.h"
#include "acquire/rescued_source.h"
#include "cftt_support.h"
#include "faulty_source.h"

using namespace acquire_test;

namespace {

acquire::Plan plan_in(const fs::path& folder, acquire::OutputFormat format) {
  return {.folder = folder, .stem = "x", .format = format};
}

std::vector<std::uint64_t> numbers_in(const fs::path& folder, acquire::OutputFormat format) {
  return stated_numbers(read_image(folder / (format == acquire::OutputFormat::e01 ? "x.E01" : "x.dd")));
}

constexpr acquire::OutputFormat kFormats[] = {acquire::OutputFormat::e01, acquire::OutputFormat::raw};

// dcfldd 1.3.4-1: after a faulty sector, what follows is shifted, and the output may never end.
TEST(CfttFindings, NothingShiftsAfterAFaultySector) {
  for (const std::uint64_t faulty : {0u, 1u, 63u, 64u, 2'047u, 2'048u, 4'999u, 5'000u}) {
    for (const auto format : kFormats) {
      FaultySource source(stated_media(5'001 * 512), 512);
      source.bad = {faulty};
      const TempFolder folder;
      const auto report = acquire::acquire(source, plan_in(folder.path(), format), {}, {});
      EXPECT_EQ(report.bad, source.bad_ranges());
      const auto numbers = numbers_in(folder.path(), format);
      ASSERT_EQ(numbers.size(), 5'001u) << "neither shorter nor longer";
      for (std::uint64_t number = 0; number < numbers.size(); ++number)
        ASSERT_EQ(numbers[number], number == faulty ? kZeros : number) << "sector " << faulty << " is faulty";
    }
  }
}

// EnCase 6.5 (NCJ 228226): readable sectors beside a faulty one became zeros, by its error granularity.
TEST(CfttFindings, SectorsBesideAFaultyOneAreRead) {
  FaultySource source(stated_media(5'001 * 512), 512);
  for (std::uint64_t number = 300; number < 900; number += 2) source.bad.insert(number);
  for (const auto format : kFormats) {
    const TempFolder folder;
    acquire::acquire(source, plan_in(folder.path(), format), {}, {});
    const auto numbers = numbers_in(folder.path(), format);
    for (std::uint64_t number = 301; number < 900; number += 2) EXPECT_EQ(numbers[number], number);
    EXPECT_EQ(std::count(numbers.begin(), numbers.end(), kZeros), 300);
  }
}

// EnCase 6.5 and FTK Imager 2.5.3.14 (NCJ 222982): the last sector of a partition was missed, eight sectors
// were left out, seven came twice.
TEST(CfttFindings, NoSectorIsMissedOrComesTwice) {
  for (const std::uint64_t sectors : {7u, 8u, 9u, 127u, 129u, 2'055u, 2'057u}) {
    for (const auto format : kFormats) {
      const TempFolder folder;
      put_file(folder / "source", stated_media(sectors * 512));
      image_file(folder / "source", plan_in(folder.path(), format));
      const auto numbers = numbers_in(folder.path(), format);
      EXPECT_EQ(std::set<std::uint64_t>(numbers.begin(), numbers.end()).size(), sectors);
      EXPECT_EQ(numbers.size(), sectors);
    }
  }
}

// dd on Linux 2.4 lost the last sector of an odd number: here it is bad itself, or beside a bad one.
TEST(CfttFindings, TheLastOddSectorMayBeFaulty) {
  for (const std::set<std::uint64_t>& bad :
       {std::set<std::uint64_t>{1'234}, {1'233}, {1'232, 1'233, 1'234}}) {
    FaultySource source(stated_media(kOddMedia), 512);
    source.bad = bad;
    for (const auto format : kFormats) {
      const TempFolder folder;
      const auto report = acquire::acquire(source, plan_in(folder.path(), format), {}, {});
      EXPECT_EQ(report.bad, source.bad_ranges());
      EXPECT_EQ(report.media_bytes, kOddMedia);
      EXPECT_TRUE(read_image(folder / report.files.front().name) == source.media_with_zeros());
    }
  }
}

// A file whose end is a part of a sector, and that end is bad.
TEST(CfttFindings, APartOfASectorAtTheEndMayBeFaulty) {
  FaultySource source(stated_media(kOddMedia + 100), 512);
  source.bad = {1'235};
  const TempFolder folder;
  const auto report = acquire::acquire(source, plan_in(folder.path(), acquire::OutputFormat::raw), {}, {});
  EXPECT_EQ(report.bad, source.bad_ranges());
  EXPECT_EQ(report.bad_bytes, 100u);
  EXPECT_TRUE(base::read_file(folder / "x.dd") == source.media_with_zeros());
}

// The same promises where a rescue reads in passes, forwards and backwards.
TEST(CfttFindings, ARescueShiftsNothingEither) {
  FaultySource source(stated_media((4u << 20) + kOddMedia), 512);
  source.bad = {0, 63, 64, 2'048, 4'000, 4'001, 4'002, (4u << 20) / 512 + 1'234};
  const TempFolder folder;
  const auto result = acquire::rescue(source, folder / "x.dd", folder / "x.map", {}, {}, {});
  EXPECT_EQ(result.map.bad(512), source.bad_ranges());
  const auto numbers = stated_numbers(base::read_file(folder / "x.dd"));
  ASSERT_EQ(numbers.size(), (4u << 20) / 512 + 1'235);
  for (std::uint64_t number = 0; number < numbers.size(); ++number)
    ASSERT_EQ(numbers[number], source.bad.contains(number) ? kZeros : number);
}

}  // namespace
