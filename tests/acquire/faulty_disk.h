// SPDX-License-Identifier: Apache-2.0
// A real block device with sectors that cannot be read, exact to the sector:
//   nbdkit's ddrescue filter -> nbdfuse -> a loop device that reads it with direct I/O
// Without direct I/O the loop driver would read its file by pages, and neighbours of a bad sector would fail
// too. Needs root, nbdkit, nbdfuse (libnbd-bin), fusermount3 and losetup.
#pragma once

#include <csignal>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include <unistd.h>

#include "acquire/rescue_map.h"
#include "acquire_support.h"

namespace acquire_test {

class FaultyDisk {
 public:
  FaultyDisk(base::Bytes media, std::uint32_t sector, const std::set<std::uint64_t>& bad) {
    if (!tools_are_there()) return;
    put_file(folder_ / "media", media);
    acquire::RescueMap map(media.size());
    map.set(0, media.size(), acquire::BlockStatus::finished);
    for (const std::uint64_t number : bad) map.set(number * sector, sector, acquire::BlockStatus::bad);
    put_file(folder_ / "bad.map", base::as_bytes(map.text()));
    fs::create_directory(folder_ / "mount");
    serve();
    if (why_not_.empty()) attach(sector);
  }
  FaultyDisk(const FaultyDisk&) = delete;

  ~FaultyDisk() {
    if (!path_.empty()) run("blockdev --setrw " + path_ + "; losetup -d " + path_);
    if (server_ == 0) return;
    // The loop device lets its file go a moment after it is detached.
    for (int i = 0; i < 100 && run("fusermount3 -q -u " + mount().string()).status != 0; ++i) pause();
    for (int i = 0; i < 100 && server_runs(); ++i) pause();
    if (server_runs()) kill(server_, SIGKILL);
  }

  const std::string& path() const { return path_; }
  const std::string& why_not() const { return why_not_; }  // in words, where `path` is empty

 private:
  static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(20)); }
  // It is not our child: whoever adopted it may leave it a zombie, which runs no more.
  bool server_runs() const {
    std::ifstream stat("/proc/" + std::to_string(server_) + "/stat");
    std::string number, name, state;
    return stat >> number >> name >> state && state != "Z";
  }
  fs::path mount() const { return folder_ / "mount"; }

  bool tools_are_there() {
    if (geteuid() != 0) why_not_ = "a loop device needs root";
    for (const std::string tool : {"nbdkit", "nbdfuse", "fusermount3", "losetup"}) {
      if (!support::has_program(tool)) why_not_ = tool + " is not installed";
    }
    return why_not_.empty();
  }

  // nbdkit is nbdfuse's child and ends with it.
  void serve() {
    const auto started =
        run("nbdfuse -r -P " + (folder_ / "pid").string() + " " + (mount() / "disk").string() +
            " [ nbdkit --exit-with-parent --filter=ddrescue file " + (folder_ / "media").string() +
            " ddrescue-mapfile=" + (folder_ / "bad.map").string() + " ] >" + (folder_ / "log").string() +
            " 2>&1 & echo $!");
    server_ = static_cast<pid_t>(std::stol(started.output));
    for (int i = 0; i < 250 && !fs::exists(mount() / "disk"); ++i) pause();
    if (fs::exists(mount() / "disk")) return;
    std::ifstream log(folder_ / "log");
    why_not_ = "nbdfuse does not serve here: " + std::string(std::istreambuf_iterator<char>(log), {});
  }

  void attach(std::uint32_t sector) {
    const auto made = run("losetup -f --show -r --direct-io=on -b " + std::to_string(sector) + " " +
                          (mount() / "disk").string());
    if (made.status == 0) path_ = made.output.substr(0, made.output.find('\n'));
    if (path_.empty()) why_not_ = "no loop device can be made here: " + made.output;
  }

  TempFolder folder_;
  pid_t server_ = 0;
  std::string path_, why_not_;
};

#define SKIP_WITHOUT(disk) \
  if ((disk).path().empty()) GTEST_SKIP() << (disk).why_not()

}  // namespace acquire_test
