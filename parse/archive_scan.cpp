// SPDX-License-Identifier: Apache-2.0
#include "parse/archive_scan.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "base/handle.h"

namespace parse {
namespace {

constexpr std::size_t kBlock = 64 * 1024;

struct Reading {
  base::ByteSource* source;
  std::uint64_t at = 0;
  std::array<std::byte, kBlock> block{};
};

la_ssize_t read_block(archive* handle, void* data, const void** block) noexcept {
  auto& reading = *static_cast<Reading*>(data);
  try {
    const std::size_t count = reading.source->read_at(reading.at, reading.block);
    reading.at += count;
    *block = reading.block.data();
    return static_cast<la_ssize_t>(count);
  } catch (const std::exception&) {
    archive_set_error(handle, EIO, "the archive's bytes cannot be read");
    return ARCHIVE_FATAL;
  }
}

la_int64_t skip(archive*, void* data, la_int64_t count) noexcept {
  auto& reading = *static_cast<Reading*>(data);
  if (count <= 0) return 0;
  const std::uint64_t left = reading.source->size() - std::min(reading.at, reading.source->size());
  const std::uint64_t step = std::min(left, static_cast<std::uint64_t>(count));
  reading.at += step;
  return static_cast<la_int64_t>(step);
}

la_int64_t seek(archive*, void* data, la_int64_t offset, int from) noexcept {
  auto& reading = *static_cast<Reading*>(data);
  const auto size = static_cast<la_int64_t>(reading.source->size());
  const la_int64_t start = from == SEEK_END   ? size
                           : from == SEEK_CUR ? static_cast<la_int64_t>(reading.at)
                                              : 0;
  la_int64_t target = 0;
  if (__builtin_add_overflow(start, offset, &target) || target < 0 || target > size) return ARCHIVE_FATAL;
  reading.at = static_cast<std::uint64_t>(target);
  return target;
}

using Handle = std::unique_ptr<archive, base::Free<archive_read_free>>;

Handle open_archive(Reading& reading, InputKind kind) {
  Handle handle(archive_read_new());
  if (!handle) throw std::bad_alloc();
  if (kind == InputKind::zip) {
    archive_read_support_format_zip(handle.get());
  } else {
    archive_read_support_format_tar(handle.get());
    archive_read_support_filter_gzip(handle.get());
    archive_read_support_filter_zstd(handle.get());
    archive_read_support_filter_xz(handle.get());
    archive_read_support_filter_bzip2(handle.get());
  }
  archive_read_set_callback_data(handle.get(), &reading);
  archive_read_set_read_callback(handle.get(), read_block);
  archive_read_set_skip_callback(handle.get(), skip);
  archive_read_set_seek_callback(handle.get(), seek);
  return handle;
}

// A name that says that it is UTF-8, or whatever bytes there are.
std::string bytes_of(const char* utf8, const char* raw) {
  if (utf8) return utf8;
  return raw ? raw : "";
}

// A tar holds UTC. A zip holds the wall clock of who packed it, unless an extra field holds UTC; libarchive
// does not tell which it was.
base::Time time_of(std::time_t seconds, long nanoseconds, InputKind kind) {
  std::int64_t microseconds = 0;
  const bool fits = !__builtin_mul_overflow(std::int64_t{seconds}, std::int64_t{1'000'000}, &microseconds);
  if (kind == InputKind::tar && fits) return base::time_from_unix_us(microseconds + nanoseconds / 1000);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  base::Time time;
  time.raw = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                         parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  time.unit = "text";
  time.basis = "local, zone unknown";
  return time;
}

EntryKind kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) || archive_entry_hardlink_utf8(entry)) return EntryKind::file;
  const auto type = archive_entry_filetype(entry);
  return type == AE_IFREG ? EntryKind::file : type == AE_IFDIR ? EntryKind::folder : EntryKind::other;
}

void fill_times(ArchiveMember& member, archive_entry* entry, InputKind kind) {
  if (archive_entry_mtime_is_set(entry))
    member.modified = time_of(archive_entry_mtime(entry), archive_entry_mtime_nsec(entry), kind);
  if (archive_entry_atime_is_set(entry))
    member.accessed = time_of(archive_entry_atime(entry), archive_entry_atime_nsec(entry), kind);
  if (archive_entry_ctime_is_set(entry))
    member.changed = time_of(archive_entry_ctime(entry), archive_entry_ctime_nsec(entry), kind);
  if (archive_entry_birthtime_is_set(entry))
    member.created = time_of(archive_entry_birthtime(entry), archive_entry_birthtime_nsec(entry), kind);
}

}  // namespace

struct ArchiveScan::State {
  Reading reading;
  InputKind kind;
  Handle handle;

  ArchiveMember member_of(archive_entry* entry, std::uint64_t number);
  bool is_stored(archive_entry* entry) const;
};

// The bytes of a member stand in the archive as they are in a tar that is not compressed (but for sparse
// members), and in a zip where the method is "stored": libarchive names it in the format's name only.
bool ArchiveScan::State::is_stored(archive_entry* entry) const {
  if (archive_entry_is_data_encrypted(entry) || archive_entry_sparse_count(entry) > 0) return false;
  if (kind == InputKind::tar) return archive_filter_count(handle.get()) == 1;
  const char* format = archive_format_name(handle.get());
  return format && std::strstr(format, "(uncompressed)");
}

ArchiveMember ArchiveScan::State::member_of(archive_entry* entry, std::uint64_t number) {
  ArchiveMember member;
  member.number = number;
  member.name = bytes_of(archive_entry_pathname_utf8(entry), archive_entry_pathname(entry));
  member.link_target = bytes_of(archive_entry_hardlink_utf8(entry), archive_entry_hardlink(entry));
  member.kind = kind_of(entry);
  member.size_known = archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0;
  if (member.size_known) member.size = static_cast<std::uint64_t>(archive_entry_size(entry));
  member.encrypted = archive_entry_is_data_encrypted(entry) != 0;
  // After the header, libarchive has consumed exactly what stands before the content.
  if (member.kind == EntryKind::file && member.size_known && is_stored(entry))
    member.stored_at = static_cast<std::uint64_t>(archive_filter_bytes(handle.get(), 0));
  fill_times(member, entry, kind);
  return member;
}

ArchiveScan::ArchiveScan(base::ByteSource& source, InputKind kind)
    : state_(new State{{&source, 0, {}}, kind, nullptr}) {
  state_->handle = open_archive(state_->reading, kind);
}
ArchiveScan::~ArchiveScan() = default;

std::optional<std::string> ArchiveScan::run(const std::function<AfterMember(const ArchiveMember&)>& member) {
  archive* handle = state_->handle.get();
  if (archive_read_open1(handle) != ARCHIVE_OK) return "it cannot be opened";
  for (std::uint64_t number = 1;; ++number) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(handle, &entry);
    if (code == ARCHIVE_EOF) return std::nullopt;
    if (code == ARCHIVE_FATAL || code == ARCHIVE_RETRY || code == ARCHIVE_FAILED)
      return fmt::format("it is damaged after {} entries", number - 1);
    if (member(state_->member_of(entry, number)) == AfterMember::stop) return std::nullopt;
  }
}

bool ArchiveScan::read_content(base::Buffer& into, std::uint64_t limit) {
  std::array<std::byte, kBlock> block{};
  for (;;) {
    const la_ssize_t count = archive_read_data(state_->handle.get(), block.data(), block.size());
    if (count == 0) return true;
    if (count < 0) return false;
    const auto room = static_cast<std::size_t>(
        std::min<std::uint64_t>(limit - into.size(), static_cast<std::uint64_t>(count)));
    into.insert(into.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(room));
    if (room < static_cast<std::size_t>(count)) return false;
  }
}

bool is_compressed_tar(base::ByteSource& source) {
  bool is_tar = false;
  ArchiveScan scan(source, InputKind::tar);
  const auto trouble = scan.run([&](const ArchiveMember&) {
    is_tar = true;
    return AfterMember::stop;
  });
  return is_tar && !trouble;
}

}  // namespace parse
