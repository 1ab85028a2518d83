// SPDX-License-Identifier: Apache-2.0
// Disk images at rest: the two contracts, reading and writing raw, split raw and E01. Format facts:
// docs/e01.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

namespace image {

struct SectorRange {
  std::uint64_t first;
  std::uint64_t count;
  auto operator<=>(const SectorRange&) const = default;
};

enum class Format { raw, split_raw, e01 };
std::string_view name_of(Format format);

// One sign of damage in an image: a stable code, the file it is in, where, and the media bytes it concerns.
struct Damage {
  std::string code;  // segment_missing, segment_foreign, unfinished, chunk_checksum, table_checksum, …
  std::string file;
  std::uint64_t file_offset = 0;
  std::uint64_t media_offset = 0;
  std::uint64_t media_size = 0;  // 0: not about media bytes
  bool operator==(const Damage&) const = default;
};

// True where the media bytes that it concerns cannot be read.
inline bool loses_bytes(const Damage& damage) {
  return damage.media_size != 0 && damage.code != "chunk_checksum_absent";
}

struct ImageFacts {
  Format format = Format::raw;
  std::uint64_t media_bytes = 0;
  std::uint32_t sector_bytes = 512;
  std::uint32_t chunk_bytes = 0;                           // E01
  std::optional<bool> removable, physical;                 // E01, as far as it says
  std::vector<std::string> files;                          // names, in order
  std::map<base::Algorithm, base::Buffer> stored_digests;  // as the image states them
  std::vector<SectorRange> bad;                            // as the image states them
  std::map<std::string, std::string> header;               // E01 header values, UTF-8
  std::vector<Damage> damage;                              // found while opening
};

struct MediaRange {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  auto operator<=>(const MediaRange&) const = default;
};

// Thread-safe; memory does not grow with the media. Reading a damaged or missing chunk throws
// base::ReadError: nothing that is not in the image is ever read as zeros.
class ImageReader : public base::ByteSource {
 public:
  virtual const ImageFacts& facts() const = 0;
  // What the image holds, in order. The rest is missing: the image is unfinished, or lacks a segment.
  virtual std::vector<MediaRange> present() const = 0;
  // For verification only. Like read_at, but goes on past damage: what cannot be read is left zero and told.
  // REQUIRES: the range lies in the media.
  virtual void read_past_damage(std::uint64_t offset, std::span<std::byte> into,
                                std::vector<Damage>& damage) = 0;
  // Damage that neither opening nor reading media bytes meets, such as in the mirror of a table.
  virtual std::vector<Damage> check_structure() = 0;
};

// Opens the image whose first file is given; finds the other segments beside it (E01: .E01 … .EZZ…; split
// raw: .001 … or .aa …) or in further folders, whose files stand in the facts with their whole path. Throws
// base::Error(not_found, format) where nothing can be read at all; damage is in the facts.
std::unique_ptr<ImageReader> open_image(const std::filesystem::path& first_file,
                                        const std::vector<std::filesystem::path>& further = {});

// Reads everything once with all cores: media digests, and each damaged place, those found while opening
// included. `progress` gets media bytes done; it and `stop` are called by the calling thread.
struct Verification {
  std::map<base::Algorithm, base::Buffer> digests;  // empty where a part of the media could not be read
  std::vector<Damage> damage;                       // by file and offset
  std::uint64_t unreadable_bytes = 0;               // of the media, missing parts included
  bool interrupted = false;
};
struct VerifyOptions {
  std::vector<base::Algorithm> algorithms{base::Algorithm::md5, base::Algorithm::sha1,
                                          base::Algorithm::sha256};
  std::function<void(std::uint64_t done)> progress;
  std::function<bool()> stop;
};
Verification verify_image(ImageReader& reader, const VerifyOptions& options);

// Where one copy of an image goes: a folder, and those where further files go when it is full.
struct Place {
  std::filesystem::path folder;
  std::vector<std::filesystem::path> then;
};

struct WriterOptions {
  std::uint64_t media_bytes = 0;
  std::uint32_t sector_bytes = 512;
  std::optional<std::uint64_t> segment_bytes;  // absent: 400 MiB for an E01, one file for raw
  bool removable = false;
  bool physical = true;
  // case_number, description, examiner_name, evidence_number, notes, model, serial_number,
  // acquiry_operating_system (at most 23 characters), acquiry_software_version (at most 11). Clean UTF-8.
  std::map<std::string, std::string> header;
  unsigned workers = 0;  // compressing threads; 0: by the number of cores

  // What the same bytes need beside the same media: an E01 is a function of this and of the bytes.
  std::optional<std::uint32_t> sectors_per_chunk;  // absent: by the size of the media
  base::Buffer set_identifier;                     // 16 bytes; empty: random
  std::int64_t acquired = 0;                       // seconds since 1970, UTC; 0: now

  // After each step of media bytes a run of sections ends, so that an image that was cut off can be continued
  // there. A multiple of kBlockBytes and of the chunk.
  std::uint64_t step_bytes = 64u << 20;
  std::chrono::milliseconds sync_every{5000};  // at least so long between two syncs of an open file
  // Continue what an earlier writer with the same options left, cut back to these media bytes (a multiple of
  // step_bytes); the caller has checked them. Absent: a new image.
  std::optional<std::uint64_t> continue_at;
};

// What one place got.
struct Written {
  std::vector<std::filesystem::path> files;  // in order
  std::optional<base::Error> failure;        // the files are then not whole
};

// Takes media bytes in order, and writes them to one or several places. A place that fails is left behind
// while another works; when none is left, calls throw. Not for use by two threads; compresses and writes in
// threads of its own.
class ImageWriter {
 public:
  virtual ~ImageWriter() = default;
  virtual void write(base::Bytes bytes) = 0;  // any size, in order
  // The same without a copy: `owner` keeps the bytes alive and unchanged, and is let go when they are
  // written.
  virtual void write_shared(std::shared_ptr<const void> owner, base::Bytes bytes) = 0;
  virtual void bad(SectorRange range) = 0;
  // So many media bytes survive a power cut, at each place that still works. Grows by whole steps.
  virtual std::uint64_t durable() const = 0;
  // Stops here, to be continued: brings what was given to the disks, so that durable() holds every whole
  // step. Afterwards only durable() may be called.
  virtual void settle() = 0;
  // Writes the digests that the format holds, closes, syncs files and folders; one entry for each place.
  // Throws base::Error where fewer bytes were written than `media_bytes`, or no place is whole: the files
  // then stay unfinished.
  virtual std::vector<Written> finish(const std::map<base::Algorithm, base::Buffer>& digests) = 0;
};

// Throws base::Error(conflict) where a place holds any file `stem`.* of an image; it is left alone.
void refuse_existing(const std::vector<Place>& places, const std::string& stem);

// Both refuse (base::Error conflict) where any file `stem`.* exists. `folder`/`stem`.E01 …; for raw
// `stem`.dd, or .001 … where segments are asked for. An E01 holds whole sectors only, and at least one: other
// sizes are refused (Error usage). A writer that is destroyed before finish() leaves its files, unfinished.
// REQUIRES: at least one place.
std::unique_ptr<ImageWriter> create_e01(const std::vector<Place>& places, const std::string& stem,
                                        const WriterOptions& options);
std::unique_ptr<ImageWriter> create_raw(const std::vector<Place>& places, const std::string& stem,
                                        const WriterOptions& options);

}  // namespace image
