// SPDX-License-Identifier: Apache-2.0
// What the authority bars stays behind, whatever the request says: it was not to be seen here either.
#include <map>

#include "export/drafts.h"

namespace exporter {
namespace {

using custody::Barrier;

// One judgement for all segments of an exhibit.
std::map<std::string, store::Judgement> judge(const Drafts& drafts,
                                              const std::vector<EditionSegment>& segments,
                                              const store::Sight& sight) {
  std::map<std::string, store::Judgement> judgements;
  for (const EditionSegment& segment : segments)
    if (!judgements.contains(segment.exhibit_uid))
      judgements.emplace(segment.exhibit_uid, sight.judgement_of(segment.exhibit_uid));
  for (const Draft& draft : drafts.all) {
    store::Judgement& judgement = judgements.at(segments[draft.segment].exhibit_uid);
    if (!judgement.is_open() && !judgement.is_closed()) judgement.look(draft.record);
  }
  for (auto& [exhibit, judgement] : judgements) judgement.settle();
  return judgements;
}

// Of the words of the ledger's entries none goes into the schedule: they may name people.
Cause cause_of(Barrier barrier) {
  const std::string claimed =
      barrier == Barrier::out_of_scope ? "rule: scope of the authority" : "an entry of the ledger";
  return {std::string(custody::reason_code(barrier)), claimed, "the ledger of the case",
          "the authority that the exhibit was taken under"};
}

class Causes {
 public:
  explicit Causes(Drafts& drafts) : drafts_(drafts) {}
  const Cause* of(Barrier barrier) {
    const auto [found, fresh] = made_.try_emplace(barrier, nullptr);
    if (fresh) found->second = &drafts_.causes.emplace_back(cause_of(barrier));
    return found->second;
  }

 private:
  Drafts& drafts_;
  std::map<Barrier, const Cause*> made_;
};

}  // namespace

std::map<std::string, store::NotShown> apply_authority(Drafts& drafts,
                                                       const std::vector<EditionSegment>& segments,
                                                       const store::Sight& sight) {
  const auto judgements = judge(drafts, segments, sight);
  Causes causes(drafts);
  std::map<std::string, store::NotShown> barred;
  for (Draft& draft : drafts.all) {
    const std::string& exhibit = segments[draft.segment].exhibit_uid;
    const store::Judgement& judgement = judgements.at(exhibit);
    // The header of a segment says what was parsed by what, and nothing of what was found.
    if (draft.record.type->name == "segment") continue;
    if (const Barrier barrier = judgement.of(draft.record.id); barrier != Barrier::none) {
      draft.whole = causes.of(barrier);
      draft.barred = barrier;
      ++barred[exhibit][barrier];
    } else if (const Barrier quoted = judgement.quoted(draft.record); quoted != Barrier::none) {
      for (const char* field : {"quoted_text", "quoted_key"}) draft.withhold(field, causes.of(quoted));
    }
  }
  return barred;
}

}  // namespace exporter
