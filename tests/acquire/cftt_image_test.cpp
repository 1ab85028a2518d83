// SPDX-License-Identifier: Apache-2.0
// CFTT's assertions on image files, DA-AO-01 to DA-AO-10, DA-AO-23 and DA-AO-24: docs/cftt.md. Those on
// clones are not ours.
#include <fcntl.h>
#include <unistd.h>

#include "cftt_support.h"
#include "faulty_source.h"
#include "image/convert.h"

using namespace acquire_test;

namespace {

acquire::Plan plan_in(const fs::path& folder, acquire::OutputFormat format = acquire::OutputFormat::e01) {
  return {.folder = folder, .stem = "x", .format = format};
}

// An E01 in several files: the bytes do not compress.
class CfttImage : public testing::Test {
 protected:
  CfttImage() : media_(media_without_zeros(5'001 * 512)) {
    put_file(folder_ / "source", media_);
    auto plan = plan_in(folder_.path());
    plan.segment_bytes = 1u << 20;
    plan.step_bytes = 1u << 20;
    report_ = image_file(folder_ / "source", plan);
  }
  image::Verification verify() {
    reader_ = image::open_image(folder_ / "x.E01");
    return image::verify_image(*reader_, {});
  }
  TempFolder folder_;
  base::Buffer media_;
  acquire::Report report_;
  std::unique_ptr<image::ImageReader> reader_;
};
TEST_F(CfttImage, DA_AO_01_TheImageHoldsWhatWasAcquired) {
  EXPECT_TRUE(read_image(folder_ / "x.E01") == media_);
  EXPECT_EQ(report_.media_digests, digests_of(media_));
  if (!support::has_program("ewfexport")) GTEST_SKIP() << "ewfexport is not installed";
  const auto exported =
      run("ewfexport -q -u -f raw -t " + (folder_ / "other").string() + " " + (folder_ / "x.E01").string());
  EXPECT_EQ(exported.status, 0) << exported.output;
  EXPECT_TRUE(base::read_file(folder_ / "other.raw") == media_) << "by a foreign program";
}

TEST_F(CfttImage, DA_AO_02_TheImageHasTheFormatAskedFor) {
  if (!support::has_program("ewfinfo") || !support::has_program("img_stat"))
    GTEST_SKIP() << "ewf-tools or sleuthkit is not installed";
  const auto info = run("ewfinfo " + (folder_ / "x.E01").string());
  EXPECT_EQ(info.status, 0) << info.output;
  EXPECT_NE(info.output.find("EnCase 6"), std::string::npos) << info.output;
  const auto stat = run("img_stat -t " + (folder_ / "x.E01").string());
  EXPECT_EQ(stat.output, "ewf\n");
  fs::create_directory(folder_ / "raw");
  auto plan = plan_in(folder_ / "raw", acquire::OutputFormat::raw);
  image_file(folder_ / "source", plan);
  EXPECT_TRUE(base::read_file(folder_ / "raw/x.dd") == media_) << "raw is the bytes and nothing else";
}

std::string error_of(const fs::path& source, const acquire::Plan& plan) {
  try {
    image_file(source, plan);
  } catch (const base::Error& error) {
    EXPECT_FALSE(error.advice.empty());
    return error.what();
  }
  ADD_FAILURE() << "it was reported without an error";
  return "";
}

TEST_F(CfttImage, DA_AO_03_AnErrorOfTheDestinationIsTold) {
  const MountedPlace place("mount -t tmpfs -o ro none", folder_ / "place");
  if (!place.ok) GTEST_SKIP() << "mounting needs root";
  EXPECT_NE(error_of(folder_ / "source", plan_in(folder_ / "place")).find("Read-only file system"),
            std::string::npos);
}

TEST_F(CfttImage, DA_AO_04_ADestinationThatIsTooSmallIsTold) {
  const MountedPlace place("mount -t tmpfs -o size=1m none", folder_ / "place");
  if (!place.ok) GTEST_SKIP() << "mounting needs root";
  fs::create_directory(folder_ / "journal");
  auto plan = plan_in(folder_ / "journal");
  plan.places = {{folder_ / "place", {}}};
  const std::string said = error_of(folder_ / "source", plan);
  EXPECT_NE(said.find("No space left"), std::string::npos) << said;
  EXPECT_NE(said.find((folder_ / "place/x.E01").string()), std::string::npos) << said;
  EXPECT_FALSE(fs::exists(folder_ / "journal/acquisition.json"));
}

TEST_F(CfttImage, DA_AO_05_NoFileIsLargerThanAskedFor) {
  ASSERT_GE(report_.files.size(), 3u);
  for (const auto& file : report_.files) EXPECT_LE(fs::file_size(folder_ / file.name), 1u << 20);
  fs::create_directory(folder_ / "raw");
  auto plan = plan_in(folder_ / "raw", acquire::OutputFormat::raw);
  plan.segment_bytes = 1'000'000;
  const auto raw = image_file(folder_ / "source", plan);
  ASSERT_EQ(raw.files.size(), 3u);
  for (const auto& file : raw.files) EXPECT_LE(fs::file_size(folder_ / "raw" / file.name), 1'000'000u);
}

TEST_F(CfttImage, DA_AO_06_AnUnchangedImageIsFoundUnchanged) {
  const auto found = verify();
  EXPECT_TRUE(found.damage.empty());
  EXPECT_EQ(found.digests.at(base::Algorithm::md5), reader_->facts().stored_digests.at(base::Algorithm::md5));
  EXPECT_EQ(found.digests, digests_of(media_));
}

void flip(const fs::path& file, std::uint64_t at) {
  auto bytes = base::read_file(file);
  bytes[at] ^= std::byte{1};
  put_file(file, bytes);
}

TEST_F(CfttImage, DA_AO_07_AChangedImageIsFoundChanged) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const fs::path file = folder_ / report_.files[random() % report_.files.size()].name;
    const std::uint64_t at = random() % fs::file_size(file);
    flip(file, at);
    try {
      EXPECT_FALSE(verify().damage.empty()) << file << " at " << at;
    } catch (const base::Error&) {
      SUCCEED() << "it cannot be opened at all";
    }
    flip(file, at);
  }
  EXPECT_TRUE(verify().damage.empty()) << "as it was";
}

TEST_F(CfttImage, DA_AO_08_WhatChangedIsLocated) {
  const auto bytes = base::read_file(folder_ / "x.E02");
  // A chunk of 64 sectors that does not compress is stored as it is.
  for (std::uint64_t chunk = 40; chunk < 60; ++chunk) {
    const auto data = base::Bytes(media_).subspan(chunk * 32'768, 32'768);
    const auto found = std::search(bytes.begin(), bytes.end(), data.begin(), data.end());
    if (found == bytes.end()) continue;
    const auto at = static_cast<std::uint64_t>(found - bytes.begin());
    flip(folder_ / "x.E02", at + 1'000);
    const auto verified = verify();
    ASSERT_EQ(verified.damage.size(), 1u);
    EXPECT_EQ(verified.damage[0].file, "x.E02");
    EXPECT_EQ(verified.damage[0].file_offset, at);
    EXPECT_EQ(verified.damage[0].media_offset, chunk * 32'768);
    EXPECT_EQ(verified.damage[0].media_size, 32'768u);
    EXPECT_EQ(verified.unreadable_bytes, 32'768u);
    return;
  }
  ADD_FAILURE() << "no chunk is stored as it is in the second file";
}

TEST_F(CfttImage, DA_AO_09_AConversionKeepsTheData) {
  const auto convert = [&](const fs::path& from, const fs::path& to, image::Format format) {
    fs::create_directory(to);
    const auto reader = image::open_image(from);
    const auto conversion = image::convert_image(*reader, {.folder = to, .stem = "x", .format = format});
    EXPECT_EQ(conversion.outcome, image::Conversion::Outcome::converted);
  };
  convert(folder_ / "x.E01", folder_ / "raw", image::Format::raw);
  convert(folder_ / "raw/x.dd", folder_ / "again", image::Format::e01);
  EXPECT_TRUE(base::read_file(folder_ / "raw/x.dd") == media_);
  EXPECT_TRUE(read_image(folder_ / "again/x.E01") == media_);
}

TEST_F(CfttImage, DA_AO_10_GoesOnAtAnotherDestinationWhenOneIsFull) {
  const MountedPlace place("mount -t tmpfs -o size=1500k none", folder_ / "place");
  if (!place.ok) GTEST_SKIP() << "mounting needs root";
  fs::create_directory(folder_ / "more");
  fs::create_directory(folder_ / "journal");
  auto plan = plan_in(folder_ / "journal");
  plan.segment_bytes = 1u << 20;
  plan.places = {{folder_ / "place", {folder_ / "more"}}};
  const auto report = image_file(folder_ / "source", plan);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_FALSE(fs::is_empty(folder_ / "place"));
  EXPECT_FALSE(fs::is_empty(folder_ / "more"));
  const auto reader = image::open_image(folder_ / "place/x.E01", {folder_ / "more"});
  base::Buffer media(reader->size());
  media.resize(reader->read_at(0, media));
  EXPECT_TRUE(media == media_);
}

TEST_F(CfttImage, DA_AO_23_TheReportSaysWhatHappened) {
  fs::create_directory(folder_ / "bad");
  FaultySource source(media_, 512);
  source.bad = {0, 100, 101, 5'000};
  acquire::acquire(source, plan_in(folder_ / "bad"), {}, {});
  const auto json = base::parse_profile(base::read_file(folder_ / "bad/acquisition.json"));
  EXPECT_EQ(json.at("outcome").text(), "complete_with_bad_ranges");
  EXPECT_EQ(json.at("bad_ranges").canonical(), R"([["0","1"],["100","2"],["5000","1"]])");
  EXPECT_EQ(json.at("media").at("read").text(), std::to_string((5'001 - 4) * 512));
  EXPECT_EQ(json.at("digests").at("sha256").text(), base::sha256(source.media_with_zeros()).hex());
  for (const auto& file : json.at("files").items()) {
    const auto bytes = base::read_file(folder_ / "bad" / file.at("name").text());
    EXPECT_EQ(file.at("bytes").text(), std::to_string(bytes.size()));
    EXPECT_EQ(file.at("sha256").text(), base::sha256(bytes).hex());
  }
  EXPECT_LE(json.at("started").text(), json.at("ended").text());
}

// The audit of system calls is tests/cli/source_audit_test.sh.
TEST_F(CfttImage, DA_AO_24_TheSourceIsAsItWas) {
  const auto written = fs::last_write_time(folder_ / "source");
  fs::create_directory(folder_ / "again");
  image_file(folder_ / "source", plan_in(folder_ / "again"));
  EXPECT_TRUE(base::read_file(folder_ / "source") == media_);
  EXPECT_EQ(fs::last_write_time(folder_ / "source"), written);
  const LoopDevice loop(folder_ / "source");
  if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
  fs::create_directory(folder_ / "device");
  const auto report = image_file(loop.path(), plan_in(folder_ / "device"));
  EXPECT_TRUE(report.source.read_only_set);
  ASSERT_TRUE(report.source.writes_before && report.source.writes_after);
  EXPECT_EQ(report.source.writes_before->to_json(), report.source.writes_after->to_json());
  EXPECT_TRUE(base::read_file(folder_ / "source") == media_);
}

}  // namespace
