// SPDX-License-Identifier: Apache-2.0
// make-ntfs-and-leveldb: the two file formats of the samples that need a library.
//   make-ntfs-and-leveldb ntfs VOLUME LIST UNIX_SECONDS
//   make-ntfs-and-leveldb leveldb FOLDER COMMANDS
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "helper.h"

int main(int count, char** arguments) {
  const std::string_view what = count > 1 ? arguments[1] : "";
  try {
    if (what == "ntfs" && count == 5) {
      write_ntfs(arguments[2], arguments[3], std::stoll(arguments[4]));
    } else if (what == "leveldb" && count == 4) {
      write_leveldb(arguments[2], arguments[3]);
    } else {
      std::fputs(
          "usage: make-ntfs-and-leveldb ntfs VOLUME LIST UNIX_SECONDS\n"
          "       make-ntfs-and-leveldb leveldb FOLDER COMMANDS\n",
          stderr);
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make-ntfs-and-leveldb: %s\n", error.what());
    return 4;
  }
  return 0;
}
