// SPDX-License-Identifier: Apache-2.0
#include "acquire/rescued_source.h"

#include "acquire/rescue_files.h"
#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

constexpr auto kUntouched =
    base::phrase("Nothing was changed. Name the raw file and the map of one and the same rescue.");

class RescuedSource final : public Source {
 public:
  RescuedSource(std::shared_ptr<base::ByteSource> raw, RescueMap map, const SourceFacts& facts)
      : raw_(std::move(raw)), map_(std::move(map)), facts_(facts) {}
  const SourceFacts& facts() const override { return facts_; }

  Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset > map_.size() || into.size() > map_.size() - offset) return Read::gone;
    if (into.empty()) return Read::ok;
    const auto range = map_.range_at(offset);
    if (range.status != BlockStatus::finished || range.end() - offset < into.size())
      return Read::medium_error;
    read_raw(offset, into);
    return Read::ok;
  }

 private:
  // Trouble with our own file says nothing about the medium: it ends the run.
  void read_raw(std::uint64_t offset, std::span<std::byte> into) {
    try {
      if (raw_->read_at(offset, into) == into.size()) return;
    } catch (const base::ReadError& error) {
      throw base::Error(base::ErrorKind::io, error.what(), kUntouched);
    }
    throw base::Error(base::ErrorKind::io, base::say("the raw file of the rescue became shorter"),
                      kUntouched);
  }

  std::shared_ptr<base::ByteSource> raw_;
  RescueMap map_;
  SourceFacts facts_;
};

}  // namespace

std::unique_ptr<Source> open_rescued(const std::filesystem::path& raw_file,
                                     const std::filesystem::path& map_file, const SourceFacts& facts) {
  auto map = read_rescue_map(map_file);
  auto raw = base::open_source(raw_file);
  if (map.size() != facts.bytes) {
    throw base::Error(base::ErrorKind::conflict,
                      base::say("{} is the map of a source of another size", map_file.string()), kUntouched);
  }
  if (raw->size() < map.end_of_finished()) {
    throw base::Error(base::ErrorKind::format,
                      base::say("{} is shorter than its map says", raw_file.string()), kUntouched);
  }
  return std::make_unique<RescuedSource>(std::move(raw), std::move(map), facts);
}

}  // namespace acquire
