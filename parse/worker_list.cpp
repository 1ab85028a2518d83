// SPDX-License-Identifier: Apache-2.0
#include "parse/worker_list.h"

#include <algorithm>

#include "parse/unsupported.h"

namespace parse {
namespace {

class Lister {
 public:
  Lister(ExtractorList extractors, FramePipe& pipe) : extractors_(extractors), pipe_(pipe) {}

  void entry(const EntryFacts& facts) {
    pipe_.busy();
    count(facts);
    const std::string path = facts.locator.last_path();
    if (facts.kind == EntryKind::file) claim(facts, path);
    if (facts.deleted) return;
    const auto find = unsupported_at(path, facts.kind, extractors_);
    const auto size = facts.kind == EntryKind::file ? std::optional(facts.size) : std::nullopt;
    if (find) unsupported(*find, facts.locator, size);
  }

  void anomaly(std::string_view code, const base::Locator& locator, std::string_view detail) {
    if (code == "volume_encrypted") unsupported({"encrypted volume", lower_words(detail)}, locator, {});
    if (++anomalies_ > kMostTreeAnomalies) return;
    const std::string text = base::is_utf8(detail) ? std::string(detail) : base::percent_encode_path(detail);
    pipe_.write(FrameKind::tree_anomaly,
                base::Json::object({{"code", code}, {"detail", text}, {"locator", locator.encoded()}}));
  }

  void finish(InputKind kind) {
    const std::uint64_t unlisted = anomalies_ > kMostTreeAnomalies ? anomalies_ - kMostTreeAnomalies : 0;
    pipe_.write(FrameKind::listed,
                base::Json::object({{"anomalies_not_listed", static_cast<std::int64_t>(unlisted)},
                                    {"claimed", claimed_},
                                    {"files", files_},
                                    {"folders", folders_},
                                    {"input", name_of(kind)},
                                    {"other", other_}}));
  }

 private:
  // The form of all our words: what the tree says of a volume's format, in lower case.
  static std::string lower_words(std::string_view text) {
    std::string words;
    for (const char c : text) {
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      const bool fits = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
      words += fits ? lower : ' ';
    }
    return words.empty() ? "unknown" : words;
  }

  void unsupported(const UnsupportedFind& find, const base::Locator& locator,
                   std::optional<std::uint64_t> size) {
    base::Json json =
        base::Json::object({{"kind", find.kind}, {"locator", locator.encoded()}, {"what", find.what}});
    if (size) json.set("size", static_cast<std::int64_t>(*size));
    pipe_.write(FrameKind::unsupported, json);
  }

  void count(const EntryFacts& facts) {
    ++(facts.kind == EntryKind::file ? files_ : facts.kind == EntryKind::folder ? folders_ : other_);
  }

  void claim(const EntryFacts& facts, std::string_view path) {
    bool claimed = false;
    for (const Extractor* extractor : extractors_) {
      const auto matches = [&](std::string_view pattern) { return path_matches(pattern, path); };
      if (std::none_of(extractor->paths.begin(), extractor->paths.end(), matches)) continue;
      if (!facts.deleted)
        pipe_.write(FrameKind::claim, base::Json::object({{"extractor", extractor->name},
                                                          {"locator", facts.locator.encoded()}}));
      claimed = true;
    }
    if (claimed && facts.deleted) anomaly("deleted_not_parsed", facts.locator, "");
    if (claimed && !facts.deleted) ++claimed_;
  }

  ExtractorList extractors_;
  FramePipe& pipe_;
  std::uint64_t anomalies_ = 0;
  std::int64_t files_ = 0, folders_ = 0, other_ = 0, claimed_ = 0;
};

}  // namespace

void list_evidence(EvidenceTree& tree, InputKind kind, ExtractorList extractors, FramePipe& pipe) {
  Lister lister(extractors, pipe);
  tree.walk(
      [&](const EntryFacts& facts) { lister.entry(facts); },
      [&](const TreeAnomaly& anomaly) { lister.anomaly(anomaly.code, anomaly.locator, anomaly.detail); });
  lister.finish(kind);
  pipe.flush();
}

}  // namespace parse
