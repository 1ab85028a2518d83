// SPDX-License-Identifier: Apache-2.0
// When each entry was made, as far as others than its signers vouch for it: not before the token in the
// genesis, and not after the first trusted token, or trusted witness, over a checkpoint that covers it.
// Certificates are judged at that time, not at the time of the verification. What a token proves ends with
// its authority's certificate, unless a later token that covers its entry was made before (RFC 4998 §5.2,
// the same thought). Thread rule: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/chain.h"
#include "chain-of-custody/stamps.h"

namespace custody {

// A clock that the kernel calls synchronised may be off by up to 16 seconds (NTP's bound); times are read
// to the second.
inline constexpr std::int64_t kClockTolerance_us = 20'000'000;

// An entry whose body is there and states a time.
struct ClaimedTime {
  std::uint64_t entry = 0;
  std::int64_t utc_us = 0;
};

struct NotAfter {
  std::int64_t utc_us = 0;
  std::string by;  // in words: "the time authority CN=…", "the witness …"
};

class TimeBrackets {
 public:
  // Whose tokens count: those that a time authority of the verifier made, or, to plan their renewal, all that
  // are sound.
  enum class Belief { trusted, sound };
  // `now_us`: when the verification is made.
  TimeBrackets(LedgerTimes times, std::int64_t now_us, Belief belief = Belief::trusted);

  // Somebody else vouches that the first `size` entries were there at this time: a witness of the policy,
  // whose cosignature the caller has verified. Before anything is asked.
  void witnessed(std::uint64_t size, std::int64_t utc_us, const std::string& by);

  // The time before which the ledger was not made; nothing where nobody vouches for one.
  std::optional<std::int64_t> not_before() const;
  // The time at which this entry was there, as the first of those who vouch for it says.
  std::optional<NotAfter> not_after_of(std::uint64_t entry) const;

  const LedgerTimes& times() const { return times_; }
  // Of times().stamps: whether it counts, whether it does so today, and the stamp that renews it.
  bool counts(std::size_t stamp) const;
  bool proves(std::size_t stamp) const { return proves_[stamp]; }
  std::optional<std::size_t> renewed_by(std::size_t stamp) const { return renewed_by_[stamp]; }

  // `time.token` and `time.bracket` of tokens among each other, and what is not possible.
  void check_tokens(Findings& findings) const;
  // `time.bracket` of one signature: claimed time of the body, then of the signature, then the bracket's end.
  void check_entry(std::uint64_t entry, std::int64_t claimed_us, std::int64_t signed_us,
                   Findings& findings) const;
  // `signature.validity`: the signer's chain, at the bracket. `who` is in words.
  void check_validity(std::uint64_t entry, const ChainResult& chain, const std::string& who,
                      Findings& findings) const;
  // Brackets beside claimed times, and how long nobody else held a checkpoint, in sentences.
  std::vector<std::string> statements(const std::vector<ClaimedTime>& claimed) const;

 private:
  struct Foreign {  // somebody else's word for the first entries
    std::uint64_t size;
    std::int64_t utc_us;
    std::string by;
  };
  void find_renewals();
  std::vector<Foreign> in_order() const;
  bool covered_otherwise(const Stamp& stamp) const;

  LedgerTimes times_;
  std::int64_t now_us_;
  Belief belief_;
  std::vector<bool> proves_;
  std::vector<std::optional<std::size_t>> renewed_by_;
  std::vector<Foreign> foreign_;
};

}  // namespace custody
