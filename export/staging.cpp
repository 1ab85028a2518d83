// SPDX-License-Identifier: Apache-2.0
#include "export/staging.h"

#include <cassert>
#include <cerrno>
#include <set>

#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace exporter {
namespace {

constexpr auto kAdvice = base::phrase(
    "The case is untouched; the unfinished bundle was removed. Free space or choose another folder.");

std::string random_suffix() {
  return base::to_base32(base::random_bytes(5));
}

void refuse_where_it_exists(const std::filesystem::path& destination) {
  std::error_code error;
  if (std::filesystem::symlink_status(destination, error).type() == std::filesystem::file_type::not_found)
    return;
  throw base::Error(base::ErrorKind::conflict, base::say("{} exists already", destination.string()),
                    base::say("Nothing was exported. A bundle is never overwritten: name another folder."));
}

}  // namespace

Staging::Staging(std::filesystem::path destination) : destination_(std::move(destination)) {
  refuse_where_it_exists(destination_);
  folder_ =
      destination_.parent_path() / ("." + destination_.filename().string() + ".staging-" + random_suffix());
  if (mkdir(folder_.c_str(), 0755) != 0)
    throw base::io_error(base::say("cannot make {}", folder_.string()), errno, kAdvice);
}

Staging::~Staging() {
  if (published_) return;
  std::error_code ignored;  // what cannot be removed stays under its staging name, which no verb reads
  std::filesystem::remove_all(folder_, ignored);
}

void Staging::make_folder(const std::filesystem::path& relative) {
  if (relative.empty()) return;
  make_folder(relative.parent_path());
  const std::filesystem::path path = folder_ / relative;
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    throw base::io_error(base::say("cannot make {}", path.string()), errno, kAdvice);
  }
}

void Staging::add(const std::string& name, base::Bytes content) {
  assert(custody::bagit::is_safe_name(name));
  make_folder(std::filesystem::path(name).parent_path());
  const std::filesystem::path path = folder_ / name;
  const base::Fd fd = base::create_new(path);
  base::write_all(fd.get(), content, path.string());
  base::sync_file(fd.get(), path.string());
  sha256_[name] = base::sha256(content).hex();
  base::Hasher sha512(base::Algorithm::sha512);
  sha512.update(content);
  sha512_[name] = base::to_hex(sha512.finish());
  if (!name.starts_with("data/")) return;
  payload_bytes_ += content.size();
  ++payload_files_;
}

void Staging::publish() {
  std::set<std::filesystem::path> folders{folder_};
  for (const auto& [name, digest] : sha256_) {
    for (auto relative = std::filesystem::path(name).parent_path(); !relative.empty();
         relative = relative.parent_path()) {
      folders.insert(folder_ / relative);
    }
  }
  for (const auto& folder : folders) base::sync_folder(folder);
  refuse_where_it_exists(destination_);
  // The commit point: before it nothing stands under the bundle's name, after it all of it does.
  std::filesystem::rename(folder_, destination_);
  published_ = true;
  base::sync_folder(destination_.parent_path().empty() ? "." : destination_.parent_path());
}

}  // namespace exporter
