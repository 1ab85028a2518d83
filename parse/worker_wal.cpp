// SPDX-License-Identifier: Apache-2.0
// Source: sqlite.org/fileformat2.html, §1.3 (database header) and §4.1 (WAL file format).
#include "parse/worker_wal.h"

#include <array>
#include <optional>

namespace parse {
namespace {

constexpr std::size_t kDatabaseHeader = 100;
constexpr std::size_t kWalHeader = 32;
constexpr std::size_t kFrameHeader = 24;

// What page 1 says of its database.
struct PageOne {
  std::uint32_t page_size, change_counter, schema_cookie, encoding, application_id;
  bool wal_mode;
  base::Buffer bytes;
};

struct WalHeader {
  std::uint32_t page_size, salt1, salt2;
};

std::optional<base::Buffer> read_part(base::ByteSource& source, std::uint64_t offset, std::size_t size) {
  base::Buffer bytes(size);
  try {
    if (source.read_at(offset, bytes) != size) return std::nullopt;
  } catch (const base::ReadError&) {
    return std::nullopt;  // the digest of the file has told of it already
  }
  return bytes;
}

std::uint32_t u32_at(const base::Buffer& bytes, std::size_t offset) {
  return base::ByteReader(base::Bytes(bytes).subspan(offset)).u32be();
}

std::optional<PageOne> page_one(base::Buffer bytes) {
  if (bytes.size() < kDatabaseHeader || base::as_text(base::Bytes(bytes).first(15)) != "SQLite format 3")
    return std::nullopt;
  base::ByteReader sizes(base::Bytes(bytes).subspan(16));
  const std::uint32_t stored = sizes.u16be();
  PageOne page{stored == 1 ? 65536 : stored,
               u32_at(bytes, 24),
               u32_at(bytes, 40),
               u32_at(bytes, 56),
               u32_at(bytes, 68),
               bytes[18] == std::byte{2},
               {}};
  page.bytes = std::move(bytes);
  return page;
}

std::optional<WalHeader> wal_header(base::ByteSource& wal) {
  const auto bytes = read_part(wal, 0, kWalHeader);
  if (!bytes || (u32_at(*bytes, 0) | 1u) != 0x377f0683u) return std::nullopt;
  const WalHeader header{u32_at(*bytes, 8), u32_at(*bytes, 16), u32_at(*bytes, 20)};
  const bool power_of_two = (header.page_size & (header.page_size - 1)) == 0;
  if (header.page_size < 512 || header.page_size > 65536 || !power_of_two) return std::nullopt;
  return header;
}

// The last committed version of page 1 in the log's current generation of frames.
std::optional<PageOne> last_page_one(base::ByteSource& wal, const WalHeader& header) {
  std::uint64_t pending = 0, committed = 0;
  const std::uint64_t frame_size = kFrameHeader + header.page_size;
  for (std::uint64_t at = kWalHeader; at + frame_size <= wal.size(); at += frame_size) {
    const auto frame = read_part(wal, at, kFrameHeader);
    if (!frame || u32_at(*frame, 8) != header.salt1 || u32_at(*frame, 12) != header.salt2) break;
    if (u32_at(*frame, 0) == 1) pending = at;
    if (u32_at(*frame, 4) != 0) committed = pending;
  }
  if (committed == 0) return std::nullopt;
  auto bytes = read_part(wal, committed + kFrameHeader, header.page_size);
  return bytes ? page_one(std::move(*bytes)) : std::nullopt;
}

// True where `later` follows `earlier`, in 32 bits that wrap.
bool behind(std::uint32_t later, std::uint32_t earlier) {
  return later - earlier > 0x7fffffffu;
}

bool same_schema_page(const PageOne& a, const PageOne& b) {
  return base::as_text(base::Bytes(a.bytes).subspan(kDatabaseHeader)) ==
         base::as_text(base::Bytes(b.bytes).subspan(kDatabaseHeader));
}

void compare(const PageOne& main, const PageOne& log, std::vector<WalOddity>& found) {
  if (main.encoding != log.encoding || main.application_id != log.application_id)
    found.push_back({"wal_foreign", "text encoding or application id differ from the database's"});
  if (behind(log.change_counter, main.change_counter) || behind(log.schema_cookie, main.schema_cookie))
    found.push_back({"wal_older", "counters in the log are behind those in the database"});
  if (log.schema_cookie == main.schema_cookie && !same_schema_page(main, log))
    found.push_back({"wal_schema", "the same schema number stands on different schema pages"});
}

}  // namespace

std::vector<WalOddity> wal_oddities(base::ByteSource& database, base::ByteSource& wal) {
  std::vector<WalOddity> found;
  const auto start = read_part(database, 0, kDatabaseHeader);
  const auto head = start ? page_one(*start) : std::nullopt;
  if (!head || wal.size() == 0) return found;
  const auto header = wal_header(wal);
  if (!header) return {{"wal_damaged", "the log has no valid header"}};
  if (!head->wal_mode) found.push_back({"wal_unexpected", "the database is not in WAL mode"});
  if (header->page_size != head->page_size) {
    found.push_back({"wal_page_size", "pages of the log and of the database differ in size"});
    return found;
  }
  auto whole = read_part(database, 0, head->page_size);
  const auto main = whole ? page_one(std::move(*whole)) : std::nullopt;
  const auto log = last_page_one(wal, *header);
  if (main && log) compare(*main, *log, found);
  return found;
}

}  // namespace parse
