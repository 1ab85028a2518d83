// SPDX-License-Identifier: Apache-2.0
// The folder in which a bundle is put together, beside its destination. Until `publish` nothing stands under
// the final name; a staging folder that was not published is removed. Thread rule: one thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "chain-of-custody/bagit.h"

namespace exporter {

class Staging {
 public:
  // Throws Error(conflict) where the destination exists.
  explicit Staging(std::filesystem::path destination);
  ~Staging();

  // Makes the file, with its folders. The name must be one that a bag may use (asserted) and new.
  void add(const std::string& name, base::Bytes content);
  void add(const std::string& name, std::string_view content) { add(name, base::as_bytes(content)); }

  const std::filesystem::path& folder() const { return folder_; }
  // Of all that was added so far.
  const custody::bagit::Manifest& sha256() const { return sha256_; }
  const custody::bagit::Manifest& sha512() const { return sha512_; }
  std::uint64_t payload_bytes() const { return payload_bytes_; }
  std::uint64_t payload_files() const { return payload_files_; }

  // Syncs every folder and renames. After this the bundle is complete under its name.
  void publish();

 private:
  void make_folder(const std::filesystem::path& relative);
  std::filesystem::path destination_, folder_;
  custody::bagit::Manifest sha256_, sha512_;
  std::uint64_t payload_bytes_ = 0, payload_files_ = 0;
  bool published_ = false;
};

}  // namespace exporter
