// SPDX-License-Identifier: Apache-2.0
// Bytes: views, sources of bytes that can be read at any offset, and the checked reader through which
// every untrusted byte passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace base {

using Bytes = std::span<const std::byte>;
using Buffer = std::vector<std::byte>;

Bytes as_bytes(std::string_view text);
std::string_view as_text(Bytes bytes);
Buffer to_buffer(Bytes bytes);

// Lower-case hexadecimal, and back. `from_hex` throws std::invalid_argument on anything else, upper case too.
std::string to_hex(Bytes bytes);
Buffer from_hex(std::string_view text);
void from_hex(std::string_view text, std::span<std::byte> into);  // as many as there is room for
// RFC 4648 base64 with padding (§4), base64url without (§5), base32 lower case without padding (§6).
// The readers refuse line breaks, wrong padding and non-zero trailing bits (std::invalid_argument).
std::string to_base64(Bytes bytes);
Buffer from_base64(std::string_view text);
std::string to_base64url(Bytes bytes);
Buffer from_base64url(std::string_view text);
std::string to_base32(Bytes bytes);

// Bytes that could not be read from their source: a bad sector, a damaged chunk, a cut file.
class ReadError : public std::runtime_error {
 public:
  ReadError(const std::string& what, std::uint64_t at, std::uint64_t count)
      : std::runtime_error(what), offset(at), length(count) {}
  std::uint64_t offset;
  std::uint64_t length;
};

// Random access to bytes at rest. Implementations may be called from several threads at once.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const = 0;
  // Fills `into` from `offset`; returns the number of bytes, short only at the end of the source.
  // Throws ReadError where the source is damaged.
  virtual std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
};

std::shared_ptr<ByteSource> in_memory(Buffer bytes);
// A window of another source; the part that lies beyond its end is not there.
std::shared_ptr<ByteSource> slice(std::shared_ptr<ByteSource> source, std::uint64_t offset,
                                  std::uint64_t size);
// Everything, up to `limit` bytes; throws ReadError when the source is larger.
Buffer read_all(ByteSource& source, std::uint64_t limit);

// A length or offset in the data points beyond the data.
class Truncated : public std::runtime_error {
 public:
  explicit Truncated(const std::string& what) : std::runtime_error(what) {}
};

// Reads integers and runs of bytes from the front of a view. Every call checks; none reads past the end.
// Throws Truncated.
class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : left_(bytes), size_(bytes.size()) {}
  std::uint8_t u8() { return integer<std::uint8_t, 1>(); }
  std::uint16_t u16le() { return integer<std::uint16_t, 1>(); }
  std::uint32_t u32le() { return integer<std::uint32_t, 1>(); }
  std::uint64_t u64le() { return integer<std::uint64_t, 1>(); }
  std::uint16_t u16be() { return integer<std::uint16_t, -1>(); }
  std::uint32_t u32be() { return integer<std::uint32_t, -1>(); }
  std::uint64_t u64be() { return integer<std::uint64_t, -1>(); }
  // Little-endian base-128, as in protocol buffers and LevelDB; at most 10 bytes.
  std::uint64_t varint();
  Bytes take(std::uint64_t count) {
    if (count > left_.size()) too_short();
    const Bytes out = left_.first(count);
    left_ = left_.subspan(count);
    return out;
  }
  void skip(std::uint64_t count) { take(count); }
  std::size_t offset() const { return size_ - left_.size(); }
  std::size_t left() const { return left_.size(); }
  Bytes rest() const { return left_; }

 private:
  [[noreturn]] static void too_short();
  // Step +1: the first byte is the lowest (little endian); -1: the highest.
  template <typename Integer, int Step>
  Integer integer() {
    const Bytes bytes = take(sizeof(Integer));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
      const std::size_t place = Step > 0 ? i : sizeof(Integer) - 1 - i;
      value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * place);
    }
    return static_cast<Integer>(value);
  }
  Bytes left_;
  std::size_t size_;
};

// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace base
