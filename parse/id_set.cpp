// SPDX-License-Identifier: Apache-2.0
#include "parse/id_set.h"

#include <cassert>

namespace parse {

namespace {

std::uint64_t base32_value(char c) {
  return static_cast<std::uint64_t>(c >= 'a' ? c - 'a' : c - '2' + 26) & 31u;
}

}  // namespace

// 128 bits: 25 characters of 5 bits and the upper 3 bits of the last.
IdSet::Key IdSet::key_of(std::string_view id) {
  constexpr std::size_t kCharacters = 26;
  assert(id.size() == kCharacters);
  Key key{};
  for (const char c : id.substr(0, kCharacters - 1))
    key = {key[0] << 5 | key[1] >> 59, key[1] << 5 | base32_value(c)};
  key = {key[0] << 3 | key[1] >> 61, key[1] << 3 | base32_value(id[kCharacters - 1]) >> 2};
  return key == Key{} ? Key{0, 1} : key;  // all zero marks an empty slot
}

std::size_t IdSet::slot_of(const Key& key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = static_cast<std::size_t>(key[0]) & mask;
  while (slots_[slot] != Key{} && slots_[slot] != key) slot = (slot + 1) & mask;
  return slot;
}

void IdSet::grow() {
  std::vector<Key> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Key& key : old)
    if (key != Key{}) slots_[slot_of(key)] = key;
}

bool IdSet::insert(std::string_view id) {
  const Key key = key_of(id);
  if (slots_[slot_of(key)] == key) return false;
  if ((size_ + 1) * 2 > slots_.size()) grow();
  slots_[slot_of(key)] = key;
  ++size_;
  return true;
}

bool IdSet::contains(std::string_view id) const {
  const Key key = key_of(id);
  return slots_[slot_of(key)] == key;
}

}  // namespace parse
