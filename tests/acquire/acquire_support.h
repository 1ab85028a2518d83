// SPDX-License-Identifier: Apache-2.0
// Sources for the tests of acquisition: files, and loop devices where the tests run as root.
#pragma once

#include <array>
#include <cstdio>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "../support/shared_folder.h"
#include "../support/temporary_folder.h"
#include "acquire/acquisition.h"
#include "base/error.h"
#include "base/file.h"
#include "tests/support/programs.h"

namespace acquire_test {

namespace fs = std::filesystem;
using TempFolder = support::TemporaryFolder;

// Never zero, so that a zero in an image is one that was put there.
inline base::Buffer media_without_zeros(std::size_t bytes, unsigned seed = 1) {
  base::Buffer media(bytes);
  std::mt19937 random(seed);
  for (auto& byte : media) byte = static_cast<std::byte>(random() % 255 + 1);
  return media;
}

inline void put_file(const fs::path& path, base::Bytes bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline std::map<base::Algorithm, base::Buffer> digests_of(base::Bytes media) {
  std::map<base::Algorithm, base::Buffer> digests;
  for (const auto algorithm : {base::Algorithm::md5, base::Algorithm::sha1, base::Algorithm::sha256}) {
    base::Hasher hasher(algorithm);
    hasher.update(media);
    digests[algorithm] = hasher.finish();
  }
  return digests;
}

inline base::Buffer read_image(const fs::path& first_file) {
  const auto reader = image::open_image(first_file);
  base::Buffer media(reader->size());
  media.resize(reader->read_at(0, media));
  return media;
}

struct Ran {
  int status = -1;
  std::string output;
};
inline Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> part{};
  while (const std::size_t count = fread(part.data(), 1, part.size(), pipe))
    ran.output.append(part.data(), count);
  ran.status = pclose(pipe);
  return ran;
}

// A read-only loop device over a file; `path` is empty where this system gives none.
class LoopDevice {
 public:
  explicit LoopDevice(const fs::path& file, const std::string& options = "-b 512") {
    const auto made = run("losetup -f --show -r --direct-io=on " + options + " " + file.string());
    if (made.status == 0) path_ = made.output.substr(0, made.output.find('\n'));
  }
  // Under this name, which is free.
  static LoopDevice named(const std::string& path, const fs::path& file) {
    const auto made = run("losetup -r --direct-io=on -b 512 " + path + " " + file.string());
    return LoopDevice(made.status == 0 ? path : std::string());
  }
  ~LoopDevice() {
    if (path_.empty()) return;
    // What an acquisition set read-only would stay so for whoever gets this device next.
    run("blockdev --setrw " + path_ + "; losetup -d " + path_);
    // The kernel lets the file go when the last who has the device open closes it, be it another program that
    // looks at all devices; until then it is neither gone nor free.
    const fs::path backing = "/sys/block" / fs::path(path_).filename() / "loop";
    for (int i = 0; i < 250 && fs::exists(backing); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit LoopDevice(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// The command that mounts the file system in a file, but for where. As `mount -o loop`, which however gets a
// device that stays read-only where an acquisition set it so before.
inline std::string mount_command(const fs::path& disk) {
  return "sh -c 'loop=$(losetup -f --show \"$0\") && blockdev --setrw $loop && mount $loop \"$1\"; "
         "mounted=$?; losetup -d $loop; exit $mounted' " +
         disk.string();
}

inline acquire::Report image_file(const fs::path& source_path, const acquire::Plan& plan,
                                  const acquire::ProgressCallback& progress = {}, std::stop_token stop = {}) {
  auto source = acquire::open_source(source_path);
  return acquire::acquire(*source, plan, progress, stop);
}

inline void expect_sum(const acquire::Report& report) {
  EXPECT_EQ(report.read_bytes + report.bad_bytes + report.not_attempted_bytes, report.media_bytes);
}

}  // namespace acquire_test
