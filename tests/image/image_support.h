// SPDX-License-Identifier: Apache-2.0
// What the tests of images share: folders, media, images made by us and by libewf, and libewf's reading of
// any E01 as the oracle.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <libewf.h>

#include "../support/shared_folder.h"
#include "../support/temporary_folder.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "image/image.h"
#include "tests/support/programs.h"

namespace image_test {

namespace fs = std::filesystem;

using TempFolder = support::TemporaryFolder;

// Stretches of 40 000 bytes: random, zeros, text, one byte repeated; the same for the same seed.
inline base::Buffer mixed_media(std::size_t bytes, unsigned seed = 1) {
  base::Buffer media(bytes);
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < bytes; ++i) {
    switch (i / 40'000 % 4) {
      case 0:
        media[i] = static_cast<std::byte>(random());
        break;
      case 1:
        break;
      case 2:
        media[i] = static_cast<std::byte>('a' + random() % 4);
        break;
      default:
        media[i] = std::byte{0xFF};
    }
  }
  return media;
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

// Of the first copy.
inline std::vector<std::string> names_of(const std::vector<image::Written>& written) {
  std::vector<std::string> names;
  for (const auto& path : written.front().files) names.push_back(path.filename().string());
  return names;
}

inline std::vector<std::string> write_e01(const fs::path& folder, const std::string& stem, base::Bytes media,
                                          image::WriterOptions options = {}) {
  options.media_bytes = media.size();
  const auto writer = image::create_e01({{folder, {}}}, stem, options);
  writer->write(media);
  return names_of(writer->finish(digests_of(media)));
}

inline base::Buffer read_media(image::ImageReader& reader) {
  base::Buffer media(reader.size());
  media.resize(reader.read_at(0, media));
  return media;
}

// The media as it can be read: each part either equals the original or throws.
struct Readable {
  std::uint64_t lost = 0;
  std::uint64_t wrong = 0;
};
inline Readable compare(image::ImageReader& reader, const base::Buffer& media) {
  Readable result;
  constexpr std::size_t kStep = 512 * 64;
  base::Buffer part(kStep);
  for (std::size_t at = 0; at < media.size(); at += kStep) {
    const std::size_t size = std::min(kStep, media.size() - at);
    try {
      const std::size_t got = reader.read_at(at, std::span(part).first(size));
      if (got != size || !std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(size),
                                     media.begin() + static_cast<std::ptrdiff_t>(at))) {
        result.wrong += size;
      }
    } catch (const base::ReadError&) {
      result.lost += size;
    }
  }
  return result;
}

inline base::Buffer file_bytes(const fs::path& path) {
  return base::read_file(path, 1u << 30);
}

inline void put_file(const fs::path& path, base::Bytes bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<std::string> codes_of(const std::vector<image::Damage>& damage) {
  std::vector<std::string> codes;
  for (const auto& one : damage) codes.push_back(one.code);
  return codes;
}

inline bool has_code(const std::vector<image::Damage>& damage, const std::string& code) {
  for (const auto& one : damage) {
    if (one.code == code) return true;
  }
  return false;
}

// The output of a command and its exit status; for tools that are foreign to us.
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
inline bool has_tool(const std::string& name) {
  return support::has_program(name);
}

// libewf's reading of the media; fails the test where libewf cannot read it.
inline base::Buffer read_by_libewf(const std::vector<fs::path>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  std::vector<char*> pointers;
  for (auto& name : names) pointers.push_back(name.data());
  libewf_handle_t* handle = nullptr;
  libewf_handle_initialize(&handle, nullptr);
  base::Buffer media;
  if (libewf_handle_open(handle, pointers.data(), static_cast<int>(pointers.size()), LIBEWF_OPEN_READ,
                         nullptr) == 1) {
    size64_t bytes = 0;
    libewf_handle_get_media_size(handle, &bytes, nullptr);
    media.resize(bytes);
    EXPECT_EQ(libewf_handle_read_buffer(handle, media.data(), media.size(), nullptr),
              static_cast<ssize_t>(media.size()));
    libewf_handle_close(handle, nullptr);
  } else {
    ADD_FAILURE() << "libewf does not open " << files.front();
  }
  libewf_handle_free(&handle, nullptr);
  return media;
}

struct LibewfImage {
  std::uint8_t format = LIBEWF_FORMAT_ENCASE6;
  std::int8_t compression = LIBEWF_COMPRESSION_FAST;
  std::uint64_t segment_bytes = 1u << 20;
  std::uint32_t sectors_per_chunk = 64;
  bool finish = true;
  std::uint64_t promised_bytes = 0;  // 0: as many as are written
};
// An image that libewf writes by itself, through its own compression.
inline bool write_by_libewf(const fs::path& stem, base::Bytes media, const LibewfImage& how) {
  libewf_handle_t* handle = nullptr;
  libewf_handle_initialize(&handle, nullptr);
  std::string name = stem.string();
  char* names[] = {name.data()};
  bool good = libewf_handle_open(handle, names, 1, LIBEWF_OPEN_WRITE, nullptr) == 1 &&
              libewf_handle_set_media_size(
                  handle, how.promised_bytes == 0 ? media.size() : how.promised_bytes, nullptr) == 1 &&
              libewf_handle_set_format(handle, how.format, nullptr) == 1 &&
              libewf_handle_set_compression_values(handle, how.compression, 0, nullptr) == 1 &&
              libewf_handle_set_maximum_segment_size(handle, how.segment_bytes, nullptr) == 1 &&
              libewf_handle_set_sectors_per_chunk(handle, how.sectors_per_chunk, nullptr) == 1;
  // libewf's interface is not const here; it only reads.
  good = good && libewf_handle_write_buffer(handle, const_cast<std::byte*>(media.data()), media.size(),
                                            nullptr) == static_cast<ssize_t>(media.size());
  if (how.finish) good = good && libewf_handle_write_finalize(handle, nullptr) >= 0;
  libewf_handle_close(handle, nullptr);
  libewf_handle_free(&handle, nullptr);
  return good;
}

}  // namespace image_test
