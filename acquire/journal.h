// SPDX-License-Identifier: Apache-2.0
// What an unfinished acquisition remembers, so that after a kill, a power cut or a full disk the same command
// goes on: a file of JSON lines beside the report, each synced before the call returns (docs/acquisition.md).
// Not for use by two threads at once.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acquire/acquisition.h"
#include "acquire/identity.h"
#include "base/digest.h"
#include "base/file.h"

namespace acquire {

class Journal {
 public:
  // What must not change between the attempts: the bytes of the image follow from it and from the media.
  struct Start {
    std::string stem, format;
    std::uint64_t media_bytes = 0;
    std::uint32_t sector_bytes = 512;
    std::optional<std::uint64_t> segment_bytes;
    std::uint64_t step_bytes = 0;
    bool removable = false, physical = true;
    std::string set_identifier;  // hexadecimal
    std::int64_t acquired = 0;   // seconds since 1970, UTC
    std::map<std::string, std::string> header;
    Identity source;
    std::vector<image::Place> places;
  };
  // So many media bytes are durable, and their SHA-256.
  struct Mark {
    std::uint64_t bytes = 0;
    std::string sha256;
  };

  // Nothing where `folder` has none. Throws base::Error(format) where a line before the last is damaged.
  static std::optional<Journal> find(const std::filesystem::path& folder, const std::string& stem);
  static Journal begin(const std::filesystem::path& folder, Start start);

  const Start& start() const { return start_; }
  const std::vector<Mark>& marks() const { return marks_; }
  const std::vector<image::SectorRange>& bad() const { return bad_; }  // in order
  const std::vector<Report::Attempt>& attempts() const { return attempts_; }

  void add(const Mark& mark);
  void add(const std::vector<image::SectorRange>& bad);
  void add(const Report::Attempt& attempt);
  // How the last attempt ended.
  void end_attempt(const std::string& end);
  // Forgets what stands at or beyond these media bytes, and takes over where the image may now go.
  void cut_back(std::uint64_t media_bytes, std::vector<image::Place> places);
  // The acquisition is complete and reported.
  void remove();

 private:
  Journal(std::filesystem::path path, Start start) : path_(std::move(path)), start_(std::move(start)) {}
  void read_line(const base::Json& line);
  void open_to_append();
  void append(const base::Json& line);

  std::filesystem::path path_;
  Start start_;
  std::vector<Mark> marks_;
  std::vector<image::SectorRange> bad_;
  std::vector<Report::Attempt> attempts_;
  base::Fd fd_;
};

}  // namespace acquire
