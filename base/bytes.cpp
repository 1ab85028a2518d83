// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace base {

Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Buffer to_buffer(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string to_hex(Bytes bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(bytes.size() * 2, '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = kDigits[std::to_integer<unsigned>(bytes[i]) >> 4];
    out[2 * i + 1] = kDigits[std::to_integer<unsigned>(bytes[i]) & 15];
  }
  return out;
}

namespace {

using DigitValues = std::array<std::int8_t, 256>;  // -1 for what is no digit

constexpr DigitValues values_of(std::string_view alphabet) {
  DigitValues values{};
  values.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr DigitValues kHexValues = values_of("0123456789abcdef");

}  // namespace

void from_hex(std::string_view text, std::span<std::byte> into) {
  if (text.size() != 2 * into.size()) throw std::invalid_argument("another number of hexadecimal digits");
  for (std::size_t i = 0; i < into.size(); ++i) {
    const int high = kHexValues[static_cast<unsigned char>(text[2 * i])],
              low = kHexValues[static_cast<unsigned char>(text[2 * i + 1])];
    if (high < 0 || low < 0) throw std::invalid_argument("not a lower-case hexadecimal digit");
    into[i] = static_cast<std::byte>(high << 4 | low);
  }
}

Buffer from_hex(std::string_view text) {
  Buffer out(text.size() / 2);
  from_hex(text, out);
  return out;
}

namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr DigitValues kBase64Values = values_of(kBase64), kBase64UrlValues = values_of(kBase64Url);
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";

// Digits of `bits` bits each, most significant first; the last one padded with zero bits.
std::string to_digits(Bytes bytes, std::string_view alphabet, unsigned bits) {
  std::string out;
  std::uint32_t window = 0;
  unsigned filled = 0;
  for (std::byte byte : bytes) {
    window = window << 8 | std::to_integer<std::uint32_t>(byte);
    filled += 8;
    while (filled >= bits) {
      filled -= bits;
      out += alphabet[window >> filled & ((1U << bits) - 1)];
    }
  }
  if (filled > 0) out += alphabet[window << (bits - filled) & ((1U << bits) - 1)];
  return out;
}

Buffer from_digits(std::string_view text, const DigitValues& values) {
  Buffer out(text.size() * 3 / 4);
  std::size_t count = 0;
  std::uint32_t window = 0;
  unsigned filled = 0;
  int all = 0;  // negative once one was no digit
  for (const char c : text) {
    const int value = values[static_cast<unsigned char>(c)];
    all |= value;
    window = window << 6 | (static_cast<std::uint32_t>(value) & 0x3f);
    filled += 6;
    if (filled < 8) continue;
    filled -= 8;
    out[count++] = static_cast<std::byte>(window >> filled & 0xff);
  }
  if (all < 0) throw std::invalid_argument("not a base64 character");
  if (filled == 6 || (window & ((1U << filled) - 1)) != 0) {
    throw std::invalid_argument("base64 of a wrong length or with stray bits at its end");
  }
  return out;
}

}  // namespace

std::string to_base64(Bytes bytes) {
  std::string out = to_digits(bytes, kBase64, 6);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

Buffer from_base64(std::string_view text) {
  if (text.size() % 4 != 0) throw std::invalid_argument("base64 without its padding");
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  const Buffer out = from_digits(text.substr(0, text.size() - padding), kBase64Values);
  if ((3 - out.size() % 3) % 3 != padding) throw std::invalid_argument("base64 with wrong padding");
  return out;
}

std::string to_base64url(Bytes bytes) {
  return to_digits(bytes, kBase64Url, 6);
}
Buffer from_base64url(std::string_view text) {
  return from_digits(text, kBase64UrlValues);
}
std::string to_base32(Bytes bytes) {
  return to_digits(bytes, kBase32, 5);
}

namespace {

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Buffer bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= bytes_.size()) return 0;
    const std::size_t count = std::min<std::uint64_t>(into.size(), bytes_.size() - offset);
    std::memcpy(into.data(), bytes_.data() + offset, count);
    return count;
  }

 private:
  Buffer bytes_;
};

class SliceSource final : public ByteSource {
 public:
  SliceSource(std::shared_ptr<ByteSource> source, std::uint64_t offset, std::uint64_t size)
      : source_(std::move(source)), offset_(offset), size_(size) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset >= size_) return 0;
    const std::size_t count = std::min<std::uint64_t>(into.size(), size_ - offset);
    return source_->read_at(offset_ + offset, into.first(count));
  }

 private:
  std::shared_ptr<ByteSource> source_;
  std::uint64_t offset_, size_;
};

}  // namespace

std::shared_ptr<ByteSource> in_memory(Buffer bytes) {
  return std::make_shared<MemorySource>(std::move(bytes));
}

std::shared_ptr<ByteSource> slice(std::shared_ptr<ByteSource> source, std::uint64_t offset,
                                  std::uint64_t size) {
  const std::uint64_t whole = source->size();
  const std::uint64_t start = std::min(offset, whole);
  return std::make_shared<SliceSource>(std::move(source), start, std::min(size, whole - start));
}

Buffer read_all(ByteSource& source, std::uint64_t limit) {
  if (source.size() > limit) throw ReadError("larger than the limit for reading whole", 0, source.size());
  Buffer out(source.size());
  std::size_t done = 0;
  while (done < out.size()) {
    const std::size_t count = source.read_at(done, std::span(out).subspan(done));
    if (count == 0) throw ReadError("shorter than its stated size", done, out.size() - done);
    done += count;
  }
  return out;
}

void ByteReader::too_short() {
  throw Truncated("the data end before the length that they state");
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    const std::uint64_t byte = u8();
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw Truncated("a variable-length number that does not end");
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0 || length > text.size() - i) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      point = point << 6 | (next & 0x3fU);
    }
    static constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    if (point < kSmallest[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return false;
    i += length;
  }
  return true;
}

}  // namespace base
