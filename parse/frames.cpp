// SPDX-License-Identifier: Apache-2.0
#include "parse/frames.h"

#include <array>
#include <cassert>
#include <cerrno>

#include <unistd.h>

#include "base/file.h"

namespace parse {
namespace {

constexpr std::size_t kFlushAt = 64 * 1024;
constexpr std::chrono::seconds kSilence{1};

bool is_kind(std::uint8_t value) {
  return (value >= 1 && value <= 6) || (value >= 16 && value <= 28);
}

}  // namespace

base::Json Frame::json() const {
  try {
    return base::parse_json(payload, {kLongestFrame, 8});
  } catch (const base::JsonError&) {
    throw ProtocolError("a frame that should hold JSON holds none");
  }
}

void append_frame(base::Buffer& out, FrameKind kind, base::Bytes payload) {
  assert(payload.size() < kLongestFrame);
  const auto length = static_cast<std::uint32_t>(payload.size() + 1);
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<std::byte>(length >> shift & 0xffu));
  out.push_back(static_cast<std::byte>(kind));
  out.insert(out.end(), payload.begin(), payload.end());
}

void FrameSplitter::feed(base::Bytes bytes) {
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
  held_.insert(held_.end(), bytes.begin(), bytes.end());
}

std::optional<Frame> FrameSplitter::next() {
  base::ByteReader reader(base::Bytes(held_).subspan(used_));
  if (reader.left() < kFrameHeader) return std::nullopt;
  const std::uint32_t length = reader.u32le();
  if (length == 0 || length > kLongestFrame) throw ProtocolError("a frame of a length that none has");
  const std::uint8_t kind = reader.u8();
  if (!is_kind(kind)) throw ProtocolError("a frame of an unknown kind");
  if (reader.left() < length - 1) return std::nullopt;
  used_ += kFrameHeader + length - 1;
  return Frame{static_cast<FrameKind>(kind), base::to_buffer(reader.take(length - 1))};
}

std::optional<Frame> FramePipe::read() {
  std::array<std::byte, 16 * 1024> block;
  while (true) {
    if (auto frame = splitter_.next()) return frame;
    const ssize_t count = ::read(in_, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    splitter_.feed(base::Bytes(block).first(static_cast<std::size_t>(count)));
  }
}

void FramePipe::write(FrameKind kind, base::Bytes payload) {
  append_frame(pending_, kind, payload);
  if (pending_.size() >= kFlushAt || Clock::now() - flushed_ > kSilence) flush();
}

void FramePipe::write(FrameKind kind, const base::Json& json) {
  write(kind, base::as_bytes(json.canonical()));
}

void FramePipe::flush() {
  base::write_all(out_, pending_, "the pipe to the parent");
  pending_.clear();
  flushed_ = Clock::now();
}

void FramePipe::busy() {
  if (Clock::now() - flushed_ <= kSilence) return;
  write(FrameKind::busy, base::Bytes());
  flush();
}

}  // namespace parse
