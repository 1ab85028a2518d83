// SPDX-License-Identifier: Apache-2.0
// A tree written down, for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "parse/evidence_tree.h"

namespace support {

struct Listing {
  std::map<std::string, parse::EntryFacts> entries;  // by encoded locator
  std::vector<std::string> order;
  std::vector<std::string> anomalies;  // "code locator"
  bool has(const std::string& locator) const { return entries.contains(locator); }
};

inline Listing list(parse::EvidenceTree& tree) {
  Listing listing;
  tree.walk(
      [&](const parse::EntryFacts& facts) {
        EXPECT_FALSE(listing.has(facts.locator.encoded())) << "twice: " << facts.locator.encoded();
        listing.order.push_back(facts.locator.encoded());
        listing.entries[facts.locator.encoded()] = facts;
      },
      [&](const parse::TreeAnomaly& anomaly) {
        listing.anomalies.push_back(anomaly.code + " " + anomaly.locator.encoded());
      });
  return listing;
}

inline std::string content(parse::EvidenceTree& tree, const std::string& locator) {
  const auto source = tree.open(base::Locator(locator));
  return source ? std::string(base::as_text(base::read_all(*source, 64 << 20))) : "no such file";
}

}  // namespace support
