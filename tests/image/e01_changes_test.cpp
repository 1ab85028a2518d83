// SPDX-License-Identifier: Apache-2.0
// Thousands of small changes to small E01s of several shapes: each is found and its place is named, or it is
// proven to change nothing; after larger ones nothing is read wrong. Some hundreds by default, ten thousand
// flips with HOLDFAST_ALL_TESTS=1.
#include <set>

#include "../support/e01_builder.h"
#include "e01_layout.h"
#include "image_support.h"

using namespace image_test;
using support::E01Shape;

namespace {

struct Counts {
  int located = 0, harmless = 0;
  int by_digest = 0;  // found, and no place is known
};

// One image in a folder of its own, of which one file at a time is changed and put back.
class Victim {
 public:
  explicit Victim(const std::string& shape) {
    media_ = shape == "written" ? mixed_media(300 * 512) : mixed_media(120'000 / 4096 * 4096, 3);
    make(shape);
    std::uint64_t chunk = 0;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      names_.push_back("x." + image::ewf_extension(static_cast<unsigned>(i) + 1));
      put_file(folder_ / names_[i], files_[i]);
      layouts_.emplace_back(files_[i], chunk);
      chunk = layouts_.back().chunks_end();
    }
    digests_ = digests_of(media_);
    const auto reader = image::open_image(folder_ / "x.E01");
    chunk_bytes_ = reader->facts().chunk_bytes;
    EXPECT_EQ(codes_of(reader->facts().damage), std::vector<std::string>{}) << shape;
    EXPECT_TRUE(read_media(*reader) == media_) << shape;
    EXPECT_EQ(image::verify_image(*reader, {}).digests, digests_) << shape;
  }

  void flip(std::mt19937_64& random, Counts& counts) {
    const std::size_t file = random() % files_.size();
    // Half of them anywhere, half in the structures around the chunks.
    std::size_t byte = random() % files_[file].size();
    if (random() % 2 == 0) byte = in_a_structure(file, random);
    const Region& region = layouts_[file].at(byte);
    auto changed = files_[file];
    const unsigned bit = random() % 8;
    changed[byte] ^= static_cast<std::byte>(1u << bit);
    const std::string what =
        names_[file] + " bit " + std::to_string(bit) + " of byte " + std::to_string(byte) + ", in " +
        region.what + (region.descriptor ? " (descriptor)" : "") + " at " + std::to_string(region.structure);
    check(
        file, changed, what, counts,
        [&](const image::Damage& damage) { return names_place(damage, file, region); },
        volume_is_hit(region));
  }

  void cut(std::mt19937_64& random, Counts& counts) {
    const std::size_t file = random() % files_.size();
    const std::size_t size = 8 + random() % (files_[file].size() - 8);
    const auto changed = base::to_buffer(base::Bytes(files_[file]).first(size));
    const auto names_cut = [&](const image::Damage& damage) {
      const bool end = damage.code == "unfinished" || damage.code == "segment_cut";
      return damage.file == names_[file] && (end ? damage.file_offset == size : damage.code == "file_header");
    };
    const bool no_volume_left = files_.size() == 1 && size < end_of_volume();
    check(file, changed, names_[file] + " cut to " + std::to_string(size), counts, names_cut, no_volume_left);
  }

  // Several at once, or a run of bytes taken out: not each is named, and still nothing is read wrong.
  void ruin(std::mt19937_64& random, Counts& counts) {
    const std::size_t file = random() % files_.size();
    auto changed = files_[file];
    std::string what = names_[file] + " ruined";
    if (random() % 3 == 0) {
      const std::size_t start = random() % changed.size();
      const std::size_t end = start + 1 + random() % std::min<std::size_t>(changed.size() - start, 3000);
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(start),
                    changed.begin() + static_cast<std::ptrdiff_t>(end));
      what += ", without bytes " + std::to_string(start) + " to " + std::to_string(end);
    }
    for (int left = 6; left > 0 && changed.size() == files_[file].size(); --left) {
      const std::size_t byte = in_a_structure(file, random);
      changed[byte] ^= static_cast<std::byte>(1u << random() % 8);
      what += " " + std::to_string(byte);
    }
    check(
        file, changed, what, counts, [](const image::Damage&) { return true; }, true);
  }

 private:
  void make(const std::string& name) {
    E01Shape shape;
    if (name == "written") {
      write_e01(folder_.path(), "x", media_);
      files_ = {file_bytes(folder_ / "x.E01")};
      return;
    }
    if (name == "small chunks") shape = {.sectors_per_chunk = 1, .chunks_per_table = 50};
    if (name == "segments")
      shape = {.sectors_per_chunk = 8, .chunks_per_table = 5, .tables_per_segment = 2, .error2 = true};
    if (name == "stored") shape = {.sectors_per_chunk = 16, .tables_per_segment = 1, .compress = false};
    if (name == "large sectors")
      shape = {.sectors_per_chunk = 2, .sector_bytes = 4096, .chunks_per_table = 4};
    if (name == "encase 1") {
      shape = {.sectors_per_chunk = 8, .chunks_per_table = 10, .table2 = false, .sectors_section = false};
      unchecked_entries_ = true;
    }
    if (name == "no mirror") shape = {.sectors_per_chunk = 8, .chunks_per_table = 10, .table2 = false};
    files_ = support::build_e01(media_, shape);
  }

  std::size_t in_a_structure(std::size_t file, std::mt19937_64& random) const {
    while (true) {
      const auto& regions = layouts_[file].regions();
      const Region& region = regions[random() % regions.size()];
      if (!region.chunk && region.end > region.begin)
        return region.begin + random() % (region.end - region.begin);
    }
  }

  std::uint64_t end_of_volume() const {
    for (const auto& region : layouts_[0].regions()) {
      if (region.what == "volume" && !region.descriptor) return region.end;
    }
    return 0;
  }
  // A flip there leaves nothing that says how large the media are, unless another segment does.
  bool volume_is_hit(const Region& region) const { return region.what == "volume" && files_.size() == 1; }

  bool names_place(const image::Damage& damage, std::size_t file, const Region& region) const {
    if (damage.file != names_[file]) return false;
    if (region.what == "file header") return damage.file_offset < 13;
    // Without a checksum over the entries, what shows is the chunks that they point to.
    const bool entries = unchecked_entries_ && region.what == "table" && !region.descriptor;
    if (entries && damage.media_size != 0) return true;
    if (damage.file_offset != region.structure) return false;
    if (!region.chunk) return true;
    return damage.media_offset == *region.chunk * chunk_bytes_ && damage.media_size != 0;
  }

  template <typename NamesPlace>
  void check(std::size_t file, const base::Buffer& changed, const std::string& what, Counts& counts,
             NamesPlace names_place_of_change, bool may_be_refused) {
    put_file(folder_ / names_[file], changed);
    try {
      const auto reader = image::open_image(folder_ / names_[0]);
      judge(*reader, what, counts, names_place_of_change);
    } catch (const base::Error& error) {
      EXPECT_TRUE(may_be_refused) << what << ": " << error.what();
      ++counts.located;  // the message names the file and the section
    }
    put_file(folder_ / names_[file], files_[file]);
  }

  template <typename NamesPlace>
  void judge(image::ImageReader& reader, const std::string& what, Counts& counts,
             NamesPlace names_place_of_change) {
    const Readable readable = compare(reader, media_);
    const auto verification = image::verify_image(reader, {});
    if (verification.damage.empty()) {
      EXPECT_EQ(readable.lost, 0u) << what;
      for (const auto& [algorithm, stated] : reader.facts().stored_digests)
        EXPECT_EQ(stated, digests_.at(algorithm)) << what;
      EXPECT_EQ(reader.facts().stored_digests.size(), 2u) << what << " made a digest vanish without a word";
      if (readable.wrong == 0) {
        EXPECT_EQ(verification.digests, digests_) << what;
        ++counts.harmless;
      } else {
        EXPECT_NE(verification.digests, digests_) << what;
        expect_the_format_cannot_tell(reader, what);
        ++counts.by_digest;
      }
      return;
    }
    EXPECT_EQ(readable.wrong, 0u) << what << " changed what is read";
    bool located = false;
    std::string said;
    for (const auto& damage : verification.damage) {
      located = located || names_place_of_change(damage);
      said += " " + damage.code + "@" + damage.file + ":" + std::to_string(damage.file_offset);
    }
    EXPECT_TRUE(located) << what << ":" << said;
    EXPECT_EQ(readable.lost == 0, verification.unreadable_bytes == 0) << what << ":" << said;
    counts.located += located;
  }

  // Adler-32 is weak: in text, a changed stream can give other bytes with the same sum. All that is read has
  // the sum of what was written, so only the digest of the whole can tell.
  void expect_the_format_cannot_tell(image::ImageReader& reader, const std::string& what) const {
    base::Buffer chunk(chunk_bytes_);
    for (std::size_t at = 0; at < media_.size(); at += chunk_bytes_) {
      const std::size_t size = reader.read_at(at, chunk);
      EXPECT_EQ(image::adler32(base::Bytes(chunk).first(size)),
                image::adler32(base::Bytes(media_).subspan(at, size)))
          << what << ": the reader passed a chunk at " << at << " that has not its checksum";
    }
  }

  TempFolder folder_;
  base::Buffer media_;
  std::map<base::Algorithm, base::Buffer> digests_;
  std::uint64_t chunk_bytes_ = 0;
  bool unchecked_entries_ = false;
  std::vector<base::Buffer> files_;
  std::vector<std::string> names_;
  std::vector<Layout> layouts_;
};

class E01Changes : public testing::TestWithParam<const char*> {};

TEST_P(E01Changes, AreFoundAndNamedOrHarmless) {
  const char* all = std::getenv("HOLDFAST_ALL_TESTS");
  const int wanted = all != nullptr && std::string(all) == "1" ? 10'000 / 7 + 1 : 80;
  Victim victim(GetParam());
  std::mt19937_64 random(17);
  Counts flips, cuts, ruins;
  for (int i = 0; i < wanted && !HasFailure(); ++i) {
    victim.flip(random, flips);
    if (i % 4 == 0) victim.cut(random, cuts);
    if (i % 4 == 2) victim.ruin(random, ruins);
  }
  std::printf(
      "%s: %d flips located, %d told by the digest, %d harmless; %d cuts located, %d harmless; %d ruined, ",
      GetParam(), flips.located, flips.by_digest, flips.harmless, cuts.located, cuts.harmless, ruins.located);
  std::printf("%d told by the digest, %d harmless\n", ruins.by_digest, ruins.harmless);
  EXPECT_EQ(cuts.harmless + cuts.by_digest, 0) << "every cut takes a part of what ends the image";
  EXPECT_LE(flips.harmless, wanted / 20);
  EXPECT_LE(flips.by_digest, wanted / 100);
}

INSTANTIATE_TEST_SUITE_P(Shapes, E01Changes,
                         testing::Values("written", "small chunks", "segments", "stored", "large sectors",
                                         "no mirror", "encase 1"),
                         [](const auto& shape) {
                           std::string name = shape.param;
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

}  // namespace
