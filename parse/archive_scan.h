// SPDX-License-Identifier: Apache-2.0
// One pass over a tar or zip through libarchive, which reads by callbacks and never sees a path. Only tar and
// zip, and only gzip, zstd, xz and bzip2 around a tar: other readers of libarchive have had too many defects.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "parse/evidence_tree.h"

struct archive;

namespace parse {

struct ArchiveMember {
  std::uint64_t number = 0;  // its place in the archive, from 1
  std::string name;          // bytes as found
  std::string link_target;   // of a hard link within the archive; otherwise empty
  EntryKind kind = EntryKind::file;
  std::uint64_t size = 0;
  bool size_known = false;
  bool encrypted = false;
  std::optional<std::uint64_t> stored_at;  // where the content stands in the archive as it is
  std::optional<base::Time> modified, accessed, changed, created;
};

enum class AfterMember { go_on, stop };

class ArchiveScan {
 public:
  ArchiveScan(base::ByteSource& source, InputKind kind);
  ~ArchiveScan();
  // Calls for each member in order. Nothing where the end was reached or the caller stopped, otherwise what
  // went wrong, in words without names.
  std::optional<std::string> run(const std::function<AfterMember(const ArchiveMember&)>& member);
  // Within run's callback: inflates the content of this member, at most `limit` bytes. False where it is cut
  // or damaged: what was read before stays.
  bool read_content(base::Buffer& into, std::uint64_t limit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// True where the bytes are a compressed tar.
bool is_compressed_tar(base::ByteSource& source);

}  // namespace parse
