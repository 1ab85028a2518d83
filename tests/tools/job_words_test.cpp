// SPDX-License-Identifier: Apache-2.0
#include "tools/job_words.h"

#include <gtest/gtest.h>

namespace {

using tools::Origin;
using tools::SourceKind;

constexpr std::uint64_t kStep = 64u << 20;

acquire::SourceFacts facts(bool block_device, const char* bus) {
  acquire::SourceFacts facts;
  facts.block_device = block_device;
  if (bus != nullptr) facts.bus = bus;
  return facts;
}

TEST(JobWords, TheAdviceFitsTheSource) {
  EXPECT_EQ(tools::advice_when_lost(SourceKind::device, Origin::attached, kStep),
            "Attach it again and give the same label: it goes on from 64.0 MiB.");
  EXPECT_EQ(tools::advice_when_lost(SourceKind::device, Origin::given, kStep),
            "Attach it again and give the same command again: it goes on from 64.0 MiB.");
  EXPECT_EQ(tools::advice_when_lost(SourceKind::file, Origin::given, kStep),
            "See to it that the file can be read and give the same command again: it goes on from 64.0 MiB.");
  EXPECT_EQ(tools::advice_when_lost(SourceKind::server, Origin::given, kStep),
            "See to it that the server answers and give the same command again: it goes on from 64.0 MiB.");
}

TEST(JobWords, WhatIsNotKeptIsNotPromised) {
  EXPECT_EQ(tools::words_of_going_on(0), "it is read from the start");
  EXPECT_EQ(tools::words_of_going_on(std::nullopt), "it goes on");
  EXPECT_EQ(tools::advice_when_stopped(Origin::given, 0),
            "Give the same command again: it is read from the start.");
  EXPECT_EQ(tools::advice_when_stopped(Origin::attached, 3 * kStep),
            "Attach it again and give the same label: it goes on from 192.0 MiB.");
}

TEST(JobWords, WhatASourceIs) {
  EXPECT_EQ(tools::kind_of(facts(true, "usb")), SourceKind::device);
  EXPECT_EQ(tools::kind_of(facts(false, "nbd")), SourceKind::server);
  EXPECT_EQ(tools::kind_of(facts(false, nullptr)), SourceKind::file);
}

}  // namespace
