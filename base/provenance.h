// SPDX-License-Identifier: Apache-2.0
// Where a record comes from. Grammar and examples: docs/locator.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/json.h"

namespace base {

// A place in evidence, as steps joined by '!': partitions by number, then a path, then nested containers.
//   p2:/data/com.whatsapp/databases/msgstore.db
//   p2:/Users/a/data.tar!/x/y
//   /DCIM/1.jpg                    (a folder or archive without partitions)
// Path bytes outside 0x21-0x7e and the bytes % ! : # are percent-encoded, so every name survives, whatever
// its encoding. A deleted entry is path#inode; an NTFS stream is path:name; unallocated space is
// $unalloc@offset+size.
class Locator {
 public:
  Locator() = default;
  explicit Locator(std::string encoded) : encoded_(std::move(encoded)) {}
  // "p2:" + encoded path; partition 0 means that there are no partitions.
  static Locator in_partition(unsigned partition, std::string_view path_bytes);
  Locator nested(std::string_view path_bytes) const;   // this + '!' + encoded path
  Locator sibling(std::string_view name_bytes) const;  // another entry of the same folder
  const std::string& encoded() const { return encoded_; }
  unsigned partition() const;      // of the first step; 0 where there is none
  std::string last_path() const;   // bytes of the last step's path, decoded
  std::string for_people() const;  // decoded; invalid UTF-8 and control characters made visible
  auto operator<=>(const Locator&) const = default;

 private:
  std::string encoded_;
};
std::string percent_encode_path(std::string_view bytes);
std::string percent_decode(std::string_view text);

// Where in its file a record stands.
struct Row {
  std::string table;
  std::int64_t rowid;
  auto operator<=>(const Row&) const = default;
};
struct PageCell {
  std::string space;
  std::uint64_t page;
  std::uint64_t offset;
  auto operator<=>(const PageCell&) const = default;
};  // space: "db", "wal" (page = frame), "freelist"
struct Range {
  std::uint64_t offset;
  std::uint64_t size;
  auto operator<=>(const Range&) const = default;
};
struct StoreKey {
  std::string key;
  std::uint64_t sequence;
  std::uint64_t offset;
  auto operator<=>(const StoreKey&) const = default;
};  // key bytes in hexadecimal
struct Element {
  std::string pointer;
  auto operator<=>(const Element&) const = default;
};  // RFC 6901 or the like
struct Whole {
  auto operator<=>(const Whole&) const = default;
};  // the file itself
using Position = std::variant<Whole, Row, PageCell, Range, StoreKey, Element>;

// ["row","sms","17"], ["cell","wal","3","412"], ["range","0","512"], ["key","64617461","21","46617"],
// ["element","/a/0"], ["whole"]; all numbers as decimal strings. JsonError where it is none of these.
Json position_to_json(const Position& position);
Position position_from_json(const Json& json);

enum class State { live, wal_superseded, recovered };
std::string_view name_of(State state);    // "live", "wal-superseded", "recovered"
State state_from(std::string_view name);  // JsonError

using RecordId = std::string;  // 26 characters of base32 (128 bits)

// The first 128 bits of SHA-256 over JCS [exhibit uid, acquisition, locator, position, state, type, ordinal].
// `acquisition` is "a1", "a2", …; `ordinal` tells records of one type from one position apart.
RecordId record_id(std::string_view exhibit_uid, std::string_view acquisition, const Locator& locator,
                   const Position& position, State state, std::string_view type, std::uint32_t ordinal);

}  // namespace base
