// SPDX-License-Identifier: Apache-2.0
// The two files of a rescue: what they promise, whom they are refused, and what becomes of them.
#include <csignal>

#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acquire/rescue.h"
#include "acquire/rescued_source.h"
#include "acquire_support.h"
#include "faulty_source.h"

using namespace acquire_test;
using acquire::BlockStatus;
using acquire::RescueMap;
using End = acquire::RescueResult::End;

namespace {

class RescueFilesOf : public testing::Test {
 protected:
  RescueFilesOf() : source_(media_without_zeros(1000 * 512), 512) { source_.bad = {100, 101, 700}; }
  acquire::RescueResult rescue(const acquire::RescueOptions& options = {.copy_bytes = 8192}) {
    return acquire::rescue(source_, raw_, map_, options, {}, {});
  }
  void put_map(const RescueMap& map) { put_file(map_, base::as_bytes(map.text())); }
  base::ErrorKind refused() {
    try {
      rescue();
    } catch (const base::Error& error) {
      EXPECT_FALSE(error.advice.empty());
      return error.kind;
    }
    ADD_FAILURE() << "not refused";
    return base::ErrorKind::interrupted;
  }

  TempFolder folder_;
  fs::path raw_ = folder_ / "x.dd", map_ = folder_ / "x.map";
  FaultySource source_;
};

TEST_F(RescueFilesOf, ARawFileWithoutAMapIsSomebodyElses) {
  put_file(raw_, media_without_zeros(1000));
  const auto before = base::read_file(raw_);
  EXPECT_EQ(refused(), base::ErrorKind::conflict);
  EXPECT_EQ(base::read_file(raw_), before);
  EXPECT_FALSE(fs::exists(map_));
}

TEST_F(RescueFilesOf, AnotherSourcesFilesAreNotTouched) {
  rescue();
  const auto raw = base::read_file(raw_), map = base::read_file(map_);
  FaultySource other(media_without_zeros(999 * 512), 512);
  EXPECT_THROW(acquire::rescue(other, raw_, map_, {}, {}, {}), base::Error);
  EXPECT_EQ(base::read_file(raw_), raw);
  EXPECT_EQ(base::read_file(map_), map);
}

TEST_F(RescueFilesOf, AMapThatPromisesMoreThanTheRawFileHolds) {
  rescue();
  fs::resize_file(raw_, 500 * 512);
  EXPECT_EQ(refused(), base::ErrorKind::format);
  EXPECT_THROW(acquire::open_rescued(raw_, map_, source_.facts()), base::Error);
  fs::remove(raw_);
  EXPECT_EQ(refused(), base::ErrorKind::not_found);
  EXPECT_FALSE(fs::exists(raw_));
}

TEST_F(RescueFilesOf, ARawFileLongerThanTheSource) {
  rescue();
  fs::resize_file(raw_, 1001 * 512);
  EXPECT_EQ(refused(), base::ErrorKind::conflict);
}

TEST_F(RescueFilesOf, AMapAloneThatPromisesNothingIsWhatAPowerCutLeaves) {
  put_map(RescueMap(1000 * 512));
  EXPECT_EQ(rescue().end, End::finished);
  EXPECT_TRUE(base::read_file(raw_) == source_.media_with_zeros());
}

TEST_F(RescueFilesOf, ADamagedMap) {
  rescue();
  put_file(map_, base::as_bytes("0 + 1\n0 512 +\n512 "));
  EXPECT_EQ(refused(), base::ErrorKind::format);
}

TEST_F(RescueFilesOf, ASecondRescueOfTheSameFilesIsRefused) {
  rescue();
  const base::Fd other(open(raw_.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
  EXPECT_EQ(refused(), base::ErrorKind::conflict);
}

TEST_F(RescueFilesOf, LinksAndTheSourceItselfAreRefused) {
  rescue();
  fs::rename(raw_, folder_ / "elsewhere");
  fs::create_symlink(folder_ / "elsewhere", raw_);
  EXPECT_EQ(refused(), base::ErrorKind::io);
  put_file(folder_ / "disk", media_without_zeros(1000 * 512));
  const auto disk = acquire::open_source(folder_ / "disk");
  EXPECT_THROW(acquire::rescue(*disk, folder_ / "disk", map_, {}, {}, {}), base::Error);
  EXPECT_TRUE(base::read_file(folder_ / "disk") == source_.media());
}

// Asked at every read, the map on disk never says more than the raw file holds.
TEST_F(RescueFilesOf, TheMapOnDiskNeverPromisesMore) {
  class Looking final : public acquire::Source {
   public:
    Looking(FaultySource& source, const fs::path& raw, const fs::path& map)
        : source_(source), raw_(raw), map_(map) {}
    const acquire::SourceFacts& facts() const override { return source_.facts(); }
    Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
      look();
      return source_.read_at(offset, into);
    }
    std::set<std::uint64_t> promised;

   private:
    void look() {
      const auto bytes = base::read_file(map_);
      const auto map = RescueMap::parse(base::as_text(bytes));
      const auto raw = base::read_file(raw_);
      promised.insert(map.bytes(BlockStatus::finished));
      for (const auto& range : map.ranges()) {
        const auto at = static_cast<std::ptrdiff_t>(range.offset);
        if (range.status == BlockStatus::finished)
          ASSERT_TRUE(std::equal(raw.begin() + at, raw.begin() + at + static_cast<std::ptrdiff_t>(range.size),
                                 source_.media().begin() + at));
      }
    }
    FaultySource& source_;
    fs::path raw_, map_;
  } looking(source_, raw_, map_);
  acquire::rescue(looking, raw_, map_, {.copy_bytes = 8192, .save_interval = std::chrono::seconds(0)}, {},
                  {});
  EXPECT_GT(looking.promised.size(), 60u) << "it is saved after each read";
}

// Killed at any moment, and started again until it ends.
TEST_F(RescueFilesOf, KilledAndStartedAgainItGivesTheSame) {
  std::mt19937 random(8);
  const fs::path whole = folder_ / "whole.dd", whole_map = folder_ / "whole.map";
  acquire::rescue(source_, whole, whole_map, {.copy_bytes = 8192}, {}, {});
  unsigned killed = 0;
  for (int round = 0; round < 60; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      acquire::rescue(source_, raw_, map_, {.copy_bytes = 2048, .save_interval = std::chrono::seconds(0)}, {},
                      {});
      _exit(0);
    }
    usleep(static_cast<useconds_t>(random() % 30'000));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    killed += WIFSIGNALED(status) ? 1 : 0;
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
  }
  EXPECT_GT(killed, 0u);
  EXPECT_EQ(rescue().end, End::finished);
  EXPECT_TRUE(base::read_file(raw_) == base::read_file(whole));
  EXPECT_EQ(base::read_file(map_), base::read_file(whole_map));
}

// The order on disk, as the system sees it: whenever a map gets its name, all that was written to the raw
// file was synced before.
TEST_F(RescueFilesOf, TheRawFileIsSyncedBeforeEachMap) {
  const fs::path program = fs::read_symlink("/proc/self/exe"), log = folder_ / "calls";
  const auto traced = run("ASAN_OPTIONS=detect_leaks=0 strace -f -y -o " + log.string() +
                          " -e trace=pwrite64,fallocate,fdatasync,rename " + program.string() +
                          " --gtest_filter=RescueFilesOf.TheMapOnDiskNeverPromisesMore");
  if (traced.status != 0) GTEST_SKIP() << "strace cannot trace here: " << traced.output;
  std::ifstream calls(log);
  bool written = false;
  unsigned maps = 0, syncs = 0;
  for (std::string call; std::getline(calls, call);) {
    const bool raw = call.find("x.dd>") != call.npos;
    if (raw && call.find("fdatasync") == call.npos) written = true;
    if (raw && call.find("fdatasync") != call.npos) {
      EXPECT_NE(call.find("= 0"), call.npos) << call;
      written = false;
      ++syncs;
    }
    if (call.find("rename(") == call.npos) continue;
    EXPECT_FALSE(written) << call;
    ++maps;
  }
  EXPECT_GT(maps, 60u);
  EXPECT_GT(syncs, 60u);
}

// A destination that is full: an error, and what the map says stands.
TEST_F(RescueFilesOf, AFullDestinationEndsTheRunAndLeavesWhatWasSaved) {
  signal(SIGXFSZ, SIG_IGN);
  acquire::rescue(source_, raw_, map_, {.time_limit = std::chrono::seconds(0)}, {}, {});  // makes the files
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{300 * 512, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  try {
    rescue({.copy_bytes = 8192, .save_interval = std::chrono::seconds(0)});
    ADD_FAILURE() << "wrote beyond the limit";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::io);
  }
  setrlimit(RLIMIT_FSIZE, &before);
  const auto bytes = base::read_file(map_);
  const auto map = RescueMap::parse(base::as_text(bytes));
  EXPECT_GE(map.bytes(BlockStatus::finished), 100u * 512);
  EXPECT_LE(map.bytes(BlockStatus::finished), 300u * 512);
  EXPECT_EQ(rescue().end, End::finished);
  EXPECT_TRUE(base::read_file(raw_) == source_.media_with_zeros());
}

// A map made with sectors of 512 bytes, for a source that has larger ones.
TEST_F(RescueFilesOf, AMapOfSmallerSectorsGoesOn) {
  rescue();
  base::Buffer media = source_.media();
  FaultySource coarse(media, 4096);
  const auto result = acquire::rescue(coarse, raw_, map_, {}, {}, {});
  EXPECT_EQ(result.end, End::finished);
  EXPECT_EQ(result.map.bytes(BlockStatus::finished), media.size());
  EXPECT_TRUE(base::read_file(raw_) == media);
  for (const auto& request : coarse.requests) {
    EXPECT_EQ(request.offset % 4096, 0u);
    EXPECT_TRUE(request.size % 4096 == 0 || request.offset + request.size == media.size());
  }
}

// 20 TiB, all but a few places safe already. Sector numbers go beyond 2^32.
TEST(RescueLarge, TwentyTebibytes) {
  class Large final : public acquire::Source {
   public:
    Large() {
      facts_.path = "/dev/of-a-test";
      facts_.bytes = std::uint64_t{20} << 40;
    }
    const acquire::SourceFacts& facts() const override { return facts_; }
    Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
      const std::uint64_t bad = 12'345'678'901 * 512;
      std::fill(into.begin(), into.end(), static_cast<std::byte>(offset >> 35));
      return offset <= bad && bad < offset + into.size() ? Read::medium_error : Read::ok;
    }

   private:
    acquire::SourceFacts facts_;
  } source;
  const std::uint64_t size = source.facts().bytes;
  // ext4 holds no file of that size; the file system in memory does.
  const TempFolder folder(fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path());
  const fs::path raw = folder / "x.dd", map_file = folder / "x.map";
  put_file(raw, {});
  std::error_code unable;
  fs::resize_file(raw, size, unable);
  if (unable) GTEST_SKIP() << "no file system here holds a file of 20 TiB: " << folder.path();
  RescueMap map(size);
  map.set(0, size, BlockStatus::finished);
  const std::uint64_t around = 12'345'678'901 / 2048 * 2048 * 512;
  map.set(around, 4u << 20, BlockStatus::non_tried);
  map.set(size - (4u << 20), 4u << 20, BlockStatus::non_tried);
  put_file(map_file, base::as_bytes(map.text()));
  const auto result = acquire::rescue(source, raw, map_file, {}, {}, {});
  EXPECT_EQ(result.end, End::finished) << result.trouble;
  EXPECT_EQ(result.map.bad(512), (std::vector<image::SectorRange>{{12'345'678'901, 1}}));
  EXPECT_EQ(result.map.range_count(), 3u);
  const auto bytes = base::open_source(raw);
  base::Buffer one(512);
  for (const std::uint64_t at :
       std::vector<std::uint64_t>{around, std::uint64_t{12'345'678'902} * 512, size - 512}) {
    bytes->read_at(at, one);
    EXPECT_EQ(one[0], static_cast<std::byte>(at >> 35)) << at;
  }
  bytes->read_at(12'345'678'901 * 512, one);
  EXPECT_EQ(one, base::Buffer(512));
}

}  // namespace
