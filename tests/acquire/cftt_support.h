// SPDX-License-Identifier: Apache-2.0
// Media in which every sector states its own number, and places to write images to, for the tests of CFTT's
// assertions.
#pragma once

#include <string>

#include <fmt/format.h>

#include "acquire_support.h"

namespace acquire_test {

// "000000000000042\n" again and again: a sector in another's place shows, and none holds zeros.
inline base::Buffer stated_media(std::uint64_t bytes, std::uint32_t sector = 512) {
  base::Buffer media;
  media.reserve(bytes + sector);
  for (std::uint64_t number = 0; media.size() < bytes; ++number) {
    const std::string line = fmt::format("{:015}\n", number);
    for (std::uint32_t at = 0; at < sector; at += 16)
      for (const char c : line) media.push_back(static_cast<std::byte>(c));
  }
  media.resize(bytes);
  return media;
}

// The number that each sector states; nothing where it is none. Zeros are `kZeros`.
inline constexpr std::uint64_t kZeros = ~std::uint64_t{0};
inline std::vector<std::uint64_t> stated_numbers(base::Bytes media, std::uint32_t sector = 512) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t at = 0; at + 16 <= media.size(); at += sector) {
    const std::string line(base::as_text(media.subspan(at, 15)));
    numbers.push_back(line == std::string(15, '\0') ? kZeros : std::stoull("0" + line));
  }
  return numbers;
}

// 1 235 sectors of 512 bytes: odd, and no multiple of a chunk of 64.
inline constexpr std::uint64_t kOddMedia = 1'235 * 512;

// A file system mounted at `place` while it lives; `ok` is false where this system does not let us.
class MountedPlace {
 public:
  MountedPlace(const std::string& command, fs::path place) : place_(std::move(place)) {
    fs::create_directory(place_);
    ok = geteuid() == 0 && run(command + " " + place_.string()).status == 0;
  }
  ~MountedPlace() {
    if (ok) run("umount " + place_.string());
  }
  MountedPlace(const MountedPlace&) = delete;
  bool ok = false;

 private:
  fs::path place_;
};

}  // namespace acquire_test
