// SPDX-License-Identifier: Apache-2.0
// libntfs-3g's headers need the standard ones before them and are no C++ of ours: they stay in this file.
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include <sys/stat.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
extern "C" {
#include <ntfs-3g/attrib.h>
#include <ntfs-3g/dir.h>
#include <ntfs-3g/inode.h>
#include <ntfs-3g/unistr.h>
#include <ntfs-3g/volume.h>
}
constexpr auto kData = AT_DATA;
#pragma GCC diagnostic pop

#include "helper.h"

namespace {

// Seconds from 1601 to 1970; NTFS counts 100 ns from 1601 (MS-DTYP 2.3.3, FILETIME).
constexpr long long kEpochDifference = 11'644'473'600;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

struct CloseInode {
  void operator()(ntfs_inode* inode) const { ntfs_inode_close(inode); }
};
using Inode = std::unique_ptr<ntfs_inode, CloseInode>;

class Volume {
 public:
  Volume(const std::string& path, long long unix_seconds)
      : volume_(ntfs_mount(path.c_str(), 0)),
        time_(static_cast<std::uint64_t>(unix_seconds + kEpochDifference) * 10'000'000) {
    if (volume_ == nullptr) fail("cannot open the NTFS volume");
  }
  Volume(const Volume&) = delete;
  Volume& operator=(const Volume&) = delete;
  ~Volume() { ntfs_umount(volume_, FALSE); }

  void add(const std::string& target, const std::string& content) {
    std::size_t end = 0;
    while ((end = target.find('/', end + 1)) != std::string::npos)
      if (!find(target.substr(0, end))) make(target.substr(0, end), S_IFDIR);
    const Inode file = make(target, S_IFREG);
    write(file.get(), content);
    set_times(file.get());
  }

 private:
  Inode find(const std::string& path) {
    return Inode(ntfs_pathname_to_inode(volume_, nullptr, path.empty() ? "/" : path.c_str()));
  }

  Inode make(const std::string& path, mode_t kind) {
    const std::size_t slash = path.rfind('/');
    const Inode folder = find(path.substr(0, slash));
    if (!folder) fail("no folder for " + path);
    ntfschar* name = nullptr;
    const int length = ntfs_mbstoucs(path.c_str() + slash + 1, &name);
    if (length <= 0) fail("no NTFS name for " + path);
    Inode made(ntfs_create(folder.get(), 0, name, static_cast<std::uint8_t>(length), kind));
    std::free(name);
    if (!made) fail("cannot make " + path);
    return made;
  }

  static void write(ntfs_inode* file, const std::string& content) {
    ntfs_attr* data = ntfs_attr_open(file, kData, nullptr, 0);
    if (data == nullptr) fail("no data attribute");
    const auto size = static_cast<std::int64_t>(content.size());
    const auto written = ntfs_attr_pwrite(data, 0, size, content.data());
    ntfs_attr_close(data);
    if (written != size) fail("cannot write a file");
  }

  void set_times(ntfs_inode* inode) const {
    const std::array<std::uint64_t, 3> times{time_, time_, time_};  // created, changed, read
    ntfs_inode_set_times(inode, reinterpret_cast<const char*>(times.data()), sizeof(times), 0);
  }

  ntfs_volume* volume_;
  std::uint64_t time_;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

void write_ntfs(const std::string& volume_path, const std::string& list, long long unix_seconds) {
  Volume volume(volume_path, unix_seconds);
  std::ifstream lines(list);
  if (!lines) fail("cannot read " + list);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) throw std::runtime_error("a line of the list without a tab");
    volume.add(line.substr(0, tab), content_of(line.substr(tab + 1)));
  }
}
