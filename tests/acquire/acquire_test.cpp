// SPDX-License-Identifier: Apache-2.0
#include "acquire_support.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER
#endif
#endif

using namespace acquire_test;

namespace {

TEST(Acquire, AFileBecomesAnE01ThatReadsBackEqual) {
  const TempFolder folder;
  const auto media = media_without_zeros(5'000 * 512);
  put_file(folder / "source", media);
  acquire::Plan plan{.folder = folder.path(), .stem = "KK-A-0001_a1", .segment_bytes = 1u << 20};
  std::vector<acquire::Progress> told;
  const auto report =
      image_file(folder / "source", plan, [&](const auto& progress) { told.push_back(progress); });

  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_EQ(report.read_back, acquire::ReadBack::equal);
  EXPECT_EQ(report.media_digests, digests_of(media));
  EXPECT_EQ(report.media_bytes, media.size());
  EXPECT_EQ(report.read_bytes, media.size());
  expect_sum(report);
  EXPECT_TRUE(read_image(folder / "KK-A-0001_a1.E01") == media);
  ASSERT_GE(report.files.size(), 3u);
  for (const auto& file : report.files) {
    const auto bytes = base::read_file(folder / file.name);
    EXPECT_EQ(file.bytes, bytes.size());
    EXPECT_EQ(file.sha256, base::sha256(bytes).hex());
  }
  ASSERT_GE(told.size(), 4u);
  EXPECT_EQ(told.front().phase, acquire::Progress::Phase::read);
  EXPECT_EQ(told.back().phase, acquire::Progress::Phase::read_back);
  EXPECT_EQ(told.back().done, media.size());
}

TEST(Acquire, TheReportIsCanonicalJson) {
  const TempFolder folder;
  put_file(folder / "source", media_without_zeros(100 * 512));
  const auto report = image_file(folder / "source", {.folder = folder.path(), .stem = "x"});
  const auto bytes = base::read_file(folder / "acquisition.json");
  const auto json = base::parse_profile(bytes);  // throws unless the bytes are canonical
  EXPECT_EQ(json.canonical(), report.to_json().canonical());
  EXPECT_EQ(json.at("outcome").text(), "complete");
  EXPECT_EQ(json.at("media").at("bytes").text(), "51200");
  EXPECT_EQ(json.at("digests").at("sha256").text(),
            base::to_hex(report.media_digests.at(base::Algorithm::sha256)));
  EXPECT_EQ(json.at("files").items().size(), 1u);
  EXPECT_EQ(json.at("read_back").text(), "equal");
}

TEST(Acquire, NamesThatAreNoUtf8StandInHexadecimal) {
  const TempFolder folder;
  put_file(folder / "\xFF\xFE", media_without_zeros(512));
  image_file(folder / "\xFF\xFE", {.folder = folder.path(), .stem = "x"});
  const auto json = base::parse_profile(base::read_file(folder / "acquisition.json"));
  const std::string hex = json.at("source").at("path").at("hex").text();
  EXPECT_TRUE(hex.ends_with("fffe")) << hex;
}

TEST(Acquire, RawHoldsAnOddSizeExactlyAndE01RefusesIt) {
  const TempFolder folder;
  const auto media = media_without_zeros(1'000'001);
  put_file(folder / "source", media);
  try {
    image_file(folder / "source", {.folder = folder.path(), .stem = "x"});
    ADD_FAILURE() << "1 000 001 bytes went into an E01";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::usage);
    EXPECT_NE(error.advice.find("raw"), std::string::npos);
  }
  EXPECT_FALSE(fs::exists(folder / "acquisition.json"));
  const auto report = image_file(
      folder / "source", {.folder = folder.path(), .stem = "x", .format = acquire::OutputFormat::raw});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete);
  EXPECT_EQ(report.media_digests, digests_of(media));
  EXPECT_TRUE(base::read_file(folder / "x.dd") == media);
  expect_sum(report);
}

TEST(Acquire, NeverOverwrites) {
  const TempFolder folder;
  put_file(folder / "source", media_without_zeros(512));
  const acquire::Plan plan{.folder = folder.path(), .stem = "x"};
  image_file(folder / "source", plan);
  const auto image = base::read_file(folder / "x.E01");
  const auto json = base::read_file(folder / "acquisition.json");
  EXPECT_THROW(image_file(folder / "source", plan), base::Error);
  EXPECT_THROW(image_file(folder / "source", {.folder = folder.path(), .stem = "y"}), base::Error)
      << "the folder holds the report of another acquisition";
  fs::remove(folder / "acquisition.json");
  EXPECT_THROW(image_file(folder / "source", plan), base::Error);
  EXPECT_EQ(base::read_file(folder / "x.E01"), image);
  EXPECT_FALSE(fs::exists(folder / "y.E01"));
  EXPECT_FALSE(json.empty());
}

TEST(Acquire, StoppedOnRequestItNamesWhatIsThere) {
  const TempFolder folder;
  put_file(folder / "source", media_without_zeros(20'000 * 512));
  std::stop_source stop;
  const auto report = image_file(
      folder / "source", {.folder = folder.path(), .stem = "x"}, [&](const auto&) { stop.request_stop(); },
      stop.get_token());
  EXPECT_EQ(report.outcome, acquire::Outcome::interrupted);
  EXPECT_EQ(report.read_back, acquire::ReadBack::not_done);
  EXPECT_EQ(report.not_attempted_bytes, 20'000u * 512);
  EXPECT_TRUE(report.media_digests.empty());
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_EQ(report.files[0].name, "x.E01");
  expect_sum(report);
  const auto json = base::parse_profile(base::read_file(folder / "attempt-1.json"));
  EXPECT_EQ(json.at("outcome").text(), "interrupted");
  EXPECT_FALSE(json.at("trouble").text().empty());
}

TEST(Acquire, StoppedWhileReadingBackItSaysSo) {
  const TempFolder folder;
  put_file(folder / "source", media_without_zeros(2'000 * 512));
  std::stop_source stop;
  const auto report = image_file(
      folder / "source", {.folder = folder.path(), .stem = "x"},
      [&](const auto& progress) {
        if (progress.phase == acquire::Progress::Phase::read_back) stop.request_stop();
      },
      stop.get_token());
  EXPECT_EQ(report.outcome, acquire::Outcome::interrupted);
  EXPECT_EQ(report.read_back, acquire::ReadBack::not_done);
  EXPECT_EQ(report.read_bytes, 2'000u * 512);
  EXPECT_NE(report.trouble.find("read back"), std::string::npos);
}

TEST(Acquire, ASourceThatShrinksIsGoneAndNeverZeros) {
  const TempFolder folder;
  put_file(folder / "source", media_without_zeros(20u << 20));
  const auto report =
      image_file(folder / "source", {.folder = folder.path(), .stem = "x"}, [&](const auto& progress) {
        if (progress.done == 0) fs::resize_file(folder / "source", 3'000'000);
      });
  EXPECT_EQ(report.outcome, acquire::Outcome::failed);
  EXPECT_EQ(report.bad_bytes, 0u);
  EXPECT_LE(report.read_bytes, 3'000'000u);
  EXPECT_TRUE(report.media_digests.empty());
  EXPECT_FALSE(report.trouble.empty());
  expect_sum(report);
  bool unfinished = false;
  try {
    const auto reader = image::open_image(folder / "x.E01");
    for (const auto& damage : reader->facts().damage) {
      unfinished = unfinished || damage.code == "unfinished";
    }
  } catch (const base::Error&) {
    unfinished = true;  // stopped before libewf wrote the section that states the size
  }
  EXPECT_TRUE(unfinished);
}

TEST(Acquire, WhatIsNeitherFileNorDeviceIsRefused) {
  const TempFolder folder;
  EXPECT_THROW(acquire::open_source(folder.path()), base::Error);
  EXPECT_THROW(acquire::open_source(folder / "absent"), base::Error);
  EXPECT_THROW(acquire::open_source("/dev/null"), base::Error);
}

TEST(Acquire, MemoryDoesNotFollowTheSizeOfTheSource) {
  const TempFolder folder;
  fs::resize_file((put_file(folder / "source", {}), folder / "source"), 600u << 20);  // sparse: all zeros
  const auto peak = [] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
    }
    return 0L;
  };
  std::ofstream("/proc/self/clear_refs") << "5";  // starts the peak anew
  const long before = peak();
  const auto report = image_file(folder / "source", {.folder = folder.path(), .stem = "x"});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete);
#ifndef UNDER_SANITIZER
  EXPECT_LE(peak() - before, 96 * 1024) << "KiB more than before";
#else
  GTEST_SKIP() << "the sanitizer's own memory hides the figure (" << peak() - before << " KiB)";
#endif
}

}  // namespace
