// SPDX-License-Identifier: Apache-2.0
// What targets share: a promise that ends the run where it is broken, and views of an input.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.h"

namespace fuzz {

inline void must(bool promise) {
  if (!promise) std::abort();
}

inline base::Bytes bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const std::byte*>(data), size};
}
inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return std::string(reinterpret_cast<const char*>(data), size);
}

// Takes numbers off the front of an input; zeros after its end.
class Choices {
 public:
  explicit Choices(base::Bytes input) : left_(input) {}
  std::uint8_t next() {
    if (left_.empty()) return 0;
    const auto value = std::to_integer<std::uint8_t>(left_.front());
    left_ = left_.subspan(1);
    return value;
  }
  std::size_t below(std::size_t bound) {
    const std::size_t value = next();
    return (bound > 256 ? value << 8 | next() : value) % bound;
  }
  base::Bytes take(std::size_t count) {
    const base::Bytes part = left_.first(count < left_.size() ? count : left_.size());
    left_ = left_.subspan(part.size());
    return part;
  }
  bool empty() const { return left_.empty(); }
  base::Bytes rest() const { return left_; }

 private:
  base::Bytes left_;
};

}  // namespace fuzz
