// SPDX-License-Identifier: Apache-2.0
#include "base/evidence_vfs.h"

#include <atomic>
#include <cstring>
#include <new>

#include <sqlite3.h>
#include <unistd.h>

namespace base {
namespace {

// A hot journal of a big database is rolled back page by page into memory; more than this is refused with
// SQLITE_FULL, which the caller reports.
constexpr std::uint64_t kOverlayBytes = 256ull << 20;
constexpr std::string_view kNameStart = "/evidence/";
constexpr const char* kVfsName = "holdfast-evidence";

using ConnectionPointer = std::shared_ptr<EvidenceConnection>;

struct Registry {
  std::mutex mutex;
  std::map<std::string, ConnectionPointer, std::less<>> connections;  // "/evidence/17" -> connection
};
Registry& registry() {
  static Registry the_registry;
  return the_registry;
}

struct Named {
  ConnectionPointer connection;
  std::string suffix;
};

// A super-journal's name comes from the evidence and may be anything; it finds nothing here.
Named find_named(std::string_view name) {
  const auto suffix_at = name.find('-', kNameStart.size());
  const auto stem = name.substr(0, suffix_at);
  const std::lock_guard lock(registry().mutex);
  const auto found = registry().connections.find(stem);
  if (found == registry().connections.end()) return {};
  return {found->second, suffix_at == std::string_view::npos ? "" : std::string(name.substr(suffix_at))};
}

// What SQLite sees as an open file. A file without a name is a temporary one of its own.
struct OpenFile {
  sqlite3_file sqlite{};
  ConnectionPointer connection;
  std::string suffix;
  std::unique_ptr<OverlayFile> temporary;
  OverlayBudget temporary_budget{kOverlayBytes};
  int lock = SQLITE_LOCK_NONE;

  OverlayFile* overlay() { return temporary ? temporary.get() : connection->find(suffix); }
};

OpenFile& open_file(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}

// Nothing may be thrown through SQLite. Damage in the source becomes the error for a failed read.
template <typename Work>
int guarded(Work work) noexcept {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception&) {
    return SQLITE_IOERR_READ;
  }
}

int close_file(sqlite3_file* file) {
  OpenFile& open = open_file(file);
  if (open.lock != SQLITE_LOCK_NONE && open.connection) open.connection->files().unlock();
  open.~OpenFile();
  return SQLITE_OK;
}

int read_file_at(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  return guarded([&] {
    const std::span out(static_cast<std::byte*>(into), static_cast<std::size_t>(count));
    OverlayFile* overlay = open_file(file).overlay();
    const std::size_t done = overlay ? overlay->read(static_cast<std::uint64_t>(offset), out) : 0;
    std::memset(out.data() + done, 0, out.size() - done);  // SQLite relies on the zeros
    return done == out.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  });
}

int write_file_at(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  return guarded([&] {
    OpenFile& open = open_file(file);
    OverlayFile& overlay = open.temporary ? *open.temporary : open.connection->find_or_make(open.suffix);
    const Bytes bytes(static_cast<const std::byte*>(from), static_cast<std::size_t>(count));
    return overlay.write(static_cast<std::uint64_t>(offset), bytes) ? SQLITE_OK : SQLITE_FULL;
  });
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return guarded([&] {
    if (OverlayFile* overlay = open_file(file).overlay()) overlay->truncate(static_cast<std::uint64_t>(size));
    return SQLITE_OK;
  });
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  return guarded([&] {
    OverlayFile* overlay = open_file(file).overlay();
    *size = overlay ? static_cast<sqlite3_int64>(overlay->size()) : 0;
    return SQLITE_OK;
  });
}

int lock_file(sqlite3_file* file, int level) {
  return guarded([&] {
    OpenFile& open = open_file(file);
    const bool first = open.lock == SQLITE_LOCK_NONE && level > SQLITE_LOCK_NONE;
    if (first && open.connection && !open.connection->files().lock()) return SQLITE_BUSY;
    if (level > open.lock) open.lock = level;
    return SQLITE_OK;
  });
}

int unlock_file(sqlite3_file* file, int level) {
  return guarded([&] {
    OpenFile& open = open_file(file);
    if (level == SQLITE_LOCK_NONE && open.lock != SQLITE_LOCK_NONE && open.connection) {
      if (open.connection->files().may_change()) open.connection->forget();
      open.connection->files().unlock();
    }
    if (level < open.lock) open.lock = level;
    return SQLITE_OK;
  });
}

// "Nobody has it reserved" is what makes a journal that lies there a hot one.
int check_reserved(sqlite3_file* file, int* reserved) {
  return guarded([&] {
    OpenFile& open = open_file(file);
    *reserved = open.connection && open.connection->files().somebody_writes() ? 1 : 0;
    return SQLITE_OK;
  });
}

int sync_nothing(sqlite3_file*, int) {
  return SQLITE_OK;
}
int control_nothing(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 4096;
}
// Never SQLITE_IOCAP_IMMUTABLE: it would make SQLite ignore the WAL.
int characteristics(sqlite3_file*) {
  return 0;
}

// Version 1: no shared memory, so SQLite keeps the index of a WAL in its heap.
const sqlite3_io_methods kMethods{
    1,         close_file,  read_file_at,   write_file_at,   truncate_file, sync_nothing,    size_of_file,
    lock_file, unlock_file, check_reserved, control_nothing, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,     nullptr,        nullptr,         nullptr};

int fill_open_file(OpenFile& open, const char* name, int flags) {
  if (!name) {
    open.temporary = std::make_unique<OverlayFile>(nullptr, open.temporary_budget);
    return SQLITE_OK;
  }
  Named named = find_named(name);
  if (!named.connection) return SQLITE_CANTOPEN;
  if (!named.connection->find(named.suffix)) {
    if (!(flags & SQLITE_OPEN_CREATE) || named.suffix.empty()) return SQLITE_CANTOPEN;
    named.connection->find_or_make(named.suffix);
  }
  open.connection = std::move(named.connection);
  open.suffix = std::move(named.suffix);
  return SQLITE_OK;
}

int open_named(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;  // tells SQLite that there is nothing to close where opening fails
  auto* open = new (file) OpenFile;
  const int code = guarded([&] { return fill_open_file(*open, name, flags); });
  if (code != SQLITE_OK) {
    open->~OpenFile();
    file->pMethods = nullptr;
    return code;
  }
  open->sqlite.pMethods = &kMethods;
  if (out_flags) *out_flags = flags;
  return SQLITE_OK;
}

int remove_named(sqlite3_vfs*, const char* name, int) {
  return guarded([&] {
    if (const Named named = find_named(name); named.connection) named.connection->remove(named.suffix);
    return SQLITE_OK;
  });
}

// As SQLite's own VFS for Unix, an empty file counts as none.
int exists_named(sqlite3_vfs*, const char* name, int, int* answer) {
  return guarded([&] {
    const Named named = find_named(name);
    const OverlayFile* overlay = named.connection ? named.connection->find(named.suffix) : nullptr;
    *answer = overlay && overlay->size() > 0 ? 1 : 0;
    return SQLITE_OK;
  });
}

int full_name(sqlite3_vfs*, const char* name, int capacity, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(capacity)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

// Chance and time would make two runs differ.
int no_randomness(sqlite3_vfs*, int count, char* out) {
  std::memset(out, 0, static_cast<std::size_t>(count));
  return count;
}
int sleep_for(sqlite3_vfs*, int microseconds) {
  usleep(static_cast<useconds_t>(microseconds));  // while a writer of one of our own databases is at work
  return microseconds;
}
int no_time(sqlite3_vfs*, double* julian_day) {
  *julian_day = 2440587.5;  // 1970-01-01T00:00:00Z
  return SQLITE_OK;
}
int no_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

sqlite3_vfs make_vfs() {
  sqlite3_vfs vfs{};
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = 512;
  vfs.zName = kVfsName;
  vfs.xOpen = open_named;
  vfs.xDelete = remove_named;
  vfs.xAccess = exists_named;
  vfs.xFullPathname = full_name;
  vfs.xRandomness = no_randomness;
  vfs.xSleep = sleep_for;
  vfs.xCurrentTime = no_time;
  vfs.xGetLastError = no_last_error;
  return vfs;
}

class FixedFiles final : public EvidenceFiles {
 public:
  explicit FixedFiles(std::map<std::string, std::shared_ptr<ByteSource>> files) : files_(std::move(files)) {}
  std::shared_ptr<ByteSource> find(std::string_view suffix) override {
    const auto found = files_.find(std::string(suffix));
    return found == files_.end() ? nullptr : found->second;
  }

 private:
  std::map<std::string, std::shared_ptr<ByteSource>> files_;
};

}  // namespace

EvidenceConnection::EvidenceConnection(std::unique_ptr<EvidenceFiles> files)
    : files_(std::move(files)), budget_{kOverlayBytes} {}

OverlayFile* EvidenceConnection::find(const std::string& suffix) {
  auto known = opened_.find(suffix);
  if (known == opened_.end()) {
    known = opened_.try_emplace(suffix).first;
    if (auto source = files_->find(suffix)) known->second.emplace(std::move(source), budget_);
  }
  return known->second ? &*known->second : nullptr;
}

OverlayFile& EvidenceConnection::find_or_make(const std::string& suffix) {
  if (OverlayFile* there = find(suffix)) return *there;
  return opened_[suffix].emplace(nullptr, budget_);
}

void EvidenceConnection::remove(const std::string& suffix) {
  if (OverlayFile* there = find(suffix)) there->truncate(0);  // gives its memory back to the budget
  opened_[suffix].reset();
}

void EvidenceConnection::forget() {
  opened_.clear();
  budget_.bytes_left = kOverlayBytes;
}

EvidenceRegistration::EvidenceRegistration(std::unique_ptr<EvidenceFiles> files) {
  static sqlite3_vfs vfs = make_vfs();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  if (registered != SQLITE_OK) throw std::bad_alloc();  // the one way in which it can fail
  static std::atomic<std::uint64_t> last_number{0};
  name_ = std::string(kNameStart) + std::to_string(++last_number);
  const std::lock_guard lock(registry().mutex);
  registry().connections.emplace(name_, std::make_shared<EvidenceConnection>(std::move(files)));
}

EvidenceRegistration::~EvidenceRegistration() {
  const std::lock_guard lock(registry().mutex);
  registry().connections.erase(name_);
}

const char* EvidenceRegistration::vfs_name() {
  return kVfsName;
}

std::unique_ptr<EvidenceFiles> fixed_files(std::map<std::string, std::shared_ptr<ByteSource>> files) {
  return std::make_unique<FixedFiles>(std::move(files));
}

}  // namespace base
