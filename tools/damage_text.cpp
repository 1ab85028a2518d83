// SPDX-License-Identifier: Apache-2.0
#include "tools/damage_text.h"

#include <utility>

#include <fmt/format.h>

#include "base/words.h"

namespace tools {
namespace {

struct Words {
  std::string_view code, words;
};
// Codes: docs/e01.md.
constexpr Words kWords[] = {
    {"file_header", "the file does not begin as a segment of an E01 image must"},
    {"segment_number",
     "the file states another segment number than its name does; all else says that it is in its place"},
    {"segment_exchanged",
     "the file is another segment than its name says: it was renamed or exchanged, and is left out"},
    {"segment_copy", "the file is a copy of another segment of this image, and is left out"},
    {"segment_missing", "the file is missing"},
    {"segment_foreign", "the file belongs to another image, and is left out"},
    {"segment_after_done",
     "the file follows the one that says it is the last: it is not a part of this image"},
    {"segment_size", "the file has another size than the segments before it"},
    {"segment_cut", "the file ends before its segment does"},
    {"unfinished", "the image was never finished, or its end was cut off"},
    {"section_descriptor", "the head of a section is damaged, or points beyond the end of the file"},
    {"volume", "the statement of the size of the media is damaged; another copy was used"},
    {"disk", "the statement of the size of the media is damaged; another copy was used"},
    {"data", "the repeated statement of the size of the media is damaged"},
    {"volume_disagrees", "two statements of the size of the media differ"},
    {"header", "the description of the case (examiner, notes …) is damaged"},
    {"header2", "the description of the case (examiner, notes …) is damaged"},
    {"hash", "the stated MD5 is damaged"},
    {"digest", "the stated digests are damaged"},
    {"digests_disagree", "two statements of the same digest differ"},
    {"error2", "the list of sectors that could not be read when the image was made is damaged"},
    {"table", "a table of chunks is damaged"},
    {"table2", "the second copy of a table of chunks is damaged"},
    {"table_checksum", "a table of chunks does not have its checksum"},
    {"table2_checksum", "the second copy of a table of chunks does not have its checksum"},
    {"table2_differs", "the two copies of a table of chunks differ"},
    {"chunk_count", "the image holds more chunks than its media has"},
    {"chunks_missing", "the image does not hold them"},
    {"chunk_offset", "the table says nothing possible about where they lie"},
    {"chunk_unreadable", "the file ends, or could not be read, where they lie"},
    {"chunk_data", "the compressed data is damaged"},
    {"chunk_checksum", "the data does not have its checksum"},
    {"chunk_checksum_absent",
     "no checksum is stored for them, so only a digest of the whole can vouch for them"},
    {"file_unreadable", "the operating system could not read the file there"},
};

std::string words_for(const std::string& code) {
  for (const auto& [known, words] : kWords) {
    if (known == code) return std::string(words);
  }
  return code;
}

// Where the media continue the place before, so that a long run of damaged chunks is one line.
bool continues(const image::Damage& before, const image::Damage& damage) {
  return before.code == damage.code && before.file == damage.file && before.media_size != 0 &&
         before.media_offset + before.media_size == damage.media_offset && damage.media_size != 0;
}

std::string place_in_file(const image::Damage& damage) {
  const bool whole_file = damage.code.starts_with("segment_") && damage.code != "segment_cut";
  if (whole_file) return "";
  const char* where = damage.code == "unfinished" || damage.code == "segment_cut" ? "; it ends at byte {}"
                      : damage.code == "chunks_missing" ? "; they should follow byte {}"
                                                        : "; at byte {} of the file";
  return fmt::format(fmt::runtime(where), damage.file_offset);
}

DamageLine line_of(const image::Damage& damage, const image::ImageFacts& facts) {
  DamageLine line{damage.code, damage.file, words_for(damage.code), image::loses_bytes(damage)};
  if (damage.media_size != 0) {
    const std::uint64_t first = damage.media_offset / facts.sector_bytes;
    const std::uint64_t last = (damage.media_offset + damage.media_size - 1) / facts.sector_bytes;
    line.words = base::say("{} (media bytes {} to {}) {}: {}", sectors_text(first, last - first + 1),
                           damage.media_offset, damage.media_offset + damage.media_size - 1,
                           line.loses ? base::say("cannot be read") : base::say("can be read"), line.words);
  }
  line.words += place_in_file(damage);
  if (damage.code == "unfinished")
    line.words += base::say(". Other programs may show zeros for what is not there");
  return line;
}

}  // namespace

std::vector<DamageLine> damage_lines(const std::vector<image::Damage>& damage,
                                     const image::ImageFacts& facts) {
  std::vector<DamageLine> lines;
  for (std::size_t i = 0; i < damage.size();) {
    image::Damage place = damage[i++];
    while (i < damage.size() && continues(place, damage[i])) place.media_size += damage[i++].media_size;
    lines.push_back(line_of(place, facts));
  }
  return lines;
}

std::string sectors_text(std::uint64_t first, std::uint64_t count) {
  return count == 1 ? base::say("sector {}", first) : base::say("sectors {} to {}", first, first + count - 1);
}

std::string ranges_text(const std::vector<image::SectorRange>& ranges) {
  constexpr std::size_t kMostShown = 20;
  std::string text;
  for (std::size_t i = 0; i < ranges.size() && i < kMostShown; ++i) {
    text += text.empty() ? "" : ", ";
    text += sectors_text(ranges[i].first, ranges[i].count);
  }
  if (ranges.size() > kMostShown) text += base::say(" and {} more ranges", ranges.size() - kMostShown);
  return text;
}

}  // namespace tools
