// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/unwitnessed.h"

#include <algorithm>
#include <array>

#include "base/merkle.h"
#include "chain-of-custody/time_brackets.h"
#include "chain-of-custody/tlog_proof.h"
#include "chain-of-custody/witness_check.h"

namespace custody {
namespace {

using base::Json;

// Acts that record a word over what stands before them.
constexpr std::array<std::string_view, 2> kRecordsAWord{"witness", "anchor"};

// Everybody whose cosignature stands in the ledger: whether it is good is checked all the same.
Policy everybody_in(const LedgerView& view) {
  Policy policy;
  for (std::uint64_t index = 0; index < view.acts.size(); ++index) {
    const LedgerView::Act& act = view.acts[index];
    if (act.kind != "witness") continue;
    try {
      const WitnessKey witness = witness_act(act.opened->body, index).witness;
      const auto same = [&](const Policy::Witness& one) { return one.key.key == witness.key; };
      if (std::ranges::none_of(policy.witnesses, same)) policy.witnesses.push_back({witness.name, witness});
    } catch (const NoteError&) {
      continue;  // nobody's word
    } catch (const base::JsonError&) {
      continue;
    }
  }
  return policy;
}

base::Buffer base64_in(const Json& object, std::string_view name) {
  try {
    return base::from_base64(text_in(object, name));
  } catch (const std::invalid_argument&) {
    return {};
  }
}

// The checkpoint of the other ledger that an entry quotes.
std::optional<Checkpoint> quoted(const LedgerView::Act& act, const Json& link) {
  try {
    const base::Buffer note = act.kind == "handover.receipt"
                                  ? parse_tlog_proof(base64_in(act.opened->body, "proof")).checkpoint
                                  : base64_in(link, "checkpoint");
    return parse_checkpoint(parse_note(note).text);
  } catch (const NoteError&) {
    return {};  // the verification of links says it
  }
}

class End {
 public:
  End(const LedgerContent& ledger, const CaseOrder& ordered, std::size_t view, const TrustAnchors& anchors,
      std::int64_t now_us)
      : view_(ordered.views[view]), findings_(report_) {
    tokens(ledger, anchors, now_us);
    const Policy everybody = anchors.policy ? Policy() : everybody_in(view_);
    const Policy& policy = anchors.policy ? *anchors.policy : everybody;
    for (const TrustedCosignature& one : check_witnesses(ledger, &policy, now_us, findings_).cosignatures)
      word(one.size, one.utc_us, "the witness " + one.witness.name);
    for (const LedgerView& other : ordered.views) quotes_of(other);
  }

  std::optional<Unwitnessed> result() const {
    std::uint64_t end = view_.acts.size();
    while (end > covered_ &&
           std::ranges::find(kRecordsAWord, view_.acts[end - 1].kind) != kRecordsAWord.end())
      --end;
    if (end <= covered_) return {};
    const std::int64_t begun = claimed_us(view_.acts.front()).value_or(0);
    return Unwitnessed{covered_, end - 1, by_.empty() ? begun : last_us_, by_};
  }

 private:
  void tokens(const LedgerContent& ledger, const TrustAnchors& anchors, std::int64_t now_us) {
    using Belief = TimeBrackets::Belief;
    const TimeBrackets brackets(
        read_times(ledger, TimeAuthorities(anchors.time_authorities, anchors.crls), findings_), now_us,
        anchors.time_authorities.empty() ? Belief::sound : Belief::trusted);
    const std::vector<Stamp>& stamps = brackets.times().stamps;
    for (std::size_t i = 0; i < stamps.size(); ++i)
      if (brackets.proves(i) && !stamps[i].is_not_before())
        word(stamps[i].size, stamps[i].latest_us, "the time authority " + stamps[i].judgement.authority);
  }

  void quotes_of(const LedgerView& other) {
    if (other.origin.empty() || other.origin == view_.origin) return;
    for (const LedgerView::Act& act : other.acts) {
      const Json* link = link_in(act);
      if (!link || text_in(*link, "ledger") != view_.origin) continue;
      const std::optional<Checkpoint> checkpoint = quoted(act, *link);
      if (checkpoint && checkpoint->origin == view_.origin && holds(*checkpoint))
        word(checkpoint->size, claimed_us(act).value_or(0), "the ledger " + other.origin);
    }
  }
  bool holds(const Checkpoint& checkpoint) const {
    if (checkpoint.size == 0 || checkpoint.size > view_.hashes.size()) return false;
    return base::merkle_root(std::span(view_.hashes).first(checkpoint.size)) == checkpoint.root;
  }

  void word(std::uint64_t size, std::int64_t utc_us, const std::string& by) {
    if (size < covered_ || (size == covered_ && !by_.empty())) return;
    covered_ = size;
    last_us_ = utc_us;
    by_ = by;
  }

  const LedgerView& view_;
  VerifyReport report_;  // what is wrong with a word is for the verification to say
  Findings findings_;
  std::uint64_t covered_ = 0;
  std::int64_t last_us_ = 0;
  std::string by_;
};

}  // namespace

std::optional<Unwitnessed> unwitnessed_end(const LedgerContent& ledger, const CaseOrder& ordered,
                                           std::size_t view, const TrustAnchors& anchors,
                                           std::int64_t now_us) {
  return End(ledger, ordered, view, anchors, now_us).result();
}

}  // namespace custody
