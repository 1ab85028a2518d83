// SPDX-License-Identifier: Apache-2.0
#include "store/case_folder.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <linux/fscrypt.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/error.h"
#include "base/words.h"

namespace store {
namespace {

using Answer = AtRest::Answer;

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// dm-crypt anywhere below a block device: its device-mapper uuid begins with CRYPT- (Documentation/ABI
// sysfs-block-dm).
bool has_crypt_below(const std::filesystem::path& device, int depth) {
  if (first_line(device / "dm/uuid").starts_with("CRYPT-")) return true;
  std::error_code none;
  if (depth == 0) return false;
  for (const auto& slave : std::filesystem::directory_iterator(device / "slaves", none)) {
    if (has_crypt_below(std::filesystem::canonical(slave.path(), none), depth - 1)) return true;
  }
  return false;
}

// The device number that /proc/self/mountinfo gives as the source of a mount with an anonymous device (btrfs,
// overlay).
std::optional<dev_t> source_device(dev_t anonymous) {
  std::ifstream mounts("/proc/self/mountinfo");
  const std::string wanted = std::to_string(major(anonymous)) + ":" + std::to_string(minor(anonymous));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id, parent, device, word, type, source;
    words >> id >> parent >> device;
    if (device != wanted) continue;
    while (words >> word && word != "-") {
    }
    words >> type >> source;
    struct stat facts {};
    if (stat(source.c_str(), &facts) == 0 && S_ISBLK(facts.st_mode)) return facts.st_rdev;
  }
  return std::nullopt;
}

bool has_fscrypt_policy(const std::filesystem::path& folder) {
  const base::Fd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  fscrypt_get_policy_ex_arg policy{};
  policy.policy_size = sizeof(policy.policy);
  return fd && ioctl(fd.get(), FS_IOC_GET_ENCRYPTION_POLICY_EX, &policy) == 0;
}

std::filesystem::path nearest_existing(std::filesystem::path folder) {
  folder = std::filesystem::absolute(folder);
  while (!std::filesystem::exists(folder)) folder = folder.parent_path();
  return folder;
}

}  // namespace

AtRest encrypted_at_rest(const std::filesystem::path& folder) {
  const std::filesystem::path there = nearest_existing(folder);
  if (has_fscrypt_policy(there)) return {Answer::encrypted, "the folder has an fscrypt policy"};
  struct stat facts {};
  if (stat(there.c_str(), &facts) != 0) return {Answer::unknown, "the folder could not be looked at"};
  dev_t device = facts.st_dev;
  if (major(device) == 0) {
    const auto source = source_device(device);
    if (!source)
      return {Answer::unknown, "the volume has no block device of its own (network, memory or overlay)"};
    device = *source;
  }
  std::error_code none;
  const auto sysfs = std::filesystem::canonical(
      "/sys/dev/block/" + std::to_string(major(device)) + ":" + std::to_string(minor(device)), none);
  if (none) return {Answer::unknown, "the system does not describe the block device"};
  if (has_crypt_below(sysfs, 8)) return {Answer::encrypted, "there is a dm-crypt layer below the volume"};
  return {Answer::not_encrypted, "there is no encryption that this system knows of below the volume (" +
                                     sysfs.filename().string() + ")"};
}

CaseFolder CaseFolder::create(const std::filesystem::path& root) {
  if (std::filesystem::exists(root) && !std::filesystem::is_empty(root)) {
    throw base::Error(
        base::ErrorKind::conflict, base::say("{} exists and is not empty", root.string()),
        base::say("It was not touched. Choose another case id, or another place with --to DIR."));
  }
  for (const char* part : {"ledgers", "exhibits", "annotations", "requests", "exports"}) {
    std::filesystem::create_directories(root / part);
  }
  std::filesystem::permissions(root, std::filesystem::perms::owner_all);
  base::sync_folder(root);
  return CaseFolder(root);
}

std::optional<CaseFolder> CaseFolder::find(const std::filesystem::path& start) {
  for (std::filesystem::path at = start.lexically_normal();; at = at.parent_path()) {
    if (std::filesystem::is_directory(at / "ledgers") && std::filesystem::is_directory(at / "exhibits"))
      return CaseFolder(at);
    if (at == at.parent_path()) return std::nullopt;
  }
}

std::filesystem::path CaseFolder::ledger(const std::string& station) const {
  return root_ / "ledgers" / station;
}

std::vector<std::string> CaseFolder::stations() const {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(root_ / "ledgers")) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && is_safe_label(name)) out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::filesystem::path CaseFolder::exhibit(const std::string& label) const {
  return root_ / "exhibits" / label;
}
std::filesystem::path CaseFolder::segments(const std::string& label) const {
  return exhibit(label) / "segments";
}
std::filesystem::path CaseFolder::records_database() const {
  return root_ / "records.db";
}
std::filesystem::path CaseFolder::exports() const {
  return root_ / "exports";
}
std::filesystem::path CaseFolder::locations_file() const {
  return root_ / "locations.json";
}

CaseFolder::Lock CaseFolder::lock() const {
  const std::filesystem::path path = root_ / ".lock";
  base::Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd)
    throw base::io_error(base::say("cannot lock the case {}", root_.string()), errno,
                         base::say("Nothing was changed. Check who owns the case folder."));
  // Who only asks whether it is held (is_locked) holds it for a moment.
  constexpr int kTries = 5, kPause_us = 10'000;
  int tries = 0;
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (++tries < kTries) {
      usleep(kPause_us);
      continue;
    }
    throw base::Error(base::ErrorKind::conflict,
                      base::say("another process works on this case: {}", first_line(path)),
                      base::say("Nothing was changed. Wait until it has finished; reading (`show`, `find`, "
                                "`verify`) is always possible."));
  }
  std::ifstream command("/proc/self/comm");
  std::string name;
  std::getline(command, name);
  const std::string owner = name + ", process " + std::to_string(getpid()) + "\n";
  if (ftruncate(fd.get(), 0) != 0 || pwrite(fd.get(), owner.data(), owner.size(), 0) < 0) {
    throw base::io_error(base::say("cannot write the lock of the case"), errno,
                         base::say("Nothing was changed. Check the space on the volume."));
  }
  return Lock(std::move(fd));
}

bool CaseFolder::is_locked() const {
  const base::Fd fd(open((root_ / ".lock").c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  return fd && flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

bool is_safe_label(std::string_view label) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= 40 && label[0] != '-' &&
         std::all_of(label.begin(), label.end(), plain);
}

}  // namespace store
