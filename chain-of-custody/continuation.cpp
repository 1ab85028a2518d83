// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/continuation.h"

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/ledger_view.h"
#include "chain-of-custody/verify.h"

namespace custody {
namespace {

using base::Json;

constexpr auto kAdvice = base::phrase(
    "Nothing was made. Look for another copy of that ledger: every destination has one, and partners may.");

// Signers are not judged here: whether they are trusted is asked of every verifier.
void require_sound(const LedgerContent& copy) {
  VerifyReport report;
  verify_ledger(copy, Coverage::whole, {}, report);
  for (const Check& check : report.checks)
    if (check.outcome == Outcome::failed)
      throw base::Error(base::ErrorKind::format,
                        base::say("the copy is damaged at {}: {}", check.object, check.what), kAdvice);
}

base::ExhibitStatement taken_over(const ExhibitView& exhibit, const LedgerView::Head& head,
                                  const ExhibitCustody& state, const std::string& container) {
  Json members = Json::object({{"label", exhibit.label}, {"kind", exhibit.kind}});
  for (const char* name : {"parent", "description", "serial", "serial_reason"})
    if (const Json* value = exhibit.members.find(name)) members.set(name, *value);
  if (!state.seal.empty()) members.set("seal", state.seal);
  if (!container.empty()) members.set("container", container);
  if (state.where == Whereabouts::offered) members.set("offer_sha256", state.offer_sha256);
  members.set("from_n", std::to_string(head.n)).set("from_body_sha256", head.body_sha256);
  return {exhibit.uid, std::move(members), Json::object()};
}

base::Said left_out(const ExhibitView& exhibit, const ExhibitCustody& state) {
  if (state.where == Whereabouts::returned)
    return base::say("The exhibit {} had been returned; it is not taken over.", exhibit.label);
  if (state.where == Whereabouts::destroyed)
    return base::say("The exhibit {} had been destroyed; it is not taken over.", exhibit.label);
  return base::say("The exhibit {} had left that ledger; it is not taken over.", exhibit.label);
}

}  // namespace

Continuation continuation_of(const LedgerContent& copy) {
  require_sound(copy);
  const Checkpoint checkpoint = parse_checkpoint(parse_note(copy.checkpoint).text);
  const LedgerView view = view_of(copy);
  const ExhibitStates states = view.custody_at(checkpoint.size);
  Continuation out;
  out.size = checkpoint.size;
  out.continues = Json::object({{"ledger", checkpoint.origin},
                                {"size", std::to_string(checkpoint.size)},
                                {"root", base::to_base64(checkpoint.root.bytes)},
                                {"checkpoint", base::to_base64(copy.checkpoint)}});
  out.takeover = {"exhibit.continue", {}, Json::object(), false};
  for (const ExhibitView& exhibit : exhibits_of(copy)) {
    const ExhibitCustody* state = states.find(exhibit.uid);
    if (state == nullptr) continue;  // of an entry that awaited its checkpoint
    if (state->where != Whereabouts::held && state->where != Whereabouts::offered) {
      out.left_out.push_back(left_out(exhibit, *state));
      continue;
    }
    out.takeover.exhibits.push_back(taken_over(exhibit, view.head_at(checkpoint.size, exhibit.uid), *state,
                                               states.told_container(*state)));
    if (state->where == Whereabouts::offered)
      out.on_offer.push_back(
          base::say("The exhibit {} was offered and may have been accepted: it is taken over with its offer. "
                    "Record the acceptance when it comes, or withdraw the offer.",
                    exhibit.label));
  }
  return out;
}

}  // namespace custody
