// SPDX-License-Identifier: Apache-2.0
// A ledger's files as another station's copy brings them: ledger.db, disclosures.db, the checkpoint, and a
// journal that somebody laid beside them. An input is a database, or a list of changes to the fixed ledger's
// files. It is read or refused in words, nothing is written, and what is not the fixed ledger is not
// verified.
#include <array>
#include <map>

#include "base/error.h"
#include "chain-of-custody/ledger_store.h"
#include "chain-of-custody/verify.h"
#include "fixed_ledger.h"
#include "place.h"

namespace {

using base::Buffer;
using base::Bytes;
using custody::LedgerContent;
using fuzz::Choices;
using fuzz::must;
using fuzz::Place;

constexpr std::array<const char*, 5> kNames{"ledger.db", "disclosures.db", "checkpoint", "ledger.db-journal",
                                            "ledger.db-wal"};
using Files = std::map<std::string, Buffer>;

const Place& place() {
  static const Place kPlace;
  return kPlace;
}

const Files& fixed_files() {
  static const Files kFiles = [] {
    const fuzz::FixedLedger ledger = fuzz::small_ledger();
    {
      custody::LedgerStore store = custody::LedgerStore::create(place().path());
      for (const custody::Entry& entry : ledger.content().entries) store.append(entry);
      store.keep_issuers({fuzz::authority().certificate});
    }
    Files files{{"checkpoint", ledger.content().checkpoint}};
    for (const char* name : {"ledger.db", "disclosures.db"}) files[name] = base::read_file(place() / name);
    return files;
  }();
  return kFiles;
}

void change(Buffer& bytes, Choices& choices) {
  if (bytes.empty()) bytes.resize(512);
  // Headers of pages, where a few bytes say most, more often than the rest.
  const std::size_t page = choices.below(bytes.size() / 4096 + 1) * 4096;
  const std::size_t within = choices.next() % 2 == 0 ? choices.below(64) : choices.below(4096);
  const std::size_t at = std::min(page + within, bytes.size() - 1);
  const Bytes fresh = choices.take(1 + choices.next() % 8);
  switch (choices.next() % 6) {
    case 0:
      bytes.resize(at + 1);
      break;
    case 1: {  // a page over another
      const std::size_t from = std::min(choices.below(bytes.size() / 4096 + 1) * 4096, bytes.size());
      const Buffer copy(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                        bytes.begin() + static_cast<std::ptrdiff_t>(std::min(from + 4096, bytes.size())));
      std::copy_n(copy.begin(), std::min(copy.size(), bytes.size() - std::min(page, bytes.size())),
                  bytes.begin() + static_cast<std::ptrdiff_t>(std::min(page, bytes.size())));
      break;
    }
    default:
      std::copy_n(fresh.begin(), std::min(fresh.size(), bytes.size() - at),
                  bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

Files files_of(Bytes input) {
  Files files = fixed_files();
  if (base::as_text(input).starts_with("SQLite format 3")) {
    files["ledger.db"] = base::to_buffer(input);
    return files;
  }
  Choices choices(input);
  for (int changes = 0; changes < 6 && !choices.empty(); ++changes) {
    const std::string name = kNames[choices.next() % 16 < 12 ? choices.next() % 2 : choices.next() % 5];
    change(files[name], choices);
  }
  return files;
}

void write(const Files& files) {
  for (const char* name : kNames) {
    const auto found = files.find(name);
    if (found == files.end())
      std::filesystem::remove(place() / name);
    else
      Place::put(place() / name, found->second);
  }
}

template <typename Read>
bool reads(Read read) {
  try {
    read();
    return true;
  } catch (const base::Error& error) {
    must(error.kind == base::ErrorKind::format || error.kind == base::ErrorKind::io ||
         error.kind == base::ErrorKind::not_found);
    return false;
  }
}
// The same of the store itself, whose callers put SQLite's words into theirs.
template <typename Read>
bool store_reads(Read read) {
  try {
    return reads(read);
  } catch (const base::SqliteError&) {
    return false;
  }
}

bool same(const std::vector<custody::Entry>& a, const std::vector<custody::Entry>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].leaf != b[i].leaf || a[i].body != b[i].body || a[i].signatures != b[i].signatures ||
        a[i].disclosures != b[i].disclosures)
      return false;
  return true;
}

void use_store() {
  store_reads([] {
    custody::LedgerStore store = custody::LedgerStore::open(place().path(), base::OpenMode::read_only);
    store_reads([&] { store.issuers(); });
    store_reads([&] { store.entries_of("anchor"); });
    std::vector<custody::Entry> all;
    if (!store_reads([&] { all = store.read_all(); })) return;
    must(store.size() == all.size());
    // One by one they are found through the same trees: all of it, or somebody says that it is damaged.
    store_reads([&] {
      for (std::size_t i = 0; i < all.size(); ++i) {
        const custody::Entry one = store.read(i);
        must(one.leaf == all[i].leaf && one.body == all[i].body);
      }
    });
  });
}

void verify() {
  static const std::vector<custody::Entry> kGenuine = fuzz::small_ledger().content().entries;
  LedgerContent content;
  if (!reads([&] { content = custody::read_ledger(place().path()); })) return;
  custody::VerifyReport report;
  if (!reads([&] { report = custody::verify_ledger_folder(place().path(), fuzz::fixed_trust()); })) return;
  const custody::Verdict verdict = report.verdict();
  if (verdict == custody::Verdict::verified) must(same(content.entries, kGenuine));
  if (verdict == custody::Verdict::verified_in_part) must(content.entries.size() == kGenuine.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Files files = files_of(fuzz::bytes_of(data, size));
  write(files);
  use_store();
  verify();
  for (const auto& [name, bytes] : files)
    must(base::read_file(place() / name) == bytes);  // nothing was written
  for (const auto& entry : std::filesystem::directory_iterator(place().path()))
    must(files.contains(entry.path().filename().string()));
  return 0;
}
