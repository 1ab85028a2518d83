// SPDX-License-Identifier: Apache-2.0
#include "base/wal.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "base/sqlite.h"

namespace base {
namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // the lowest bit says: checksums over big-endian words
constexpr std::uint64_t kSchemaSteps = 20'000'000;
constexpr std::uint64_t kCheckedBytes = 256ull << 20;  // a check reads every page; beyond this it is left out
constexpr int kInterrupt = 9;                          // SQLITE_INTERRUPT

struct Checksum {
  std::uint32_t first = 0, second = 0;
  bool operator==(const Checksum&) const = default;
};

// REQUIRES: a multiple of 8 bytes.
void add(Checksum& sum, Bytes bytes, bool big_endian) {
  ByteReader reader(bytes);
  while (reader.left() >= 8) {
    sum.first += (big_endian ? reader.u32be() : reader.u32le()) + sum.second;
    sum.second += (big_endian ? reader.u32be() : reader.u32le()) + sum.first;
  }
}

struct WalHeader {
  std::uint32_t page_bytes = 0;
  Checksum salt, checksum;
  bool big_endian = false;
};

bool is_page_size(std::uint32_t size) {
  return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

std::optional<WalHeader> read_header(ByteSource& wal) {
  std::array<std::byte, kHeader> bytes{};
  if (wal.read_at(0, bytes) < kHeader) return std::nullopt;
  ByteReader reader(bytes);
  const std::uint32_t magic = reader.u32be();
  reader.skip(4);  // version
  WalHeader header;
  header.page_bytes = reader.u32be();
  reader.skip(4);  // checkpoint sequence
  header.salt = {reader.u32be(), 0};
  header.salt.second = reader.u32be();
  header.big_endian = magic & 1;
  add(header.checksum, Bytes(bytes).first(24), header.big_endian);
  const Checksum stored = [&] {
    const std::uint32_t first = reader.u32be();
    return Checksum{first, reader.u32be()};
  }();
  if ((magic & ~1u) != kMagic || !is_page_size(header.page_bytes) || stored != header.checksum)
    return std::nullopt;
  return header;
}

// The committed pages: number -> offset of their newest content in the WAL.
struct Committed {
  std::map<std::uint32_t, std::uint64_t> pages;
  std::uint32_t size_in_pages = 0;
};

enum class FrameState { valid, of_another_generation, invalid };

struct Frame {
  std::uint32_t page = 0;
  std::uint32_t size_after_commit = 0;  // 0: no commit
  FrameState state = FrameState::invalid;
};

Frame read_frame(Bytes bytes, const WalHeader& header, Checksum& running) {
  ByteReader reader(bytes);
  Frame frame{reader.u32be(), 0, FrameState::invalid};
  frame.size_after_commit = reader.u32be();
  Checksum salt{reader.u32be(), 0};
  salt.second = reader.u32be();
  Checksum stored{reader.u32be(), 0};
  stored.second = reader.u32be();
  if (salt != header.salt) {
    frame.state = FrameState::of_another_generation;
    return frame;
  }
  add(running, bytes.first(8), header.big_endian);
  add(running, bytes.subspan(kFrameHeader), header.big_endian);
  if (running == stored && frame.page != 0) frame.state = FrameState::valid;
  return frame;
}

Committed read_frames(ByteSource& wal, const WalHeader& header, WalFindings& findings) {
  Committed committed;
  std::map<std::uint32_t, std::uint64_t> pending;
  const std::uint64_t frame_bytes = kFrameHeader + header.page_bytes;
  const std::uint64_t frames = (wal.size() - kHeader) / frame_bytes;
  Checksum running = header.checksum;
  Buffer bytes(frame_bytes);
  for (std::uint64_t number = 0; number < frames; ++number) {
    const std::uint64_t offset = kHeader + number * frame_bytes;
    if (wal.read_at(offset, bytes) < frame_bytes) break;
    const Frame frame = read_frame(bytes, header, running);
    if (frame.state != FrameState::valid) {
      findings.frames_left_over = frames - number;
      if (frame.state == FrameState::invalid) findings.codes.emplace_back("wal_frames_invalid");
      break;
    }
    ++findings.frames_uncommitted;
    pending[frame.page] = offset + kFrameHeader;
    if (frame.size_after_commit == 0) continue;
    for (const auto& [page, at] : pending) committed.pages[page] = at;
    pending.clear();
    committed.size_in_pages = frame.size_after_commit;
    findings.frames_committed += std::exchange(findings.frames_uncommitted, 0);
  }
  return committed;
}

// What page 1 says of its database (file format, section 1.3).
struct PageOne {
  std::uint32_t page_bytes, change_counter, schema_cookie, encoding, application;
  std::uint8_t reserved;
};

std::optional<PageOne> read_page_one(ByteSource& source, std::uint64_t offset) {
  std::array<std::byte, 100> bytes{};
  if (source.read_at(offset, bytes) < bytes.size()) return std::nullopt;
  if (as_text(bytes).substr(0, 16) != std::string_view("SQLite format 3\0", 16)) return std::nullopt;
  const auto word = [&](std::size_t at) { return ByteReader(Bytes(bytes).subspan(at)).u32be(); };
  const std::uint32_t stored = ByteReader(Bytes(bytes).subspan(16)).u16be();
  return PageOne{stored == 1 ? 65536 : stored,
                 word(24),
                 word(40),
                 word(56),
                 word(68),
                 std::to_integer<std::uint8_t>(bytes[20])};
}

// Nothing where it could not be told within the budget.
std::optional<bool> is_consistent(std::map<std::string, std::shared_ptr<ByteSource>> files) {
  try {
    Database database = Database::open_evidence(std::move(files), kSchemaSteps);
    Statement statement = database.prepare("PRAGMA quick_check(1)");
    return statement.step() && statement.text(0) == "ok";
  } catch (const SqliteError& error) {
    if (error.code == kInterrupt) return std::nullopt;
    return false;
  }
}

using SchemaRow = std::array<std::string, 4>;  // type, name, root page, statement
std::optional<std::vector<SchemaRow>> schema_of(std::map<std::string, std::shared_ptr<ByteSource>> files) {
  try {
    Database database = Database::open_evidence(std::move(files), kSchemaSteps);
    Statement statement =
        database.prepare("SELECT type,name,rootpage,sql FROM sqlite_schema ORDER BY type,name,rootpage");
    std::vector<SchemaRow> rows;
    while (statement.step()) {
      SchemaRow row;
      for (int column = 0; column < 4; ++column)
        row[static_cast<std::size_t>(column)] = statement.text(column).value_or("");
      rows.push_back(std::move(row));
    }
    return rows;
  } catch (const SqliteError&) {
    return std::nullopt;  // whoever opens the database for its content will say so
  }
}

// A newer state of the same database never counts backwards, nor changes what is fixed when it is made.
bool page_ones_contradict(const PageOne& main, const PageOne& wal) {
  const bool main_is_empty = main.schema_cookie == 0;
  if (main.reserved != wal.reserved) return true;
  if (!main_is_empty && main.encoding != wal.encoding) return true;
  return wal.schema_cookie < main.schema_cookie || wal.change_counter < main.change_counter;
}

// The same cookie means the same schema. A newer one still has something of that name.
bool schemas_contradict(const std::vector<SchemaRow>& main, const std::vector<SchemaRow>& wal,
                        bool same_cookie) {
  if (same_cookie) return main != wal;
  if (main.empty()) return false;
  return std::none_of(main.begin(), main.end(), [&](const SchemaRow& row) {
    return std::any_of(wal.begin(), wal.end(),
                       [&](const SchemaRow& other) { return row[0] == other[0] && row[1] == other[1]; });
  });
}

// The root of a table is a table page (0x05, 0x0d), the root of an index an index page (0x02, 0x0a).
bool roots_contradict(const std::vector<SchemaRow>& schema, ByteSource& wal, const Committed& committed) {
  return std::any_of(schema.begin(), schema.end(), [&](const SchemaRow& row) {
    const auto root = static_cast<std::uint32_t>(std::strtoul(row[2].c_str(), nullptr, 10));
    const auto found = committed.pages.find(root);
    std::array<std::byte, 1> flag{};
    if (root < 2 || found == committed.pages.end() || wal.read_at(found->second, flag) != 1) return false;
    const auto kind = std::to_integer<unsigned>(flag[0]);
    if (row[0] == "index") return kind != 0x02 && kind != 0x0a;
    return row[3].find("WITHOUT") == std::string::npos && kind != 0x05 && kind != 0x0d;
  });
}

// Pages beyond the end of the main file can only be in the WAL.
bool pages_are_missing(std::uint64_t main_pages, const Committed& committed) {
  if (committed.size_in_pages <= main_pages) return false;
  const auto first = committed.pages.upper_bound(static_cast<std::uint32_t>(main_pages));
  const auto last = committed.pages.upper_bound(committed.size_in_pages);
  return static_cast<std::uint64_t>(std::distance(first, last)) != committed.size_in_pages - main_pages;
}

bool contradicts(const std::shared_ptr<ByteSource>& database, const std::shared_ptr<ByteSource>& wal,
                 const PageOne& main, const Committed& committed) {
  if (pages_are_missing(database->size() / main.page_bytes, committed)) return true;
  const auto before = schema_of({{"", database}});
  const auto in_wal = committed.pages.find(1);
  if (in_wal == committed.pages.end()) return before && roots_contradict(*before, *wal, committed);
  const auto after_page = read_page_one(*wal, in_wal->second);
  if (!after_page || page_ones_contradict(main, *after_page)) return true;
  const auto after = schema_of({{"", database}, {"-wal", wal}});
  const bool same_cookie = main.schema_cookie == after_page->schema_cookie;
  return before && after && schemas_contradict(*before, *after, same_cookie);
}

void compare(const std::shared_ptr<ByteSource>& database, const std::shared_ptr<ByteSource>& wal,
             WalFindings& findings) {
  const auto header = read_header(*wal);
  if (!header) {
    findings.codes.emplace_back("wal_header_invalid");
    return;
  }
  findings.page_bytes = header->page_bytes;
  const Committed committed = read_frames(*wal, *header, findings);
  const auto main = read_page_one(*database, 0);
  if (!main || findings.frames_committed == 0 || !is_page_size(main->page_bytes)) return;
  if (main->page_bytes != header->page_bytes) {
    findings.codes.emplace_back("wal_page_size_differs");
    return;
  }
  if (committed.size_in_pages < database->size() / main->page_bytes)
    findings.codes.emplace_back("wal_shrinks_database");
  if (contradicts(database, wal, *main, committed)) findings.codes.emplace_back("wal_of_other_database");
  if (database->size() + wal->size() > kCheckedBytes) return;
  if (is_consistent({{"", database}}) == true && is_consistent({{"", database}, {"-wal", wal}}) == false)
    findings.codes.emplace_back("wal_breaks_database");
}

}  // namespace

bool WalFindings::has(std::string_view code) const {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

WalFindings wal_findings(const std::shared_ptr<ByteSource>& database,
                         const std::shared_ptr<ByteSource>& wal) {
  WalFindings findings;
  if (wal->size() == 0) return findings;
  try {
    compare(database, wal, findings);
  } catch (const ReadError&) {
    findings.codes.emplace_back("wal_unreadable");
  }
  std::sort(findings.codes.begin(), findings.codes.end());
  return findings;
}

}  // namespace base
