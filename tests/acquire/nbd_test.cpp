// SPDX-License-Identifier: Apache-2.0
// Sources that a server offers: nbdkit, with media of any size, bad sectors, and sudden death.
#include <csignal>
#include <thread>

#include <unistd.h>

#include "acquire/nbd_source.h"
#include "acquire_support.h"

using namespace acquire_test;

#define NEED_NBDKIT \
  if (!support::has_program("nbdkit")) GTEST_SKIP() << "nbdkit is not installed"

namespace {

using Read = acquire::Source::Read;

// A server behind a socket in a folder of its own; ends with the object.
class Server {
 public:
  explicit Server(const std::string& arguments) {
    const auto started =
        run("nbdkit -U " + (folder_ / "s").string() + " -P " + (folder_ / "pid").string() + " " + arguments);
    if (started.status != 0) ADD_FAILURE() << "nbdkit " << arguments << ": " << started.output;
  }
  ~Server() { kill(SIGKILL); }
  std::string uri() const { return "nbd+unix:///?socket=" + (folder_ / "s").string(); }
  const TempFolder& folder() const { return folder_; }
  void kill(int signal) {
    if (pid_ == 0) return;
    std::ifstream(folder_ / "pid") >> pid_;
    if (pid_ > 1) ::kill(pid_, signal);
    pid_ = 0;
  }

 private:
  TempFolder folder_;
  pid_t pid_ = -1;
};

base::Buffer bytes_at(acquire::Source& source, std::uint64_t offset, std::size_t size) {
  base::Buffer bytes(size);
  EXPECT_EQ(source.read_at(offset, bytes), Read::ok) << offset;
  return bytes;
}

// nbdkit's pattern plugin: every eight bytes are their own offset, big-endian.
bool is_pattern(base::Bytes bytes, std::uint64_t offset) {
  for (base::ByteReader reader(bytes); reader.left() >= 8; offset += 8) {
    if (reader.u64be() != offset) return false;
  }
  return true;
}

TEST(Nbd, WhatTheServerSaysOfItself) {
  NEED_NBDKIT;
  const Server server("-r pattern size=1000000");
  const auto source = acquire::open_source(server.uri());
  EXPECT_EQ(source->facts().bytes, 1'000'000u);
  EXPECT_EQ(source->facts().logical_sector, 512u);
  EXPECT_EQ(source->facts().bus, "nbd");
  EXPECT_EQ(source->facts().path, server.uri());
  EXPECT_TRUE(source->facts().read_only_before);
  EXPECT_FALSE(source->facts().block_device);
  EXPECT_TRUE(is_pattern(bytes_at(*source, 0, 1'000'000), 0)) << "the odd end too";
  const Server writable("memory 1M");
  EXPECT_FALSE(acquire::open_source(writable.uri())->facts().read_only_before);
}

TEST(Nbd, WhatStandsOnItIsLookedAt) {
  NEED_NBDKIT;
  const TempFolder folder;
  base::Buffer media(1u << 20);
  const std::string luks("LUKS\xba\xbe\0\2", 8);  // cryptsetup, docs/on-disk-format-luks2.pdf
  std::copy_n(base::as_bytes(luks).begin(), luks.size(), media.begin());
  put_file(folder / "disk", media);
  const Server server("-r file " + (folder / "disk").string());
  const auto source = acquire::open_source(server.uri());
  ASSERT_TRUE(source->facts().container);
  EXPECT_EQ(source->facts().container->kind, acquire::Container::Kind::luks);
}

TEST(Nbd, TheLeastBlockIsTheSector) {
  NEED_NBDKIT;
  const Server server(
      "--filter=blocksize-policy memory 1M blocksize-minimum=4096 blocksize-preferred=65536 "
      "blocksize-maximum=131072 blocksize-error-policy=error");
  const auto source = acquire::open_source(server.uri());
  EXPECT_EQ(source->facts().logical_sector, 4096u);
  EXPECT_EQ(bytes_at(*source, 4096, (1u << 20) - 4096).size(), (1u << 20) - 4096)
      << "more than the server answers at once";
}

TEST(Nbd, SeveralThreadsReadAtOnce) {
  NEED_NBDKIT;
  for (const std::string filter : {"", "--filter=multi-conn multi-conn-mode=disable"}) {
    const Server server(filter.empty() ? "pattern size=64M"
                                       : "--filter=multi-conn pattern size=64M multi-conn-mode=disable");
    const auto source = acquire::open_source(server.uri());
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 6; ++seed) {
      threads.emplace_back([&source, &wrong, seed] {
        std::mt19937 random(seed);
        base::Buffer bytes(65'536);
        for (int i = 0; i < 60; ++i) {
          const std::uint64_t offset = random() % 1'000 * 65'536;
          wrong += source->read_at(offset, bytes) != Read::ok || !is_pattern(bytes, offset);
        }
      });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
  }
}

TEST(Nbd, SectorsBeyond32BitsAreTheirOwn) {
  NEED_NBDKIT;
  const Server server("pattern size=20T");
  const auto source = acquire::open_source(server.uri());
  const unsigned long long end = 20ull << 40;
  EXPECT_EQ(source->facts().bytes, end);
  for (const std::uint64_t offset : {(1ull << 41) - 4096, 1ull << 41, (1ull << 41) + 512 * 7, end - 8192}) {
    EXPECT_TRUE(is_pattern(bytes_at(*source, offset, 8192), offset)) << offset;
  }
  base::Buffer beyond(4096);
  EXPECT_EQ(source->read_at(end, beyond), Read::gone) << "never zeros";
}

TEST(Nbd, HugeSparseMediaAreReadAtTheEndsAndBeyond32Bits) {
  NEED_NBDKIT;
  const char* all = std::getenv("HOLDFAST_ALL_TESTS");
  if (all == nullptr || std::string(all) != "1") GTEST_SKIP() << "nbdkit takes 40 s to lay out 20 TiB";
  const Server server("sparse-random size=20T percent=50 seed=7");
  const auto source = acquire::open_source(server.uri()), again = acquire::open_source(server.uri());
  const unsigned long long end = 20ull << 40;
  int with_data = 0;
  for (const std::uint64_t offset : {0ull, (1ull << 41) - (4ull << 20), 1ull << 41, end - (8ull << 20)}) {
    const auto bytes = bytes_at(*source, offset, 8u << 20);
    EXPECT_TRUE(bytes == bytes_at(*again, offset, 8u << 20)) << offset;
    with_data += bytes != base::Buffer(bytes.size());
  }
  EXPECT_GT(with_data, 0);
}

TEST(Nbd, AnErrorOfTheMediumIsOneAndTheConnectionLives) {
  NEED_NBDKIT;
  const TempFolder folder;
  const Server server("--filter=error memory 1M error-pread=EIO error-pread-rate=100% error-file=" +
                      (folder / "broken").string());
  const auto source = acquire::open_source(server.uri());
  base::Buffer bytes(4096);
  EXPECT_EQ(source->read_at(0, bytes), Read::ok);
  put_file(folder / "broken", {});
  EXPECT_EQ(source->read_at(0, bytes), Read::medium_error);
  fs::remove(folder / "broken");
  EXPECT_EQ(source->read_at(0, bytes), Read::ok);
}

TEST(Nbd, AServerThatRefusesIsNoBadMedium) {
  NEED_NBDKIT;
  const Server server("--filter=error memory 1M error-pread=EPERM error-pread-rate=100%");
  const auto source = acquire::open_source(server.uri());
  base::Buffer bytes(4096);
  EXPECT_THROW(source->read_at(0, bytes), base::Error);
}

TEST(Nbd, AKilledServerIsGone) {
  NEED_NBDKIT;
  Server server("--filter=delay pattern size=1M delay-read=1");
  const auto source = acquire::open_source(server.uri());
  std::jthread killer([&server] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    server.kill(SIGKILL);
  });
  base::Buffer bytes(4096);
  EXPECT_EQ(source->read_at(0, bytes), Read::gone) << "killed while it read";
  EXPECT_EQ(source->read_at(8192, bytes), Read::gone) << "and it stays away";
}

TEST(Nbd, BecomesAnImageThatReadsBackEqual) {
  NEED_NBDKIT;
  const TempFolder folder;
  const auto media = media_without_zeros(9'001 * 512);
  put_file(folder / "disk", media);
  fs::permissions(folder.path(), fs::perms::all);
  const Server server("--filter=log file " + (folder / "disk").string() +
                      " logfile=" + (folder / "log").string());
  const auto report = image_file(server.uri(), {.folder = folder.path(), .stem = "x"});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_EQ(report.media_digests, digests_of(media));
  EXPECT_TRUE(read_image(folder / "x.E01") == media);
  const auto json = base::parse_profile(base::read_file(folder / "acquisition.json"));
  EXPECT_EQ(json.at("source").at("bus").text(), "nbd");
  EXPECT_FALSE(json.at("source").at("read_only_before").boolean());
  const std::string log = std::string(base::as_text(base::read_file(folder / "log")));
  EXPECT_NE(log.find(" Read "), std::string::npos) << log;
  for (const char* command : {" Write ", " Trim ", " Zero ", " Flush "}) {
    EXPECT_EQ(log.find(command), std::string::npos) << "asked of an export that may be written:" << command;
  }
}

// The `ddrescue` filter answers EIO for exactly the sectors that the map calls bad.
TEST(Nbd, BadSectorsAreLostAndNoOthers) {
  NEED_NBDKIT;
  const TempFolder folder;
  const auto media = media_without_zeros(8'000 * 512);
  put_file(folder / "disk", media);
  put_file(folder / "map", base::as_bytes("# Mapfile\n0x0 + 1\n"
                                          "0x00000000 0x00010000 +\n"  // 128 sectors
                                          "0x00010000 0x00000600 -\n"  // 128 to 130
                                          "0x00010600 0x003D7A00 +\n"
                                          "0x003E8000 0x00000000 +\n"));
  const Server server("-r --filter=ddrescue file " + (folder / "disk").string() +
                      " ddrescue-mapfile=" + (folder / "map").string());
  const auto report = image_file(server.uri(), {.folder = folder.path(), .stem = "x"});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << report.trouble;
  EXPECT_EQ(report.bad, (std::vector<image::SectorRange>{{128, 3}}));
  auto expected = media;
  std::fill_n(expected.begin() + 128 * 512, 3 * 512, std::byte{0});
  EXPECT_TRUE(read_image(folder / "x.E01") == expected);
  expect_sum(report);
}

TEST(Nbd, AServerThatDiesIsNoImage) {
  NEED_NBDKIT;
  const TempFolder folder;
  Server server("--filter=delay pattern size=64M delay-read=20ms");
  std::stop_source none;
  const auto source = acquire::open_source(server.uri());
  const auto report = acquire::acquire(
      *source, {.folder = folder.path(), .stem = "x"},
      [&](const auto& told) {
        if (told.done > 0) server.kill(SIGKILL);
      },
      none.get_token());
  EXPECT_EQ(report.outcome, acquire::Outcome::failed);
  EXPECT_NE(report.trouble.find("does not answer"), std::string::npos) << report.trouble;
  EXPECT_GT(report.read_bytes, 0u);
  EXPECT_GT(report.not_attempted_bytes, 0u);
  EXPECT_TRUE(report.bad.empty()) << "a server that is gone is no bad sector";
  EXPECT_TRUE(report.media_digests.empty());
  expect_sum(report);
}

TEST(Nbd, ByTcpWithTls) {
  NEED_NBDKIT;
  const TempFolder folder;
  put_file(folder / "keys", base::as_bytes("alice:000102030405060708090a0b0c0d0e0f\n"));
  put_file(folder / "disk", media_without_zeros(100'000));
  const std::string port = std::to_string(20'000 + getpid() % 20'000);
  const std::string pid = (folder / "pid").string();
  const auto started = run("nbdkit -i 127.0.0.1 -p " + port + " -P " + pid + " --tls=require --tls-psk=" +
                           (folder / "keys").string() + " file " + (folder / "disk").string());
  if (started.status != 0) GTEST_SKIP() << "nbdkit gives no TLS here: " << started.output;
  const std::string plain = "nbd://127.0.0.1:" + port + "/";
  EXPECT_THROW(acquire::open_source(plain), base::Error) << "the server asks for TLS";
  const auto source =
      acquire::open_source("nbds://alice@127.0.0.1:" + port + "/?tls-psk-file=" + (folder / "keys").string());
  EXPECT_EQ(source->facts().bytes, 100'000u);
  EXPECT_TRUE(bytes_at(*source, 0, 100'000) == media_without_zeros(100'000));
  run("kill $(cat " + pid + ")");
}

TEST(Nbd, OtherFormsAreRefused) {
  const TempFolder folder;
  const std::string mark = (folder / "ran").string();
  for (const std::string name : {"nbd+ssh://host/export", "nbd+vsock:///export", "nbdx://host"}) {
    try {
      acquire::open_source(name);
      ADD_FAILURE() << name << " was opened";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind, base::ErrorKind::usage) << name;
    }
  }
  EXPECT_THROW(acquire::open_source("[ touch " + mark + " ]"), base::Error);
  EXPECT_FALSE(fs::exists(mark)) << "no program is ever started";
}

TEST(Nbd, NoServerIsToldInWordsWithoutThePassword) {
  try {
    acquire::open_source("nbd://examiner:secret@127.0.0.1:1/disk");
    ADD_FAILURE() << "something answers at port 1";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::io);
    EXPECT_NE(std::string(error.what()).find("examiner@127.0.0.1"), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
  }
}

TEST(Nbd, PasswordsAreLeftOut) {
  EXPECT_EQ(acquire::without_password("nbds://a:b:c@host:10809/x"), "nbds://a@host:10809/x");
  EXPECT_EQ(acquire::without_password("nbds://a@host:10809/x"), "nbds://a@host:10809/x");
  EXPECT_EQ(acquire::without_password("nbd://host:10809/x@y"), "nbd://host:10809/x@y");
  EXPECT_EQ(acquire::without_password("nbds://a:p@h"), "nbds://a@h");
  EXPECT_EQ(acquire::without_password("nbd+unix:///?socket=/a:b@c"), "nbd+unix:///?socket=/a:b@c");
}

}  // namespace
