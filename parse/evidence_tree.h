// SPDX-License-Identifier: Apache-2.0
// Evidence trees: files of a disk image, a folder, a tar or a zip, seen the same way. Used only inside the
// worker.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/provenance.h"
#include "base/time.h"
#include "image/image.h"

namespace parse {

enum class EntryKind { file, folder, other };

struct EntryFacts {
  base::Locator locator;
  EntryKind kind = EntryKind::file;
  std::uint64_t size = 0;
  bool deleted = false;
  std::optional<base::Time> modified, changed, accessed, created;
};

// Trouble while walking: a partition table that cannot be read, a folder that loops, an entry without
// content.
struct TreeAnomaly {
  std::string code;
  base::Locator locator;
  std::string detail;
};

class EvidenceTree {
 public:
  virtual ~EvidenceTree() = default;
  // Every entry once, in a fixed order that depends on the evidence only. Memory is bounded by the depth.
  virtual void walk(const std::function<void(const EntryFacts&)>& entry,
                    const std::function<void(const TreeAnomaly&)>& anomaly) = 0;
  // The content of a file; nullptr where there is no such file. Reading damaged parts throws base::ReadError.
  virtual std::shared_ptr<base::ByteSource> open(const base::Locator& locator) = 0;
  // Facts of one entry; nothing where there is none.
  virtual std::optional<EntryFacts> facts(const base::Locator& locator) = 0;
  // Names in a folder, sorted by bytes.
  virtual std::vector<std::string> names_in(const base::Locator& folder) = 0;
};

enum class InputKind { disk_image, folder, tar, zip };
std::string_view name_of(InputKind kind);

std::unique_ptr<EvidenceTree> tree_of_image(std::shared_ptr<base::ByteSource> image,
                                            std::uint32_t sector_bytes);
std::unique_ptr<EvidenceTree> tree_of_folder(const std::filesystem::path& folder);
std::unique_ptr<EvidenceTree> tree_of_archive(std::shared_ptr<base::ByteSource> archive, InputKind kind);
// By content: a tar or zip by its own signature, everything else a disk image.
InputKind kind_of_input(const std::filesystem::path& path);

}  // namespace parse
