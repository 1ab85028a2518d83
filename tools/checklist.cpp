// SPDX-License-Identifier: Apache-2.0
#include "tools/checklist.h"

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/whose_ledger.h"

namespace tools {
namespace {

constexpr std::uint64_t kMostBytes = 256 << 10;
constexpr std::size_t kMostSteps = 500, kMostText = 2000;

void require(bool holds, const std::string& otherwise) {
  if (!holds)
    throw base::Error(
        base::ErrorKind::format, base::say("this is no checklist: {}", otherwise),
        base::say(
            "No entry was made. docs/checklists.md says what a checklist is; mend the file and repeat."));
}

// Ids stand on command lines and in entries.
bool is_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !id.empty() && id.size() <= 40 && id.front() != '-' && std::ranges::all_of(id, allowed);
}

std::string text_of(const base::Json& object, const char* name) {
  const base::Json* member = object.find(name);
  require(member && member->is_text(), base::say("the text \"{}\" is missing", name));
  require(!member->text().empty() && member->text().size() <= kMostText,
          base::say("the text \"{}\" is empty, or longer than 2000 bytes", name));
  return member->text();
}

std::string text_or_nothing(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  return member && member->is_text() ? member->text() : std::string();
}

void read_steps(const base::Json& file, Checklist& into) {
  const base::Json* steps = file.find("steps");
  require(steps && steps->is_array() && !steps->items().empty() && steps->items().size() <= kMostSteps,
          base::say("it has no steps, or more than 500"));
  for (const base::Json& item : steps->items()) {
    require(item.is_object() && item.members().size() == 2,
            base::say("a step is something else than its id and text"));
    Checklist::Step step{text_of(item, "id"), text_of(item, "text")};
    require(is_id(step.id),
            base::say("the id of a step may hold only letters, digits, '-' and '.', up to 40 of them"));
    require(std::ranges::find(into.steps, step.id, &Checklist::Step::id) == into.steps.end(),
            base::say("two steps have the id {}", step.id));
    into.steps.push_back(std::move(step));
  }
}

std::string signer_of(const custody::Entry& entry) {
  try {
    if (!entry.signatures.empty())
      return custody::subject_of(custody::read_actor_signature(entry.signatures.front()).certificate);
  } catch (const custody::ProfileError&) {
    // `verify` reports the signature.
  }
  return "somebody who cannot be told";
}

}  // namespace

const Checklist::Step& Checklist::step(const std::string& step_id) const {
  const auto found = std::ranges::find(steps, step_id, &Step::id);
  if (found == steps.end())
    throw base::Error(base::ErrorKind::usage, base::say("the checklist {} has no step {}", id, step_id),
                      base::say("No entry was made. `holdfast checklist show` lists its steps."));
  return *found;
}

Checklist read_checklist(const std::filesystem::path& file) {
  Checklist checklist;
  checklist.bytes = base::read_file(file, kMostBytes);
  checklist.sha256 = base::sha256(checklist.bytes).hex();
  try {
    std::size_t duplicates = 0;
    const base::Json json = base::parse_json(checklist.bytes, {kMostBytes, 4}, &duplicates);
    require(json.is_object() && duplicates == 0, base::say("it is no object, or a name stands in it twice"));
    require(text_of(json, "v") == "holdfast-checklist/1",
            base::say("its version is not \"holdfast-checklist/1\""));
    require(json.members().size() == 4, base::say("it has other members than v, id, title and steps"));
    checklist.id = text_of(json, "id");
    require(is_id(checklist.id),
            base::say("its id may hold only letters, digits, '-' and '.', up to 40 of them"));
    checklist.title = text_of(json, "title");
    read_steps(json, checklist);
  } catch (const base::JsonError& error) {
    require(false, error.what());
  }
  return checklist;
}

std::vector<StepTold> steps_told(std::span<const custody::LedgerContent> ledgers, const std::string& sha256) {
  std::vector<StepTold> told;
  for (const custody::LedgerContent& ledger : ledgers)
    for (const custody::Entry& entry : ledger.entries) {
      if (!entry.body || custody::act_at_first_sight(*entry.body) != "checklist.step") continue;
      const custody::OpenedBody opened = custody::open_body(entry);
      const base::Json& body = opened.body;
      if (text_or_nothing(body, "checklist_sha256") != sha256) continue;
      StepTold& one = told.emplace_back();
      one.step = text_or_nothing(body, "step");
      one.outcome = text_or_nothing(body, "outcome");
      one.reason = text_or_nothing(body, "reason");
      one.time = body.at("time").at("utc").text();
      one.signer = signer_of(entry);
      one.ledger = custody::name_of(ledger);
      one.entry = entry.index;
      for (const auto& exhibit : opened.exhibits) one.exhibit_uids.push_back(exhibit.uid);
    }
  return told;
}

}  // namespace tools
