// SPDX-License-Identifier: Apache-2.0
#include "image/convert.h"

#include "image_support.h"

using namespace image_test;

namespace {

using Outcome = image::Conversion::Outcome;

image::Conversion convert(const fs::path& from, const image::ConvertPlan& plan) {
  const auto source = image::open_image(from);
  return image::convert_image(*source, plan);
}

TEST(Convert, SectorSizeHeaderAndBadRangesStay) {
  const TempFolder folder, out;
  const auto media = mixed_media(500 * 4096);
  image::WriterOptions options;
  options.media_bytes = media.size();
  options.sector_bytes = 4096;
  options.removable = true;
  options.physical = false;
  options.header = {
      {"case_number", "KK"}, {"notes", "\xE5\x9B\xAD"}, {"acquiry_software_version", "other 1"}};
  const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
  writer->write(media);
  writer->bad({7, 2});
  writer->finish(digests_of(media));
  const auto conversion = convert(folder / "x.E01", {.folder = out.path(), .stem = "y"});
  ASSERT_EQ(conversion.outcome, Outcome::converted);
  EXPECT_EQ(conversion.source.digests, digests_of(media));
  EXPECT_TRUE(conversion.bad_left_out.empty());
  const auto made = image::open_image(out / "y.E01");
  EXPECT_TRUE(read_media(*made) == media);
  EXPECT_EQ(made->facts().sector_bytes, 4096u);
  EXPECT_EQ(made->facts().bad, (std::vector<image::SectorRange>{{7, 2}}));
  EXPECT_EQ(made->facts().removable, true);
  EXPECT_EQ(made->facts().physical, false);
  for (const auto& [name, value] : options.header) EXPECT_EQ(made->facts().header.at(name), value) << name;
}

TEST(Convert, WhatRawCannotSayIsTold) {
  const TempFolder folder, out;
  const auto media = mixed_media(100 * 512);
  image::WriterOptions options;
  options.media_bytes = media.size();
  options.header = {{"case_number", "KK"}};
  const auto writer = image::create_e01({{folder.path(), {}}}, "x", options);
  writer->write(media);
  writer->bad({99, 1});
  writer->finish(digests_of(media));
  const auto conversion =
      convert(folder / "x.E01", {.folder = out.path(), .stem = "x", .format = image::Format::raw});
  ASSERT_EQ(conversion.outcome, Outcome::converted);
  EXPECT_EQ(conversion.bad_left_out, (std::vector<image::SectorRange>{{99, 1}}));
  EXPECT_EQ(conversion.header_left_out.at("case_number"), "KK");
}

TEST(Convert, StoppedItLeavesNothingBehind) {
  const TempFolder folder, out;
  put_file(folder / "x.dd", mixed_media(20'000 * 512));
  for (const auto phase : {image::ConvertPlan::Phase::convert, image::ConvertPlan::Phase::read_back}) {
    image::ConvertPlan plan{.folder = out.path(), .stem = "x"};
    bool stop = false;
    plan.progress = [&](image::ConvertPlan::Phase now, std::uint64_t) { stop = stop || now == phase; };
    plan.stop = [&] { return stop; };
    EXPECT_EQ(convert(folder / "x.dd", plan).outcome, Outcome::interrupted);
    EXPECT_TRUE(fs::is_empty(out.path()));
  }
}

TEST(Convert, AllDamageIsNamedAndNothingIsMade) {
  const TempFolder folder, out;
  const auto media = mixed_media(2'000 * 512);
  write_e01(folder.path(), "x", media);
  auto bytes = file_bytes(folder / "x.E01");
  // Media bytes 0 to 40 000 and 160 000 to 200 000 are random, so chunks 0 and 5 are stored as they are.
  for (const std::size_t chunk : {0u, 5u}) {
    const auto begin = media.begin() + static_cast<std::ptrdiff_t>(chunk * 32'768);
    const auto at = std::search(bytes.begin(), bytes.end(), begin, begin + 1000);
    ASSERT_NE(at, bytes.end());
    *at ^= std::byte{1};
  }
  put_file(folder / "x.E01", bytes);
  const auto conversion = convert(folder / "x.E01", {.folder = out.path(), .stem = "y"});
  EXPECT_EQ(conversion.outcome, Outcome::source_unreadable);
  EXPECT_EQ(codes_of(conversion.source.damage),
            (std::vector<std::string>{"chunk_checksum", "chunk_checksum"}));
  EXPECT_EQ(conversion.source.unreadable_bytes, 2u * 32'768);
  EXPECT_TRUE(fs::is_empty(out.path()));
}

TEST(Convert, NothingIsOverwritten) {
  const TempFolder folder;
  put_file(folder / "x.dd", mixed_media(512));
  for (const char* name : {"y.E01", "y.dd", "y.partial"}) {
    put_file(folder / name, base::as_bytes("old"));
    EXPECT_THROW(convert(folder / "x.dd", {.folder = folder.path(), .stem = "y"}), base::Error) << name;
    EXPECT_EQ(base::as_text(file_bytes(folder / name)), "old");
    fs::remove(folder / name);
  }
}

}  // namespace
