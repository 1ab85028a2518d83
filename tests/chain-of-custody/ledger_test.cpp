// SPDX-License-Identifier: Apache-2.0
// The writer and its durability: what is acknowledged stays, what is not whole is refused in words.
#include "chain-of-custody/ledger.h"

#include <gtest/gtest.h>

#include "support.h"

namespace custody::test {
namespace {

TEST(Ledger, WhatIsAppendedVerifies) {
  const TestFolder folder;
  const auto ledger = small_ledger(folder);
  EXPECT_EQ(ledger->size(), 7u);
  const LedgerContent content = read_ledger(places_in(folder).folder);
  const VerifyReport report = verify_whole(content, trusting(anna()));
  for (const Check& check : report.checks)
    EXPECT_EQ(check.outcome, Outcome::passed) << check.code << ": " << check.what;
  EXPECT_EQ(report.verdict(), Verdict::verified);
}

TEST(Ledger, OpensAgainAndGoesOn) {
  const TestFolder folder;
  small_ledger(folder);
  const auto ledger = Ledger::open(places_in(folder), anna());
  EXPECT_EQ(ledger->append(check_image(kDisk)).index, 7u);
  EXPECT_EQ(verify_whole(read_ledger(places_in(folder).folder), trusting(anna())).verdict(),
            Verdict::verified);
}

}  // namespace
}  // namespace custody::test
