// SPDX-License-Identifier: Apache-2.0
// Is it the same one that was here before? Files, and loop devices that are detached and come back.
#include "acquire/identity.h"

#include "acquire_support.h"

using namespace acquire_test;
using acquire::Identity;
using acquire::Match;

namespace {

constexpr std::size_t kSize = (3u << 20) + 11 * 512;

Identity identity_of(const fs::path& path) {
  return acquire::identity_of(*acquire::open_source(path));
}

// A source in memory, some sectors of which cannot be read.
class FakeSource final : public acquire::Source {
 public:
  explicit FakeSource(base::Buffer media) : media_(std::move(media)) { facts_.bytes = media_.size(); }
  const acquire::SourceFacts& facts() const override { return facts_; }
  Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (gone) return Read::gone;
    if (bad && offset <= *bad && *bad < offset + into.size()) return Read::medium_error;
    std::copy_n(media_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return Read::ok;
  }
  std::optional<std::uint64_t> bad;
  bool gone = false;
  acquire::SourceFacts facts_;

 private:
  base::Buffer media_;
};

TEST(Identity, SurvivesJson) {
  const TempFolder folder;
  put_file(folder / "\xFF", media_without_zeros(kSize));
  const auto identity = identity_of(folder / "\xFF");
  EXPECT_EQ(identity.bytes, kSize);
  const auto text = identity.to_json().canonical();
  EXPECT_EQ(Identity::from_json(base::parse_profile(base::as_bytes(text))), identity);
  EXPECT_THROW(Identity::from_json(base::Json::object({{"port_path", "x"}})), base::JsonError);
}

TEST(Identity, StartAndEndDecide) {
  auto media = media_without_zeros(kSize);
  FakeSource known(media);
  for (const std::size_t changed :
       {std::size_t{0}, (1u << 20) - std::size_t{1}, kSize - 1, kSize - (1u << 20)}) {
    auto other = media;
    other[changed] ^= std::byte{1};
    FakeSource found(other);
    EXPECT_EQ(acquire::compare(acquire::identity_of(known), acquire::identity_of(found)), Match::other)
        << changed;
  }
  media.pop_back();
  FakeSource shorter(media);
  EXPECT_EQ(acquire::compare(acquire::identity_of(known), acquire::identity_of(shorter)), Match::other);
}

TEST(Identity, TheSerialNumberAloneNeverDecides) {
  FakeSource one(media_without_zeros(kSize, 1)), other(media_without_zeros(kSize, 2));
  one.facts_.serial = other.facts_.serial = "0123456789AB";
  EXPECT_EQ(acquire::compare(acquire::identity_of(one), acquire::identity_of(other)), Match::other);
  FakeSource same(media_without_zeros(kSize, 1));
  EXPECT_EQ(acquire::compare(acquire::identity_of(one), acquire::identity_of(same)), Match::same)
      << "a bridge that hides the serial number";
  same.facts_.serial = "another";
  EXPECT_EQ(acquire::compare(acquire::identity_of(one), acquire::identity_of(same)), Match::cannot_tell);
}

TEST(Identity, ASectorThatFailsNowAndThenMakesNoOtherDevice) {
  FakeSource source(media_without_zeros(kSize));
  const auto before = acquire::identity_of(source);
  source.bad = 200'000;
  const auto after = acquire::identity_of(source);
  EXPECT_NE(after.head_tail_sha256.find("unreadable"), std::string::npos);
  EXPECT_EQ(acquire::compare(before, after), Match::same);
  EXPECT_EQ(acquire::compare(after, before), Match::same);
}

TEST(Identity, WhatCannotBeReadCannotBeTold) {
  FakeSource source(media_without_zeros(512));
  const auto before = acquire::identity_of(source);
  source.bad = 0;
  EXPECT_EQ(acquire::compare(before, acquire::identity_of(source)), Match::cannot_tell);
  source.gone = true;
  EXPECT_THROW(acquire::identity_of(source), base::Error);
}

TEST(Identity, BlankDevicesAreToldBySerialNumberOrPort) {
  FakeSource one{base::Buffer(kSize)}, other{base::Buffer(kSize)};
  one.facts_.block_device = other.facts_.block_device = true;
  one.facts_.port = "usb1/1-1";
  other.facts_.port = "usb1/1-2";
  const auto match = [&] { return acquire::compare(acquire::identity_of(one), acquire::identity_of(other)); };
  EXPECT_EQ(match(), Match::cannot_tell);
  one.facts_.serial = other.facts_.serial = "S";
  EXPECT_EQ(match(), Match::same);
  other.facts_.serial = "T";
  EXPECT_EQ(match(), Match::cannot_tell);
}

TEST(FindAgain, AFileThatIsAwayAndComesBack) {
  const TempFolder folder;
  const std::string name = folder / "source";
  const auto media = media_without_zeros(kSize);
  put_file(name, media);
  const auto identity = identity_of(name);
  fs::rename(name, folder / "elsewhere");
  EXPECT_EQ(acquire::find_again(identity, name), nullptr);
  put_file(name, media_without_zeros(kSize, 2));
  try {
    acquire::find_again(identity, name);
    ADD_FAILURE() << "another file was taken for the source";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::conflict);
    EXPECT_NE(std::string(error.what()).find(name), std::string::npos);
  }
  fs::rename(folder / "elsewhere", name);
  const auto found = acquire::find_again(identity, name);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->facts().bytes, kSize);
}

class FindLoop : public testing::Test {
 protected:
  // No two runs alike: a loop device that a run which was killed left behind is not this one.
  FindLoop() { put_file(folder_ / "disk", media_without_zeros(kSize, std::random_device()())); }
  static acquire::SourceFacts facts_of(const std::string& path) {
    return acquire::open_source(path)->facts();
  }
  TempFolder folder_;
};

#define NEED(loop) \
  if ((loop).path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)"

TEST_F(FindLoop, UnderAnotherNameItIsTheSame) {
  auto first = std::make_optional<LoopDevice>(folder_ / "disk");
  NEED(*first);
  const std::string former = first->path();
  const auto identity = identity_of(former);
  first.reset();
  EXPECT_EQ(acquire::find_again(identity, former), nullptr) << "it is not there";
  put_file(folder_ / "other", media_without_zeros(512 * 5, 3));
  const auto takes_the_name = LoopDevice::named(former, folder_ / "other");
  if (takes_the_name.path().empty()) GTEST_SKIP() << "another program took " << former << " meanwhile";
  const LoopDevice again(folder_ / "disk");
  NEED(again);
  const auto found = acquire::find_again(identity, former);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->facts().path, again.path());
  EXPECT_TRUE(found->facts().read_only_set);
}

TEST_F(FindLoop, AtAnotherPortItIsTheSameAndTheOtherPortIsKnown) {
  auto first = std::make_optional<LoopDevice>(folder_ / "disk");
  NEED(*first);
  const std::string former = first->path();
  const auto identity = identity_of(former);
  first.reset();
  fs::rename(folder_ / "disk", folder_ / "moved");
  const LoopDevice again(folder_ / "moved");
  NEED(again);
  const auto found = acquire::find_again(identity, former);
  ASSERT_TRUE(found);
  EXPECT_NE(acquire::identity_of(*found).port_path, identity.port_path);
}

TEST_F(FindLoop, SomethingElseInItsPlaceIsNamed) {
  auto first = std::make_optional<LoopDevice>(folder_ / "disk");
  NEED(*first);
  const std::string former = first->path();
  const auto identity = identity_of(former);
  first.reset();
  put_file(folder_ / "disk", media_without_zeros(kSize + 512, 9));
  const auto other = LoopDevice::named(former, folder_ / "disk");
  if (other.path().empty()) GTEST_SKIP() << "another program took " << former << " meanwhile";
  try {
    acquire::find_again(identity, former);
    ADD_FAILURE() << "another device was taken for the source";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::conflict);
    EXPECT_NE(std::string(error.what()).find(std::to_string(kSize + 512) + " bytes"), std::string::npos)
        << error.what();
  }
  EXPECT_FALSE(facts_of(other.path()).path.empty()) << "and it was left free";
}

TEST_F(FindLoop, TwoThatAreAlikeAreNotGuessedBetween) {
  auto first = std::make_optional<LoopDevice>(folder_ / "disk");
  NEED(*first);
  const std::string former = first->path();
  const auto identity = identity_of(former);
  first.reset();
  fs::copy_file(folder_ / "disk", folder_ / "one");
  fs::rename(folder_ / "disk", folder_ / "two");
  const LoopDevice one(folder_ / "one"), two(folder_ / "two");
  NEED(two);
  EXPECT_THROW(acquire::find_again(identity, former), base::Error);
}

}  // namespace
