// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/ledger_links.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/counted.h"
#include "base/merkle.h"
#include "chain-of-custody/findings.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;

const Json kNothing = Json::object();

const Json& object_in(const Json& body, std::string_view name) {
  const Json* member = body.find(name);
  return member && member->is_object() ? *member : kNothing;
}

base::Buffer base64_in(const Json& object, std::string_view name) {
  try {
    return base::from_base64(text_in(object, name));
  } catch (const std::invalid_argument&) {
    return {};  // no note and no proof: its reader says so
  }
}

class LinkCheck {
 public:
  LinkCheck(std::span<const LedgerContent> ledgers, Findings& findings, VerifyReport& report)
      : findings_(findings), report_(report) {
    for (const LedgerContent& content : ledgers) views_.push_back(view_of(content));
  }

  void run() {
    names();
    forget_shorter_copies();
    for (const LedgerView& view : views_) follow(view);
    for (const LedgerView& view : views_) withdrawn(view);
    holders();
    labels();
    say_who_witnesses();
  }

 private:
  // Two ledgers of one name are one ledger, copied; then the shorter is a beginning of the longer.
  void names() {
    for (std::size_t i = 0; i < views_.size(); ++i)
      for (std::size_t j = i + 1; j < views_.size(); ++j) {
        const LedgerView &one = views_[i], &other = views_[j];
        if (one.origin.empty() || one.origin != other.origin) continue;
        const std::size_t both = std::min(one.hashes.size(), other.hashes.size());
        findings_.check(std::equal(one.hashes.begin(), one.hashes.begin() + static_cast<long>(both),
                                   other.hashes.begin()),
                        "link.name", one.origin,
                        one.genesis != other.genesis
                            ? "Two ledgers that began apart bear this one name."
                            : "Two copies of this ledger go different ways: it was forked.");
      }
  }

  void forget_shorter_copies() {
    const auto shorter = [&](const LedgerView& view) {
      return std::ranges::any_of(views_, [&](const LedgerView& other) {
        const bool same = &other != &view && other.genesis == view.genesis && other.origin == view.origin;
        return same && (other.hashes.size() > view.hashes.size() ||
                        (other.hashes.size() == view.hashes.size() && &other < &view));
      });
    };
    std::vector<LedgerView> kept;
    for (LedgerView& view : views_)
      if (!shorter(view)) kept.push_back(view);
    views_ = std::move(kept);
  }

  void follow(const LedgerView& view) {
    for (std::uint64_t index = 0; index < view.acts.size(); ++index) {
      const LedgerView::Act& act = view.acts[index];
      if (!act.opened) continue;
      from_ = &view;
      object_ = view.entry_name(index);
      const Json& body = act.opened->body;
      try {
        if (act.kind == "genesis" && body.find("continues")) continues(*act.opened);
        if (act.kind == "exhibit.continue") taken_over(*act.opened);
        if (act.kind == "handover.accept") accepted(*act.opened);
        if (act.kind == "handover.receipt") receipted(*act.opened, index);
      } catch (const base::JsonError& error) {
        findings_.fail("link.offer", object_, std::string("The link cannot be read: ") + error.what() + ".");
      }
    }
  }

  // The ledger that an entry names; nothing where it is not here.
  const LedgerView* target(const Json& link, bool names_genesis) {
    const std::string origin = text_in(link, "ledger"), genesis = text_in(link, "genesis");
    const LedgerView* found = nullptr;
    bool another = false;
    for (const LedgerView& view : views_) {
      if (view.origin != origin || origin.empty() || &view == from_) continue;
      another = true;
      if (!names_genesis || view.genesis == genesis) found = &view;
    }
    if (found) {
      findings_.check(true, "link.ledger", object_, "");
    } else if (another) {
      findings_.fail("link.ledger", object_,
                     "The ledger " + origin + " that is here is not the one that it names: it began apart.");
    } else {
      findings_.impossible(
          "link.ledger", object_,
          "It names the ledger " + (origin.empty() ? "(none)" : origin) + ", and that ledger is not here.");
    }
    return found;
  }

  // A checkpoint that one ledger quotes is the other's past: signed with its key, over its first leaves.
  std::optional<Checkpoint> quoted(const base::Buffer& note, const LedgerView& other) {
    try {
      const SignedNote parsed = parse_note(note);
      const Checkpoint checkpoint = parse_checkpoint(parsed.text);
      const auto has_signed = [&](const NoteKey& key) {
        return check_note(parsed, key) == NoteOutcome::good;
      };
      if (!findings_.check(
              checkpoint.origin == other.origin &&
                  std::ranges::any_of(key_at(other.keys, checkpoint.size), has_signed),
              "link.checkpoint", object_,
              "The checkpoint that it quotes was not signed by the ledger " + other.origin + "."))
        return {};
      if (checkpoint.size > other.hashes.size()) {
        findings_.impossible("link.checkpoint", object_,
                             "It quotes " + base::counted(checkpoint.size, "entry", "entries") +
                                 " of the ledger " + other.origin + ", and the copy that is here has " +
                                 std::to_string(other.hashes.size()) + ".");
        return {};
      }
      const std::span<const base::Digest> past(other.hashes.data(), checkpoint.size);
      if (!findings_.check(
              base::merkle_root(past) == checkpoint.root, "link.checkpoint", object_,
              "What it quotes is not the past of the ledger " + other.origin + ": that was written anew."))
        return {};
      std::uint64_t& known = witnessed_[{from_->origin, other.origin}];
      known = std::max(known, checkpoint.size);
      return checkpoint;
    } catch (const NoteError& error) {
      findings_.fail("link.checkpoint", object_,
                     std::string("The checkpoint that it quotes cannot be read: ") + error.what() + ".");
      return {};
    }
  }

  void accepted(const OpenedBody& acceptance) {
    const Json& from = object_in(acceptance.body, "from");
    const std::string offer_sha256 = text_in(acceptance.body, "offer_sha256");
    for (const OpenedBody::Exhibit& exhibit : acceptance.exhibits) {
      const auto [first, is_new] = accepted_.try_emplace({offer_sha256, exhibit.uid}, object_);
      findings_.check(is_new || first->second == object_, "link.twice", object_,
                      "The offer of the exhibit " + text_in(exhibit.members, "label") + " was accepted by " +
                          first->second + " as well.");
    }
    const LedgerView* other = target(from, true);
    if (!other) return;
    const std::optional<Checkpoint> checkpoint = quoted(base64_in(from, "checkpoint"), *other);
    const std::optional<std::uint64_t> index = number_in(from, "index");
    if (!checkpoint) return;
    if (!findings_.check(
            index && *index < checkpoint->size && other->acts[*index].body_sha256 == offer_sha256,
            "link.offer", object_, "The ledger " + other->origin + " has no such offer where it should be."))
      return;
    offer_of(acceptance, *other, *index);
  }

  void offer_of(const OpenedBody& acceptance, const LedgerView& other, std::uint64_t index) {
    const LedgerView::Act& offer = other.acts[index];
    if (!offer.opened)
      return findings_.impossible("link.offer", object_,
                                  "The offer in the ledger " + other.origin + " is withheld.");
    const std::vector<Mismatch> wrong = compare_acceptance(acceptance, *offer.opened, offer.body_sha256);
    for (const Mismatch& mismatch : wrong) findings_.fail(mismatch.code, object_, mismatch.what);
    if (!wrong.empty()) return;
    findings_.check(true, "link.offer", object_, "");
    findings_.check(true, "link.receiver", object_, "");
  }

  void receipted(const OpenedBody& receipt, std::uint64_t entry) {
    const Json& by = object_in(receipt.body, "by");
    const LedgerView* other = target(by, true);
    if (!other) return;
    const std::optional<std::uint64_t> index = number_in(by, "index");
    try {
      const TlogProof proof = parse_tlog_proof(base64_in(receipt.body, "proof"));
      const std::optional<Checkpoint> checkpoint = quoted(proof.checkpoint, *other);
      if (!checkpoint) return;
      const bool there = index && *index == proof.index && *index < other->acts.size() &&
                         other->acts[*index].body_sha256 == text_in(receipt.body, "accept_sha256");
      if (!findings_.check(there, "link.receipt", object_,
                           "The ledger " + other->origin + " has no such acceptance where it should be."))
        return;
      check_tlog_proof(proof, other->hashes[*index], key_at(other->keys, checkpoint->size));
      acceptance_of_receipt(receipt, other->acts[*index], from_->custody_at(entry));
    } catch (const NoteError& error) {
      findings_.fail("link.receipt", object_,
                     std::string("The proof of the acceptance does not hold: ") + error.what() + ".");
    }
  }

  // The digest of an offer's body names its ledger too. The offer may be one that was taken over from the
  // ledger that this one continues.
  void acceptance_of_receipt(const OpenedBody& receipt, const LedgerView::Act& acceptance,
                             const ExhibitStates& then) {
    if (!acceptance.opened)
      return findings_.impossible("link.receipt", object_, "The acceptance is withheld.");
    const OpenedBody& other = *acceptance.opened;
    bool same = acceptance.kind == "handover.accept", open = true;
    for (const OpenedBody::Exhibit& exhibit : receipt.exhibits) {
      same = same &&
             (other.hidden > 0 || std::ranges::find(other.exhibits, exhibit.uid, &OpenedBody::Exhibit::uid) !=
                                      other.exhibits.end());
      const ExhibitCustody* offered = then.find(exhibit.uid);
      open = open && offered && offered->offer_sha256 == text_in(other.body, "offer_sha256");
    }
    if (findings_.check(same, "link.receipt", object_, "What it records is no acceptance of these exhibits."))
      findings_.check(open, "link.receipt", object_,
                      "What it records accepts another offer than the open one.");
  }

  void continues(const OpenedBody& genesis) {
    const Json& link = object_in(genesis.body, "continues");
    findings_.check(genesis.body.at("parties").items().size() >= 2, "link.continued", object_,
                    "One person alone continued the ledger of another station.");
    const LedgerView* other = target(link, false);
    if (!other) return;
    const std::optional<Checkpoint> checkpoint = quoted(base64_in(link, "checkpoint"), *other);
    if (!checkpoint) return;
    findings_.check(number_in(link, "size") == checkpoint->size &&
                        text_in(link, "root") == base::to_base64(checkpoint->root.bytes),
                    "link.continued", object_, "What it continues is not what its checkpoint says.");
    continued_[from_] = {other, checkpoint->size};
  }

  void taken_over(const OpenedBody& act) {
    const auto continued = continued_.find(from_);
    if (continued == continued_.end()) {
      const bool says_so = from_->acts.front().opened->body.find("continues") != nullptr;
      findings_.check(says_so, "link.continued", object_, "This ledger continues no other.");
      return;  // the link itself is reported where it is
    }
    const auto& [other, size] = continued->second;
    const ExhibitStates then = other->custody_at(size);
    for (const OpenedBody::Exhibit& exhibit : act.exhibits) {
      const std::string label = text_in(exhibit.members, "label");
      const LedgerView::Head head = other->head_at(size, exhibit.uid);
      const ExhibitCustody* there = then.find(exhibit.uid);
      findings_.check(
          number_in(exhibit.members, "from_n") == head.n &&
              text_in(exhibit.members, "from_body_sha256") == head.body_sha256,
          "link.continued", object_,
          "The exhibit " + label + " does not follow its last act in the ledger " + other->origin + ".");
      const std::string offer = text_in(exhibit.members, "offer_sha256");
      findings_.check(there && there->where == (offer.empty() ? Whereabouts::held : Whereabouts::offered) &&
                          (offer.empty() || there->offer_sha256 == offer),
                      "custody.state", object_,
                      "The exhibit " + label + " was not there to be taken over" +
                          (offer.empty() ? "." : ", or not with this offer."));
      if (there) packed_as_before(act, exhibit, then, *there);
      used_after(exhibit.uid, label, *other, size);
      taken_.insert({other, exhibit.uid});
    }
  }

  // A container that the lost ledger does not tell of, for its disclosures were erased, is not taken over.
  void packed_as_before(const OpenedBody& act, const OpenedBody::Exhibit& exhibit, const ExhibitStates& then,
                        const ExhibitCustody& there) {
    const std::string label = text_in(exhibit.members, "label");
    const std::string container = text_in(exhibit.members, "container");
    const bool untold = container.empty() && then.told_container(there).empty();
    findings_.check(untold || container == there.container, "custody.state", object_,
                    "The exhibit " + label + " was not taken over in the container that it was in.");
    if (act.hidden > 0) return;
    for (const std::string& uid : then.everything_in(exhibit.uid))
      findings_.check(
          std::ranges::find(act.exhibits, uid, &OpenedBody::Exhibit::uid) != act.exhibits.end(),
          "custody.state", object_,
          "The container " + label + " was taken over, and not the exhibit " + uid + " that was in it.");
  }

  void used_after(const std::string& uid, const std::string& label, const LedgerView& other,
                  std::uint64_t size) {
    for (std::uint64_t index = size; index < other.acts.size(); ++index) {
      const LedgerView::Act& act = other.acts[index];
      if (!act.opened || needs_of(act.kind) == Needs::data) continue;
      const auto& exhibits = act.opened->exhibits;
      findings_.check(
          std::ranges::find(exhibits, uid, &OpenedBody::Exhibit::uid) == exhibits.end(), "custody.state",
          other.entry_name(index),
          "The exhibit " + label + " had been taken over by " + from_->origin + " and was used here still.");
    }
  }

  void withdrawn(const LedgerView& view) {
    for (std::uint64_t index = 0; index < view.acts.size(); ++index) {
      const LedgerView::Act& act = view.acts[index];
      if (act.kind != "handover.withdraw") continue;
      for (const OpenedBody::Exhibit& exhibit : act.opened->exhibits) {
        const auto elsewhere = accepted_.find({text_in(act.opened->body, "offer_sha256"), exhibit.uid});
        if (elsewhere != accepted_.end())
          findings_.fail("custody.state", view.entry_name(index),
                         "The offer is taken back that " + elsewhere->second + " accepts.");
      }
    }
  }

  // Everything has one holder, over all ledgers.
  void holders() {
    std::map<std::string, const LedgerView*> held;
    for (const LedgerView& view : views_) {
      for (const auto& [uid, exhibit] : view.custody.all()) {
        const bool goes_on_elsewhere = taken_.contains({&view, uid});
        if (exhibit.where == Whereabouts::offered && !goes_on_elsewhere) say_open_offer(view, uid, exhibit);
        const bool gone = exhibit.where != Whereabouts::held && exhibit.where != Whereabouts::offered;
        if (gone || goes_on_elsewhere || accepted_.contains({exhibit.offer_sha256, uid})) continue;
        const auto [first, is_new] = held.try_emplace(uid, &view);
        findings_.check(
            is_new, "custody.state", "exhibit " + exhibit.label,
            "Two ledgers hold it at once: " + first->second->origin + " and " + view.origin + ".");
      }
    }
  }

  void say_open_offer(const LedgerView& view, const std::string& uid, const ExhibitCustody& exhibit) {
    const auto elsewhere = accepted_.find({exhibit.offer_sha256, uid});
    report_.statements.push_back(
        "Exhibit " + exhibit.label + " was offered (" + view.entry_name(exhibit.since) + "); " +
        (elsewhere == accepted_.end() ? "no acceptance is here."
                                      : "accepted (" + elsewhere->second + "), not receipted yet."));
  }

  void labels() {
    std::map<std::string, std::pair<std::string, std::string>> first;  // label -> uid, origin
    for (const LedgerView& view : views_)
      for (const auto& [uid, exhibit] : view.custody.all()) {
        const auto [at, is_new] = first.try_emplace(exhibit.label, uid, view.origin);
        if (!is_new && at->second.first != uid)
          report_.statements.push_back("Two exhibits bear the label " + exhibit.label + ": in " +
                                       at->second.second + " and in " + view.origin +
                                       ". They are told apart by their uids.");
      }
  }

  void say_who_witnesses() {
    for (const auto& [pair, size] : witnessed_) {
      const auto& [witness, ledger] = pair;
      report_.statements.push_back("The ledger " + witness + " holds a checkpoint over the first " +
                                   base::counted(size, "entry", "entries") + " of " + ledger + ": " +
                                   (size == 1 ? "it" : "they") +
                                   " cannot have been changed since without this being seen.");
      if (witness < ledger && witnessed_.contains({ledger, witness}))
        report_.statements.push_back("The ledgers " + witness + " and " + ledger + " witness each other.");
    }
  }

  Findings& findings_;
  VerifyReport& report_;
  std::vector<LedgerView> views_;
  const LedgerView* from_ = nullptr;  // whose entry is followed
  std::string object_;
  std::map<std::pair<std::string, std::string>, std::string> accepted_;  // offer and uid -> entry
  std::map<std::pair<std::string, std::string>, std::uint64_t> witnessed_;
  std::map<const LedgerView*, std::pair<const LedgerView*, std::uint64_t>> continued_;
  std::set<std::pair<const LedgerView*, std::string>> taken_;
};

}  // namespace

void verify_links(std::span<const LedgerContent> ledgers, VerifyReport& report) {
  Findings findings(report);
  LinkCheck(ledgers, findings, report).run();
  findings.finish(std::to_string(ledgers.size()) + (ledgers.size() == 1 ? " ledger" : " ledgers"));
}

}  // namespace custody
