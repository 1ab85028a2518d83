// SPDX-License-Identifier: Apache-2.0
// Frames between the parent and its workers, over two pipes. A frame is
//   u32 little-endian   length of what follows, 1 to kLongestFrame
//   u8                  kind
//   payload             JSON, a record line, or bytes: by kind
// The table of kinds and their payloads is in docs/parsing.md.
// Thread rule: a writer or splitter belongs to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/json.h"

namespace parse {

inline constexpr std::size_t kLongestFrame = 2 * 1024 * 1024;
inline constexpr std::size_t kFrameHeader = 5;

enum class FrameKind : std::uint8_t {
  // to the worker
  config = 1,
  list = 2,
  pair = 3,
  open = 4,
  read = 5,
  close = 6,
  // from the worker
  hello = 16,
  claim = 17,
  tree_anomaly = 18,
  unsupported = 19,
  listed = 20,
  source_known = 21,
  record = 22,
  source = 23,
  done = 24,
  opened = 25,
  bytes = 26,
  refused = 27,
  busy = 28,
};

// The other side broke the rules of frames.
class ProtocolError : public std::runtime_error {
 public:
  explicit ProtocolError(const std::string& what) : std::runtime_error(what) {}
};

struct Frame {
  FrameKind kind;
  base::Buffer payload;
  // The payload as JSON of our own making; ProtocolError where it is none.
  base::Json json() const;
};

// Appends one frame. REQUIRES: the payload is shorter than kLongestFrame.
void append_frame(base::Buffer& out, FrameKind kind, base::Bytes payload);

// Cuts a stream of bytes into frames. Holds at most one frame and what was fed beyond it.
class FrameSplitter {
 public:
  void feed(base::Bytes bytes);
  // The next whole frame, or nothing until more is fed. ProtocolError at a length or kind that is none.
  std::optional<Frame> next();

 private:
  base::Buffer held_;
  std::size_t used_ = 0;
};

// The worker's side: blocking, on descriptors. A closed pipe ends the worker: `read` gives nothing, `write`
// throws base::Error(io).
class FramePipe {
 public:
  FramePipe(int in, int out) : in_(in), out_(out) {}
  std::optional<Frame> read();
  void write(FrameKind kind, base::Bytes payload);
  void write(FrameKind kind, const base::Json& json);
  void flush();
  // Says "busy" where nothing was said for a second. Called now and then during work that may be long.
  void busy();

 private:
  using Clock = std::chrono::steady_clock;
  int in_, out_;
  Clock::time_point flushed_ = Clock::now();
  FrameSplitter splitter_;
  base::Buffer pending_;
};

}  // namespace parse
