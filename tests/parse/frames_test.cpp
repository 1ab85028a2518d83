// SPDX-License-Identifier: Apache-2.0
#include "parse/frames.h"

#include <gtest/gtest.h>

namespace parse {
namespace {

base::Buffer frame(FrameKind kind, std::string_view payload) {
  base::Buffer out;
  append_frame(out, kind, base::as_bytes(payload));
  return out;
}

TEST(Frames, HaveAFixedForm) {
  EXPECT_EQ(base::to_hex(frame(FrameKind::record, "ab")),
            "03000000"
            "16"
            "6162");
  EXPECT_EQ(base::to_hex(frame(FrameKind::list, "")),
            "01000000"
            "02");
}

TEST(Frames, AreCutAtAnyByte) {
  base::Buffer stream = frame(FrameKind::claim, "one");
  const base::Buffer second = frame(FrameKind::done, std::string(100'000, 'x'));
  stream.insert(stream.end(), second.begin(), second.end());
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, stream.size()}) {
    FrameSplitter splitter;
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      splitter.feed(base::Bytes(stream).subspan(at, std::min(step, stream.size() - at)));
      while (auto next = splitter.next()) frames.push_back(std::move(*next));
    }
    ASSERT_EQ(frames.size(), 2u) << step;
    EXPECT_EQ(frames[0].kind, FrameKind::claim);
    EXPECT_EQ(base::as_text(frames[0].payload), "one");
    EXPECT_EQ(frames[1].payload.size(), 100'000u);
  }
}

TEST(Frames, RefuseLengthsAndKindsThatAreNone) {
  for (const char* hex :
       {"0000000016", "0100200016", "ffffffff16", "0100000000", "0100000007", "01000000ff"}) {
    FrameSplitter splitter;
    splitter.feed(base::from_hex(hex));
    EXPECT_THROW(splitter.next(), ProtocolError) << hex;
  }
}

TEST(Frames, HoldBackWhatIsNotWhole) {
  FrameSplitter splitter;
  splitter.feed(
      base::from_hex("0300000016"
                     "61"));
  EXPECT_FALSE(splitter.next());
  splitter.feed(base::from_hex("62"));
  EXPECT_TRUE(splitter.next());
  EXPECT_FALSE(splitter.next());
}

TEST(Frames, JsonThatIsNoneIsAProtocolError) {
  EXPECT_THROW((Frame{FrameKind::claim, base::to_buffer(base::as_bytes("{"))}.json()), ProtocolError);
  EXPECT_THROW((Frame{FrameKind::claim, {}}.json()), ProtocolError);
}

}  // namespace
}  // namespace parse
