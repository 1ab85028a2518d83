// SPDX-License-Identifier: Apache-2.0
// An acquisition that was cut off goes on, and its files become what an uninterrupted run would have made.
#include <algorithm>

#include "acquire_support.h"

using namespace acquire_test;

namespace {

constexpr std::uint64_t kStep = 1u << 20;
constexpr std::size_t kMedia = (12u << 20) + 512 * 77;

base::Buffer mixed_media(unsigned seed = 1) {
  base::Buffer media = media_without_zeros(kMedia, seed);
  for (std::size_t i = 3u << 20; i < 5u << 20; ++i) media[i] = std::byte{0};
  for (std::size_t i = 6u << 20; i < 9u << 20; ++i) media[i] = static_cast<std::byte>('a' + i / 7 % 5);
  return media;
}

acquire::Plan plan_in(const fs::path& folder, acquire::OutputFormat format = acquire::OutputFormat::e01) {
  acquire::Plan plan;
  plan.folder = folder;
  plan.stem = "x";
  plan.format = format;
  plan.segment_bytes = 3u << 20;
  plan.step_bytes = kStep;
  plan.sync_every = std::chrono::milliseconds(0);
  return plan;
}

// A source that stops the run when it has given so many bytes.
class Stopping final : public acquire::Source {
 public:
  Stopping(const fs::path& path, std::uint64_t after) : source_(acquire::open_source(path)), after_(after) {}
  const acquire::SourceFacts& facts() const override { return source_->facts(); }
  Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
    // Whole blocks are read by the pipeline; smaller pieces, by who asks which device it is.
    if (into.size() == kStep && offset + kStep > after_ && offset != 0) stop_.request_stop();
    return source_->read_at(offset, into);
  }
  std::stop_token token() { return stop_.get_token(); }

 private:
  std::unique_ptr<acquire::Source> source_;
  std::uint64_t after_;
  std::stop_source stop_;
};

acquire::Report cut_off(const fs::path& source, const acquire::Plan& plan, std::uint64_t after) {
  Stopping stopping(source, after);
  return acquire::acquire(stopping, plan, {}, stopping.token());
}

// The image files of a folder, by name. The set identifier and the date are chosen anew for each image, so
// images are compared that were cut off at different moments from the same start.
std::map<std::string, base::Buffer> image_files(const fs::path& folder) {
  std::map<std::string, base::Buffer> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("x.") && !name.ends_with(".journal")) files[name] = base::read_file(entry.path());
  }
  return files;
}

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

// The journal names its places; a copied folder is another place.
void move_places(const fs::path& folder, const fs::path& from, const fs::path& to) {
  std::string text(base::as_text(base::read_file(folder / "x.journal")));
  for (std::size_t at = 0; (at = text.find(from.string(), at)) != text.npos; at += to.string().size())
    text.replace(at, from.string().size(), to.string());
  put_file(folder / "x.journal", base::as_bytes(text));
}

class Resume : public testing::TestWithParam<acquire::OutputFormat> {
 protected:
  void SetUp() override {
    media_ = mixed_media();
    put_file(root_ / "source", media_);
    fs::create_directory(root_ / "begun");
    // Everything starts from one journal, so that all images are the same image.
    const auto report = cut_off(root_ / "source", plan_in(root_ / "begun", GetParam()), kStep / 2);
    ASSERT_EQ(report.outcome, acquire::Outcome::interrupted) << report.trouble;
    ASSERT_TRUE(fs::exists(root_ / "begun/x.journal"));
  }

  fs::path begun(const std::string& name) {
    copy_folder(root_ / "begun", root_ / name);
    move_places(root_ / name, root_ / "begun", root_ / name);
    return root_ / name;
  }

  std::map<std::string, base::Buffer> uninterrupted() {
    const auto folder = begun("whole");
    const auto report = image_file(root_ / "source", plan_in(folder, GetParam()));
    EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
    return image_files(folder);
  }

  TempFolder root_;
  base::Buffer media_;
};

TEST_P(Resume, GivesTheBytesOfAnUninterruptedRun) {
  const auto expected = uninterrupted();
  EXPECT_GE(expected.size(), 3u);
  for (const std::uint64_t after :
       {kStep / 2, kStep + 1, 4 * kStep, 5 * kStep + 512, 9 * kStep, 11 * kStep}) {
    const auto folder = begun("cut");
    const auto plan = plan_in(folder, GetParam());
    const auto first = cut_off(root_ / "source", plan, after);
    ASSERT_EQ(first.outcome, acquire::Outcome::interrupted);
    EXPECT_TRUE(first.media_digests.empty());
    EXPECT_TRUE(fs::exists(folder / "attempt-2.json"));
    const auto report = image_file(root_ / "source", plan);
    ASSERT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
    EXPECT_EQ(report.media_digests, digests_of(media_));
    ASSERT_EQ(report.attempts.size(), 3u);
    EXPECT_GE(report.attempts[2].from_bytes + 2 * kStep, after) << "it goes on, and does not begin anew";
    EXPECT_EQ(report.attempts[2].from_bytes, (first.read_bytes + first.bad_bytes) / kStep * kStep);
    EXPECT_EQ(report.attempts[2].from_bytes, first.kept_bytes);
    EXPECT_FALSE(report.attempts[1].end.empty());
    EXPECT_TRUE(image_files(folder) == expected) << "cut off after " << after;
    EXPECT_FALSE(fs::exists(folder / "x.journal"));
  }
}

TEST_P(Resume, WhatWasWrittenBeyondTheLastMarkDoesNotMatter) {
  const auto expected = uninterrupted();
  std::mt19937 random(5);
  for (int i = 0; i < 12; ++i) {
    const auto folder = begun("cut");
    const auto plan = plan_in(folder, GetParam());
    cut_off(root_ / "source", plan, kStep * (random() % 11) + random() % kStep);
    // A power cut: the newest file has lost its end, or got a page of zeros or rubbish.
    const auto files = image_files(folder);
    const fs::path last = folder / files.rbegin()->first;
    const std::uint64_t bytes = fs::file_size(last);
    switch (i % 3) {
      case 0:
        put_file(last, base::Bytes(files.rbegin()->second)
                           .first(bytes - random() % (std::min<std::uint64_t>(bytes, 65536) + 1)));
        break;
      case 1: {
        std::ofstream(last, std::ios::app) << std::string(random() % 9000, '\0');
        break;
      }
      default:
        std::ofstream(folder / "x.journal", std::ios::app) << "{\"mark\":\"99";
    }
    const auto report = image_file(root_ / "source", plan);
    ASSERT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
    EXPECT_TRUE(image_files(folder) == expected) << "round " << i;
  }
}

TEST_P(Resume, ADamagedBeginningIsReadFromTheSourceAgain) {
  const auto expected = uninterrupted();
  for (const std::uint64_t where : {100'000u, 2'500'000u}) {
    const auto folder = begun("cut");
    const auto plan = plan_in(folder, GetParam());
    cut_off(root_ / "source", plan, 10 * kStep);
    auto files = image_files(folder);
    auto& bytes = files.begin()->second;
    ASSERT_GT(bytes.size(), where) << files.begin()->first << " of " << files.size();
    bytes[where] ^= std::byte{0x10};
    put_file(folder / files.begin()->first, bytes);
    const auto report = image_file(root_ / "source", plan);
    ASSERT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
    EXPECT_LT(report.attempts.back().from_bytes, 10 * kStep) << "the damage was seen";
    EXPECT_TRUE(image_files(folder) == expected);
  }
}

TEST_P(Resume, RefusesAnotherSource) {
  const auto folder = begun("cut");
  const auto plan = plan_in(folder, GetParam());
  cut_off(root_ / "source", plan, 5 * kStep);
  const auto before = image_files(folder);
  auto other = media_;
  other.back() ^= std::byte{1};
  put_file(root_ / "other end", other);
  put_file(root_ / "longer", media_without_zeros(kMedia + 512));
  EXPECT_THROW(image_file(root_ / "other end", plan), base::Error);
  EXPECT_THROW(image_file(root_ / "longer", plan), base::Error);
  EXPECT_TRUE(image_files(folder) == before);
}

TEST_P(Resume, GoesOnInAnotherFolderWhenTheFirstIsFull) {
  const auto expected = uninterrupted();
  const auto folder = begun("cut");
  auto plan = plan_in(folder, GetParam());
  cut_off(root_ / "source", plan, 3 * kStep);
  const TempFolder small;
  if (run("mount -t tmpfs -o size=5m none " + small.path().string()).status != 0)
    GTEST_SKIP() << "no tmpfs can be mounted here (it needs root)";
  for (const auto& [name, bytes] : image_files(folder)) {
    put_file(small / name, bytes);
    fs::remove(folder / name);
  }
  move_places(folder, folder, small.path());
  const fs::path more = root_ / "more";
  fs::create_directory(more);
  plan.places = {{small.path(), {}}};
  EXPECT_THROW(image_file(root_ / "source", plan), base::Error) << "it does not fit";
  plan.places = {{small.path(), {more}}};
  const auto report = image_file(root_ / "source", plan);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  auto files = image_files(small.path());
  EXPECT_LT(files.size(), expected.size());
  for (auto& [name, bytes] : image_files(more)) files[name] = bytes;
  EXPECT_TRUE(files == expected);
  ASSERT_EQ(report.files.size(), expected.size());
  EXPECT_EQ(report.files.back().path, more / expected.rbegin()->first);
  EXPECT_FALSE(report.files.back().sha256.empty());
  run("umount " + small.path().string());
}

INSTANTIATE_TEST_SUITE_P(Formats, Resume,
                         testing::Values(acquire::OutputFormat::e01, acquire::OutputFormat::raw),
                         [](const auto& info) { return std::string(acquire::name_of(info.param)); });

TEST(TwoPlaces, GetTheSameImageEachReadBackByItself) {
  const TempFolder root;
  const auto media = mixed_media();
  put_file(root / "source", media);
  for (const char* name : {"a", "b"}) fs::create_directory(root / name);
  auto plan = plan_in(root.path());
  plan.places = {{root / "a", {}}, {root / "b", {}}};
  const auto report = image_file(root / "source", plan);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_TRUE(image_files(root / "a") == image_files(root / "b"));
  EXPECT_TRUE(read_image(root / "b/x.E01") == media);
  ASSERT_EQ(report.further_copies.size(), 1u);
  EXPECT_EQ(report.further_copies[0].read_back, acquire::ReadBack::equal);
  EXPECT_EQ(report.further_copies[0].files.size(), report.files.size());
}

TEST(TwoPlaces, OneThatFailsDoesNotStopTheOther) {
  const TempFolder root;
  const TempFolder small;
  if (run("mount -t tmpfs -o size=4m none " + small.path().string()).status != 0)
    GTEST_SKIP() << "no tmpfs can be mounted here (it needs root)";
  const auto media = mixed_media();
  put_file(root / "source", media);
  fs::create_directory(root / "good");
  auto plan = plan_in(root.path());
  plan.places = {{small.path(), {}}, {root / "good", {}}};
  const auto report = image_file(root / "source", plan);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_EQ(report.files.front().path, root / "good/x.E01");
  ASSERT_EQ(report.further_copies.size(), 1u);
  EXPECT_EQ(report.further_copies[0].read_back, acquire::ReadBack::not_done);
  EXPECT_NE(report.further_copies[0].trouble.find("o space"), std::string::npos)
      << report.further_copies[0].trouble;
  EXPECT_TRUE(read_image(root / "good/x.E01") == media);
  run("umount " + small.path().string());
}

}  // namespace
