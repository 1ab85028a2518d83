// SPDX-License-Identifier: Apache-2.0
// Ledgers whose entries say what a test wants them to say, at the times that it wants, as the writer would
// not let it: nobody signed them. Bodies, disclosures and leaves are what a reader takes apart; nothing
// verifies.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/merkle.h"
#include "base/time.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/note.h"

namespace custody::test {

using base::Json;

inline constexpr std::int64_t kMinute_us = std::int64_t{60} * 1'000'000, kHour_us = 60 * kMinute_us;
// 2026-11-22T06:00:00Z: the raid begins.
inline const std::int64_t kRaid_us = *base::parse_utc("2026-11-22T06:00:00Z");

inline Json with(std::initializer_list<Json::Member> members) {
  return Json::object(members);
}

class MadeLedger {
 public:
  std::string who = "a";          // who acts
  std::int64_t clock_off_us = 0;  // of the wall clock, from now on

  explicit MadeLedger(const std::string& station, Json genesis = Json::object(), std::int64_t clock_off = 0)
      : clock_off_us(clock_off), origin_("police.example/KK-2026/" + station) {
    content_.station = station;
    if (!genesis.find("authority")) genesis.set("authority", "warrant 12/2026");
    add("genesis", 0, {}, std::move(genesis));
  }

  // An act so many minutes after the raid began, about these exhibits: uid and what is said of it. Returns
  // its number.
  using Statements = std::vector<std::pair<std::string, Json>>;
  std::uint64_t add(const std::string& act, int minute, const Statements& statements,
                    Json members = Json::object()) {
    Entry entry;
    entry.index = content_.entries.size();
    Json exhibits = Json::array();
    for (const auto& [uid, statement] : statements) {
      Json hidden = statement;
      hidden.set("uid", uid).set("n", ++count_[uid]).set("prev_body_sha256", std::string(64, '0'));
      entry.disclosures.push_back(hide_element(hidden));
      exhibits.push(Json::object({{"...", disclosure_digest(entry.disclosures.back())}}));
    }
    Json body = std::move(members);
    body.set("v", kBodyVersion).set("act", act).set("case", "KK-2026").set("ledger", origin_);
    body.set("ledger_genesis", content_.entries.empty() ? std::string(64, '0') : genesis());
    body.set("nonce", base::to_base64url(base::Buffer(16, std::byte{7})));
    body.set("parties", Json::array({party(who)}));
    const std::int64_t passed_us = minute * kMinute_us;
    body.set("time", Json::object({{"utc", base::format_utc(kRaid_us + passed_us + clock_off_us)},
                                   {"boot", "b1"},
                                   {"mono_ms", std::to_string(1'000'000'000 + passed_us / 1000)}}));
    body.set("tool", Json::object()).set("exhibits", exhibits).set("_sd_alg", kDigestAlgorithm);
    const std::string text = body.canonical();
    entry.body = bytes_of(text);
    Leaf leaf;
    leaf.body_sha256 = base::sha256(*entry.body);
    leaf.seq = entry.index;
    entry.leaf = bytes_of(leaf.canonical());
    content_.entries.push_back(std::move(entry));
    return content_.entries.size() - 1;
  }

  const LedgerContent& content() const { return content_; }
  const std::string& origin() const { return origin_; }
  std::string genesis() const { return base::leaf_hash(content_.entries.front().leaf).hex(); }
  std::string body_sha256(std::uint64_t index) const {
    return base::sha256(*content_.entries.at(index).body).hex();
  }
  // Of its first entries, as another ledger quotes it. Its signature is nobody's.
  std::string checkpoint(std::uint64_t size) const {
    std::vector<base::Digest> hashes;
    for (std::uint64_t i = 0; i < size; ++i) hashes.push_back(base::leaf_hash(content_.entries.at(i).leaf));
    SignedNote note{Checkpoint{origin_, size, base::merkle_root(hashes)}.text(),
                    {{origin_, 1, base::Buffer(64, std::byte{1})}}};
    return base::to_base64(base::as_bytes(format_note(note)));
  }

 private:
  static base::Buffer bytes_of(std::string_view text) {
    const base::Bytes bytes = base::as_bytes(text);
    return base::Buffer(bytes.begin(), bytes.end());
  }
  static Json party(const std::string& name) {
    return Json::object(
        {{"cert_sha256", base::sha256(base::as_bytes(name)).hex()}, {"kind", "person"}, {"role", "acting"}});
  }
  std::string origin_;
  LedgerContent content_;
  std::map<std::string, std::int64_t> count_;
};

// A phone that leaves nothing open, but that no image of it is there.
inline Json phone(const std::string& label, std::initializer_list<Json::Member> more = {}) {
  Json statement = with({{"label", label}, {"kind", "phone"}, {"serial", "S-" + label}});
  for (const auto& [name, value] : more) statement.set(name, value);
  return statement;
}
inline Json begun(const std::string& name = "a1") {
  return with({{"acquisition", name}});
}
inline Json ended(const std::string& name = "a1", std::initializer_list<Json::Member> more = {}) {
  Json statement = with({{"acquisition", name},
                         {"outcome", "complete"},
                         {"media_bytes", "4096"},
                         {"read_bytes", "4096"},
                         {"bad_bytes", "0"},
                         {"not_attempted_bytes", "0"},
                         {"read_back", "equal"}});
  for (const auto& [member, value] : more) statement.set(member, value);
  return statement;
}

// From one ledger to another: its offer is entry `offer` there.
inline std::uint64_t accept(MadeLedger& into, int minute, const MadeLedger& from, std::uint64_t offer,
                            const std::string& uid, const std::string& label) {
  return into.add("handover.accept", minute, {{uid, with({{"label", label}, {"kind", "phone"}})}},
                  with({{"from", with({{"ledger", from.origin()},
                                       {"genesis", from.genesis()},
                                       {"index", std::to_string(offer)},
                                       {"checkpoint", from.checkpoint(offer + 1)}})},
                        {"offer_sha256", from.body_sha256(offer)}}));
}
inline std::uint64_t receipt(MadeLedger& into, int minute, const MadeLedger& by, std::uint64_t acceptance,
                             const std::string& uid) {
  return into.add("handover.receipt", minute, {{uid, Json::object()}},
                  with({{"by", with({{"ledger", by.origin()},
                                     {"genesis", by.genesis()},
                                     {"index", std::to_string(acceptance)}})},
                        {"accept_sha256", by.body_sha256(acceptance)}}));
}

}  // namespace custody::test
