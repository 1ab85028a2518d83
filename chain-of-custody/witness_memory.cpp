// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/witness_memory.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/words.h"

namespace custody {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr char kFolder[] = "ledgers";
constexpr char kLock[] = "lock";
constexpr char kVersion[] = "holdfast-witness/1";
constexpr auto kAdvice = base::phrase(
    "Nothing was cosigned; what was cosigned before stands. Check who may write there, then repeat.");

std::string name_of_file(std::string_view origin) {
  return base::sha256(base::as_bytes(origin)).hex() + ".json";
}

std::uint64_t number(const Json& json) {
  const std::string& text = json.text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(value) != text)
    throw base::JsonError("a number is none");
  return value;
}

std::string text_of(const WitnessMemory& memory) {
  Json json = Json::object({{"log", memory.log.vkey()},
                            {"root", memory.last.root.hex()},
                            {"size", std::to_string(memory.last.size)},
                            {"time", std::to_string(memory.time_s)},
                            {"v", kVersion}});
  Json replaced = Json::array();
  for (const WitnessMemory::Replaced& one : memory.replaced)
    replaced.push(Json::object({{"log", one.log.vkey()}, {"size", std::to_string(one.size)}}));
  if (!memory.replaced.empty()) json.set("replaced", std::move(replaced));
  return json.canonical() + '\n';
}

std::vector<WitnessMemory::Replaced> replaced_from(const Json& json, const WitnessMemory& memory) {
  std::vector<WitnessMemory::Replaced> replaced;
  for (const Json& one : json.items()) {
    replaced.push_back({parse_vkey(one.at("log").text()), number(one.at("size"))});
    if (one.members().size() != 2 || replaced.back().log.name != memory.log.name ||
        replaced.back().log == memory.log || replaced.back().size > memory.last.size)
      throw base::JsonError("a key that was replaced is not one of this ledger's");
  }
  if (replaced.empty()) throw base::JsonError("no key was replaced");
  return replaced;
}

WitnessMemory memory_from(std::string_view text) {
  if (!text.ends_with('\n')) throw base::JsonError("the last line does not end");
  const Json json = base::parse_profile(base::as_bytes(text.substr(0, text.size() - 1)));
  const Json* replaced = json.find("replaced");  // programs that do not know of it refuse such a memory
  if (json.at("v").text() != kVersion || json.members().size() != (replaced ? 6 : 5))
    throw base::JsonError("it is of another version");
  WitnessMemory memory;
  memory.log = parse_vkey(json.at("log").text());
  memory.last = {memory.log.name, number(json.at("size")), base::digest_from_hex(json.at("root").text())};
  memory.time_s = number(json.at("time"));
  if (memory.last.size == 0) throw base::JsonError("it holds the size 0");
  if (replaced) memory.replaced = replaced_from(*replaced, memory);
  return memory;
}

WitnessMemory read_memory(const fs::path& file) {
  std::string why;
  try {
    WitnessMemory memory = memory_from(base::as_text(base::read_file(file, 64 << 10)));
    if (name_of_file(memory.log.name) == file.filename().string()) return memory;
    why = "it is of the ledger " + memory.log.name;
  } catch (const base::JsonError& error) {
    why = error.what();
  } catch (const NoteError& error) {
    why = error.what();
  } catch (const std::invalid_argument& error) {
    why = error.what();
  }
  throw base::Error(base::ErrorKind::format,
                    base::say("what was cosigned cannot be read from {}: {}", file.string(), why),
                    base::say("Nothing was cosigned: a witness that forgot could cosign a fork. Restore this "
                              "file from a copy, or make a new witness."));
}

}  // namespace

void MemoryOfWitness::make(const fs::path& home) {
  std::error_code failed;
  fs::create_directory(home / kFolder, failed);
  if (failed)
    throw base::io_error(base::say("cannot make {}", (home / kFolder).string()), failed.value(), kAdvice);
  base::sync_folder(home);
}

MemoryOfWitness::MemoryOfWitness(const fs::path& home) : folder_(home / kFolder) {
  const fs::path file = home / kLock;
  lock_ = base::Fd(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock_) throw base::io_error(base::say("cannot open {}", file.string()), errno, kAdvice);
  while (flock(lock_.get(), LOCK_EX) != 0)
    if (errno != EINTR) throw base::io_error(base::say("cannot lock {}", file.string()), errno, kAdvice);
  // A folder that is gone is a memory that is gone, not an empty one.
  if (!fs::is_directory(folder_))
    throw base::Error(base::ErrorKind::format,
                      base::say("the memory of this witness, {}, is gone", folder_.string()),
                      base::say("Nothing was cosigned: a witness that forgot could cosign a fork. Restore "
                                "this folder from a copy, or make a new witness."));
}

std::optional<WitnessMemory> MemoryOfWitness::of(std::string_view origin) const {
  const fs::path file = folder_ / name_of_file(origin);
  if (!fs::exists(fs::symlink_status(file))) return {};
  return read_memory(file);
}

std::vector<WitnessMemory> MemoryOfWitness::all() const {
  std::vector<WitnessMemory> found;
  for (const auto& entry : fs::directory_iterator(folder_))
    // Files that a power cut left half written have other endings, and were never answered from.
    if (entry.path().extension() == ".json") found.push_back(read_memory(entry.path()));
  std::ranges::sort(found, {}, [](const WitnessMemory& memory) { return memory.log.name; });
  return found;
}

std::uint64_t MemoryOfWitness::latest_time() const {
  std::uint64_t latest = 0;
  for (const WitnessMemory& memory : all()) latest = std::max(latest, memory.time_s);
  return latest;
}

void MemoryOfWitness::remember(const WitnessMemory& memory) const {
  base::write_durably(folder_ / name_of_file(memory.log.name), base::as_bytes(text_of(memory)), 0600);
}

}  // namespace custody
