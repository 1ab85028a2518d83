// SPDX-License-Identifier: Apache-2.0
// The search for a device that was gone.
#include <algorithm>

#include "acquire/identity.h"
#include "acquire/port.h"
#include "base/error.h"
#include "base/words.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;

constexpr OpenOptions kOnlyLook{.write_block = false, .ask_drive = false};

std::string described(const SourceFacts& facts) {
  std::string words = facts.path + ", " + std::to_string(facts.bytes) + " bytes";
  if (facts.model) words += ", " + *facts.model;
  if (facts.serial) words += ", serial number " + *facts.serial;
  return words;
}

[[noreturn]] void refuse(const SourceFacts& found, Match match) {
  throw base::Error(
      base::ErrorKind::conflict,
      match == Match::other
          ? base::say("something else is in the place of the source: {}", described(found))
          : base::say("what is in the place of the source cannot be told from another: {}", described(found)),
      base::say("What was imaged stays, and nothing was read from it into the image. Put the right device in "
                "its place, then go on."));
}

struct Candidate {
  fs::path system_path;
  std::string device;  // "/dev/sdb"
  std::uint64_t bytes = 0;
  std::string port;
};

Candidate candidate_at(const fs::path& system_path) {
  std::string name = system_path.filename().string();
  std::replace(name.begin(), name.end(), '!', '/');  // as sysfs writes "cciss/c0d0"
  return {system_path, "/dev/" + name, sectors_of(system_path) * 512, port_of(system_path)};
}

// Disks and partitions that hold a medium.
std::vector<Candidate> candidates() {
  std::vector<Candidate> found;
  const auto add = [&found](const fs::path& system_path) {
    Candidate candidate = candidate_at(system_path);
    if (candidate.bytes > 0) found.push_back(std::move(candidate));
  };
  std::error_code trouble;
  for (fs::directory_iterator entry("/sys/block", trouble), end; !trouble && entry != end;
       entry.increment(trouble)) {
    std::error_code vanished;  // a device that goes while it is looked at is not there
    const fs::path disk = fs::canonical(entry->path(), vanished);
    if (vanished) continue;
    add(disk);
    for (const auto& partition : partitions_of(disk)) add(partition);
  }
  return found;
}

bool may_be(const Candidate& candidate, const Identity& identity) {
  if (candidate.bytes != identity.bytes) return false;
  const std::string serial = serial_of(system_facts(candidate.system_path));
  return serial.empty() || identity.serial.empty() || serial == identity.serial;
}

// nullptr where it went again, or where somebody uses it who does not sit in the place of the source.
std::unique_ptr<Source> looked_at(const Candidate& candidate, const Identity& identity) {
  try {
    return open_source(candidate.device, kOnlyLook);
  } catch (const base::Error& error) {
    if (error.kind == base::ErrorKind::conflict && candidate.port == identity.port_path) throw;
    return nullptr;
  }
}

Match match_of(Source& source, const Identity& identity) {
  try {
    return compare(identity, identity_of(source));
  } catch (const base::Error&) {
    return Match::cannot_tell;  // it does not answer; the next look may find it
  }
}

// Where two are alike, the one in the old place is it.
const Candidate* chosen(const std::vector<Candidate>& same, const Identity& identity) {
  for (const auto& candidate : same) {
    if (candidate.port == identity.port_path) return &candidate;
  }
  if (same.size() > 1) {
    throw base::Error(
        base::ErrorKind::conflict,
        base::say("two devices are alike: {} and {}", same[0].device, same[1].device),
        base::say("What was imaged stays. Unplug the one that is not the exhibit, then go on."));
  }
  return same.empty() ? nullptr : &same.front();
}

// Only for the search to end with what is certain: opened for good, it is compared once more.
std::unique_ptr<Source> opened(const std::string& name, const Identity& identity) {
  auto source = open_source(name);
  const Match match = compare(identity, identity_of(*source));
  if (match != Match::same) refuse(source->facts(), match);
  return source;
}

void refuse_what_is_in_its_place(const std::vector<Candidate>& all, const Identity& identity) {
  for (const auto& candidate : all) {
    if (candidate.port != identity.port_path) continue;
    const auto source = looked_at(candidate, identity);
    if (source) refuse(source->facts(), match_of(*source, identity));
  }
}

std::unique_ptr<Source> found_device(const Identity& identity) {
  const auto all = candidates();
  std::vector<Candidate> same;
  for (const auto& candidate : all) {
    if (!may_be(candidate, identity)) continue;
    const auto source = looked_at(candidate, identity);
    if (source && match_of(*source, identity) == Match::same) same.push_back(candidate);
  }
  if (const Candidate* candidate = chosen(same, identity)) return opened(candidate->device, identity);
  refuse_what_is_in_its_place(all, identity);
  return nullptr;
}

bool is_device(const Identity& identity) {
  return !identity.port_path.starts_with("file:") && identity.port_path.find("://") == std::string::npos;
}

}  // namespace

std::unique_ptr<Source> find_again(const Identity& identity, const std::string& former_name) {
  if (is_device(identity)) return found_device(identity);
  try {
    return opened(former_name, identity);
  } catch (const base::Error& error) {
    if (error.kind == base::ErrorKind::not_found || error.kind == base::ErrorKind::io) return nullptr;
    throw;
  }
}

}  // namespace acquire
