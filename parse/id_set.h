// SPDX-License-Identifier: Apache-2.0
// A set of record ids at 16 bytes an id and an open table, for runs of millions of records.
// Thread rule: one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace parse {

class IdSet {
 public:
  // True where it was not there. REQUIRES: a record id (26 characters of base32).
  bool insert(std::string_view id);
  bool contains(std::string_view id) const;
  std::size_t size() const { return size_; }

 private:
  using Key = std::array<std::uint64_t, 2>;
  static Key key_of(std::string_view id);
  std::size_t slot_of(const Key& key) const;
  void grow();
  std::vector<Key> slots_ = std::vector<Key>(64);
  std::size_t size_ = 0;
};

}  // namespace parse
