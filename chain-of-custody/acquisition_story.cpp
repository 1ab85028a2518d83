// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/acquisition_story.h"

#include <algorithm>

#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;

AcquisitionStory& named(const std::string& name, std::vector<AcquisitionStory>& acquisitions) {
  const auto found = std::ranges::find(acquisitions, name, &AcquisitionStory::name);
  if (found != acquisitions.end()) return *found;
  acquisitions.emplace_back().name = name;
  return acquisitions.back();
}

// An image is whole where the report of the whole is in the ledger: attempts that were cut off have another.
// Where that is withheld, the outcome says it.
bool tells_whole(const Json& members) {
  const std::string outcome = text_in(members, "outcome");
  return members.find("acquisition_json_sha256") || outcome == "complete" ||
         outcome == "complete_with_bad_ranges";
}

void ended(const Json& members, const ToldAt& at, AcquisitionStory& story) {
  story.begun.reset();
  story.ended = at;
  story.outcome = text_in(members, "outcome");
  story.media_bytes = number_in(members, "media_bytes").value_or(0);
  story.read_bytes = number_in(members, "read_bytes").value_or(0);
  story.bad_bytes = number_in(members, "bad_bytes").value_or(0);
  story.not_attempted_bytes = number_in(members, "not_attempted_bytes").value_or(0);
  if (!tells_whole(members)) return;
  if (!story.whole) story.whole = at;
  story.read_back = text_in(members, "read_back");
  story.read_back_at = at;
}

// What was received is whole as it came, and was read when its digests were computed.
void received(const Json& members, const ToldAt& at, AcquisitionStory& story) {
  ended(members, at, story);
  story.read_back = "equal";
  story.stated = text_in(members, "stated");
}

// A check that names no acquisition is of all of them.
void checked(const Json& members, const ToldAt& at, std::vector<AcquisitionStory>& acquisitions) {
  const std::string name = text_in(members, "acquisition");
  for (AcquisitionStory& story : acquisitions) {
    if (!story.whole || (!name.empty() && story.name != name)) continue;
    story.read_back = text_in(members, "result");
    story.read_back_at = at;
  }
}

}  // namespace

void told_of_acquisition(std::string_view act, const Json& members, const ToldAt& at,
                         std::vector<AcquisitionStory>& acquisitions) {
  if (act == "verify" && text_in(members, "object") == "image") checked(members, at, acquisitions);
  const std::string name = text_in(members, "acquisition");
  if (name.empty()) return;
  if (act == "acquire.begin") named(name, acquisitions).begun = at;
  if (act == "acquire.end") ended(members, at, named(name, acquisitions));
  if (act == "receive") received(members, at, named(name, acquisitions));
}

}  // namespace custody
