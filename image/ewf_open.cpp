// SPDX-License-Identifier: Apache-2.0
#include "image/ewf_open.h"

#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "image/segment_names.h"

namespace image::ewf {
namespace {

constexpr std::uint64_t kNumberOffset = 9;  // of the segment number in a file header

// A file beyond a gap in the numbers belongs to the set only if it looks like a segment: IMAGE.EXE beside
// IMAGE.E01 does not.
bool looks_like_segment(const std::filesystem::path& path) {
  try {
    base::Buffer front(8);
    return base::open_source(path)->read_at(0, front) == 8 && signature_of(front) == Signature::e01;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::map<unsigned, std::string> segments_of(const std::filesystem::path& first_file,
                                            const std::vector<std::filesystem::path>& further) {
  auto found = files_beside(first_file, ewf_number, further);
  unsigned expected = 1;
  for (auto file = found.begin(); file != found.end();) {
    const bool in_order = file->first == expected;
    if (in_order || looks_like_segment(first_file.parent_path() / file->second)) {
      expected = in_order ? expected + 1 : expected;
      ++file;
    } else {
      file = found.erase(file);
    }
  }
  return found;
}

class SetOpener {
 public:
  SetOpener(const std::filesystem::path& first_file, FilePool& files,
            const std::vector<std::filesystem::path>& further)
      : first_file_(first_file), files_(files), further_(further) {}

  OpenedSet run() {
    set_.facts.format = Format::e01;
    walk_all();
    const Volume volume = volume_of_set();
    set_.chunks = (volume.media_bytes() + volume.chunk_bytes() - 1) / volume.chunk_bytes();
    remove_foreign(volume);
    check_numbers();
    check_ends();
    merge_statements();
    set_.facts.sector_bytes = volume.sector_bytes;
    set_.facts.chunk_bytes = static_cast<std::uint32_t>(volume.chunk_bytes());
    set_.facts.media_bytes = volume.media_bytes();
    set_.facts.removable = volume.removable;
    set_.facts.physical = volume.physical;
    return std::move(set_);
  }

 private:
  void damaged(std::string code, std::string file, std::uint64_t offset = 0) {
    set_.facts.damage.push_back({std::move(code), std::move(file), offset, 0, 0});
  }

  void walk_all() {
    unsigned expected = 1;
    for (const auto& [number, name] : segments_of(first_file_, further_)) {
      for (; expected < number; ++expected) stand_in(missing_name(expected));
      ++expected;
      const std::size_t file = files_.add(name);
      set_.facts.files.push_back(name);
      set_.segments.push_back(walk_segment(files_, file));
      names_.push_back(name);
      sizes_.push_back(files_.size(file));
    }
  }

  // A segment that lies under the name of another (copied, exchanged, renamed to close a gap) must not be
  // read in its place. It is in its place only where nothing else is amiss: then its header is damaged.
  void check_numbers() {
    std::vector<std::size_t> odd;
    for (std::size_t i = 0; i < set_.segments.size(); ++i) {
      const auto& number = set_.segments[i].number;
      if (number && *number != i + 1) odd.push_back(i);
    }
    for (const std::size_t i : odd) {
      const bool copy = is_copy(i);
      const bool in_its_place = !copy && odd.size() == 1 && chunks_there() == set_.chunks;
      damaged(copy           ? "segment_copy"
              : in_its_place ? "segment_number"
                             : "segment_exchanged",
              names_[i], kNumberOffset);
      if (!in_its_place) leave_out(set_.segments[i]);
    }
  }

  // Of the segment whose number it bears, and which is in its own place.
  bool is_copy(std::size_t i) const {
    const auto& copy = set_.segments[i];
    const std::size_t other = std::size_t{*copy.number} - 1;  // 0 becomes a place that is not there
    if (other >= set_.segments.size() || set_.segments[other].number != copy.number) return false;
    return sizes_[i] == sizes_[other] && copy.tables.size() == set_.segments[other].tables.size();
  }

  std::uint64_t chunks_there() const {
    std::uint64_t sum = 0;
    for (const auto& segment : set_.segments) {
      for (const auto& table : segment.tables) sum += table.chunks;
    }
    return sum;
  }

  // Keeps what it says, not where its chunks are.
  static void leave_out(SegmentWalk& segment) {
    segment.tables.clear();
    segment.gap_before.clear();
    segment.gap_at_end = true;
  }

  std::string missing_name(unsigned number) const {
    std::string extension = ewf_extension(number);
    if (extension_of(first_file_)[0] >= 'a') {
      for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return first_file_.stem().string() + "." + extension;
  }

  void stand_in(const std::string& name) {
    damaged("segment_missing", name);
    SegmentWalk missing;
    missing.gap_at_end = true;
    missing.end = SegmentWalk::End::next;
    set_.segments.push_back(missing);
    names_.push_back(name);
    sizes_.push_back(0);
  }

  // Most segments decide which image this is: the first one may be the foreign one.
  Volume volume_of_set() const {
    std::map<std::array<std::byte, 16>, std::size_t> votes;
    const Volume* best = nullptr;
    for (const auto& segment : set_.segments) {
      if (segment.volume) ++votes[segment.volume->set_identifier];
    }
    for (const auto& segment : set_.segments) {
      if (!segment.volume) continue;
      if (best == nullptr || votes[segment.volume->set_identifier] > votes[best->set_identifier])
        best = &*segment.volume;
    }
    if (best != nullptr) return *best;
    throw base::Error(base::ErrorKind::format,
                      base::say("{} does not say how large its media is: the section that does is missing or "
                                "damaged in every segment",
                                first_file_.string()),
                      base::say("Nothing was changed. Ask for another copy of the first segment."));
  }

  // Another image's segment under this one's name: what it holds belongs elsewhere. libewf by itself gives no
  // identifier; then only the digest of the whole can tell.
  void remove_foreign(const Volume& volume) {
    for (std::size_t i = 0; i < set_.segments.size(); ++i) {
      auto& segment = set_.segments[i];
      if (!segment.volume) continue;
      const bool foreign = segment.volume->set_identifier != volume.set_identifier ||
                           segment.volume->chunk_bytes() != volume.chunk_bytes();
      if (segment.volumes_disagree || (!foreign && segment.volume->sectors != volume.sectors))
        damaged("volume_disagrees", names_[i]);
      if (!foreign) continue;
      damaged("segment_foreign", names_[i]);
      leave_out(segment);
      segment.header.clear();
      segment.digests.clear();
      segment.bad.clear();
    }
  }

  void check_ends() {
    for (std::size_t i = 0; i < set_.segments.size(); ++i) {
      auto& segment = set_.segments[i];
      const bool last = i + 1 == set_.segments.size();
      if (segment.end == SegmentWalk::End::cut)
        damaged(last ? "unfinished" : "segment_cut", names_[i], sizes_[i]);
      if (!last && segment.end == SegmentWalk::End::done) damaged("segment_after_done", names_[i + 1]);
      if (last && segment.end == SegmentWalk::End::next) {
        damaged("segment_missing", missing_name(std::min(static_cast<unsigned>(i) + 2, kMostEwfSegments)));
        segment.gap_at_end = true;
      }
    }
  }

  void merge_statements() {
    for (std::size_t i = 0; i < set_.segments.size(); ++i) {
      auto& segment = set_.segments[i];
      auto& facts = set_.facts;
      facts.damage.insert(facts.damage.end(), segment.damage.begin(), segment.damage.end());
      facts.header.merge(segment.header);
      facts.bad.insert(facts.bad.end(), segment.bad.begin(), segment.bad.end());
      if (segment.digests_disagree) damaged("digests_disagree", names_[i]);
      facts.stored_digests.merge(segment.digests);
    }
  }

  const std::filesystem::path& first_file_;
  FilePool& files_;
  const std::vector<std::filesystem::path>& further_;
  OpenedSet set_;
  // By place, as `set_.segments`.
  std::vector<std::string> names_;
  std::vector<std::uint64_t> sizes_;
};

}  // namespace

OpenedSet open_set(const std::filesystem::path& first_file, FilePool& files,
                   const std::vector<std::filesystem::path>& further) {
  return SetOpener(first_file, files, further).run();
}

}  // namespace image::ewf
