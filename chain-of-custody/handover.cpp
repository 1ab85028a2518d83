// SPDX-License-Identifier: Apache-2.0
// What a handover file shows, and whether an acceptance fits its offer.
#include "chain-of-custody/handover.h"

#include <algorithm>

#include "base/error.h"
#include "base/merkle.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/cms_profile.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;

constexpr auto kAdvice = base::phrase(
    "Nothing was changed. Ask for the file again by another way; where it comes the same, accept nothing.");

class Untrue : public std::runtime_error {
 public:
  explicit Untrue(const std::string& what) : std::runtime_error(what) {}
};
void require(bool holds, const std::string& otherwise) {
  if (!holds) throw Untrue(otherwise);
}

void check_signatures(const HandoverEntry& entry, const OpenedBody& opened, SignerKeys& keys,
                      std::vector<base::Buffer>& certificates) {
  const Json::Array parties = signing_parties(opened.body);
  require(!parties.empty() && parties.size() == entry.signatures.size(), "a signature is missing");
  certificates.clear();
  for (std::size_t i = 0; i < parties.size(); ++i) {
    const ActorSignature signature = read_actor_signature(entry.signatures[i]);
    require(keys.verify(signature, entry.body), "a signature is not good for its entry");
    require(text_in(parties[i], "cert_sha256") == signature.certificate_sha256.hex(),
            "a signature is by another than the entry names");
    certificates.push_back(signature.certificate);
  }
}

// Follows a file entry by entry, and believes nothing of it that it has not checked.
class FileCheck {
 public:
  ShownHandover run(const HandoverFile& file) {
    for (const HandoverEntry& entry : file.entries) take(entry);
    for (const ExhibitView& view : exhibits_of(content_)) {
      const auto named = [&](const auto& exhibit) { return exhibit.uid == view.uid; };
      if (std::ranges::any_of(shown_.act.exhibits, named)) shown_.exhibits.push_back(view);
    }
    require(shown_.act.hidden == 0 && !shown_.act.exhibits.empty() &&
                shown_.exhibits.size() == shown_.act.exhibits.size(),
            "an exhibit is not opened, or how it was registered is not told");
    shown_.checkpoint = prove_all();
    return std::move(shown_);
  }

 private:
  void take(const HandoverEntry& entry) {
    const Leaf leaf = parse_leaf(entry.leaf);
    require(leaf.body_sha256 == base::sha256(entry.body), "a body is not the one of its leaf");
    require(leaf.sigs_sha256 == digest_of_signatures(entry.signatures),
            "the signatures are not those of the leaf");
    const OpenedBody opened = open_body(entry.body, entry.disclosures);
    for (const std::string& wrong : check_act(opened)) throw Untrue("in an entry, " + wrong);
    if (content_.entries.empty()) begin(entry, opened);
    if (opened.body.at("act").text() == "log.replace")
      keys_.push_back(parse_vkey(text_in(opened.body, "log_key")));
    frame(opened);
    check_signatures(entry, opened, signers_, shown_.signers);
    prove(entry, leaf);
    shown_.index = leaf.seq;
    shown_.body_sha256 = leaf.body_sha256.hex();
    shown_.act = opened;
    content_.entries.push_back(
        {content_.entries.size(), entry.leaf, entry.body, entry.signatures, entry.disclosures});
  }

  void begin(const HandoverEntry& entry, const OpenedBody& opened) {
    require(opened.body.at("act").text() == "genesis", "the first entry is not that of the ledger");
    shown_.ledger = opened.body.at("ledger").text();
    shown_.case_id = opened.body.at("case").text();
    shown_.genesis = base::leaf_hash(entry.leaf).hex();
    keys_.push_back(parse_vkey(text_in(opened.body, "log_key")));
    require(keys_.front().name == shown_.ledger, "the ledger's key has another name");
  }

  void frame(const OpenedBody& opened) {
    const bool first = content_.entries.empty();
    require(opened.body.at("ledger").text() == shown_.ledger &&
                opened.body.at("case").text() == shown_.case_id &&
                opened.body.at("ledger_genesis").text() == (first ? std::string(64, '0') : shown_.genesis),
            "an entry is of another ledger");
  }

  void prove(const HandoverEntry& entry, const Leaf& leaf) {
    TlogProof proof = parse_tlog_proof(base::as_bytes(entry.proof));
    const bool first = content_.entries.empty();
    require(proof.index == leaf.seq && (first ? leaf.seq == 0 : leaf.seq > shown_.index),
            "the entries are not in the order of their numbers");
    // A key that came later may have signed the checkpoint: proofs are checked when all keys are known.
    proofs_.emplace_back(std::move(proof), base::leaf_hash(entry.leaf));
    require(proofs_.back().first.checkpoint == proofs_.front().first.checkpoint,
            "the proofs are under different checkpoints");
    shown_.proof = entry.proof;
    shown_.parsed_proof = proofs_.back().first;
  }

  Checkpoint prove_all() const {
    Checkpoint checkpoint;
    const std::vector<NoteKey> newest{keys_.back()};  // who replaced a key does not trust the old one
    for (const auto& [proof, leaf_hash] : proofs_) checkpoint = check_tlog_proof(proof, leaf_hash, newest);
    require(checkpoint.origin == shown_.ledger, "the checkpoint is of another ledger");
    return checkpoint;
  }

  ShownHandover shown_;
  LedgerContent content_;
  std::vector<NoteKey> keys_;
  std::vector<std::pair<TlogProof, base::Digest>> proofs_;
  SignerKeys signers_;
};

const OpenedBody::Exhibit* find(const OpenedBody& body, const std::string& uid) {
  const auto found = std::ranges::find(body.exhibits, uid, &OpenedBody::Exhibit::uid);
  return found == body.exhibits.end() ? nullptr : &*found;
}

void compare_exhibit(const OpenedBody::Exhibit& accepted, const OpenedBody::Exhibit& offered,
                     const std::string& offer_sha256, std::vector<Mismatch>& wrong) {
  const std::string label = text_in(accepted.members, "label");
  if (text_in(accepted.members, "from_n") != std::to_string(offered.n) ||
      text_in(accepted.members, "from_body_sha256") != offer_sha256)
    wrong.push_back({"link.offer", "The exhibit " + label + " does not follow its act " +
                                       std::to_string(offered.n) + ", which offered it."});
  const std::string then = text_in(offered.members, "seal"), now = text_in(accepted.members, "seal");
  if (!then.empty() && !now.empty() && then != now)
    wrong.push_back({"custody.state", "The exhibit " + label + " was offered under the seal " + then +
                                          " and accepted under " + now + "."});
  if (text_in(offered.members, "container") != text_in(accepted.members, "container"))
    wrong.push_back({"custody.state", "The exhibit " + label +
                                          " was not accepted in the container in which it was offered: what "
                                          "is unpacked is unpacked by an entry."});
}

// Whoever accepts a container accepts everything that was offered in it.
void compare_contents(const OpenedBody& acceptance, const OpenedBody& offer, std::vector<Mismatch>& wrong) {
  if (acceptance.hidden > 0) return;
  for (const OpenedBody::Exhibit& offered : offer.exhibits) {
    const std::string container = text_in(offered.members, "container");
    if (container.empty() || find(acceptance, offered.uid) || !find(acceptance, container)) continue;
    wrong.push_back({"custody.state", "A container was accepted, and not the exhibit " + offered.uid +
                                          " that was offered in it."});
  }
}

// The ledger whose offer the acceptance names: this one, or a copy of the one that it continues, where the
// offer was taken over with the exhibits.
std::optional<LedgerView> offering_ledger(const ShownHandover& acceptance, const LedgerContent& here,
                                          std::span<const LedgerContent> continued) {
  const Json* from = acceptance.act.body.find("from");
  if (!from) return {};
  const auto is_named = [&](const LedgerView& view) {
    return text_in(*from, "ledger") == view.origin && text_in(*from, "genesis") == view.genesis;
  };
  LedgerView view = view_of(here);
  if (is_named(view)) return view;
  for (const LedgerContent& copy : continued)
    if (LedgerView other = view_of(copy); is_named(other)) return other;
  return {};
}

// The acceptance names an entry of this ledger, or of the one that it continues.
void require_our_offer(const ShownHandover& acceptance, const LedgerContent& here,
                       std::span<const LedgerContent> continued) {
  const auto refuse = [](const base::Said& why) {
    return base::Error(base::ErrorKind::format,
                       base::say("the acceptance is not of an offer of this ledger: {}", why), kAdvice);
  };
  const std::optional<LedgerView> view = offering_ledger(acceptance, here, continued);
  if (!view) throw refuse(base::say("it names another ledger"));
  const ExhibitStates states = custody_of(here);
  for (const OpenedBody::Exhibit& exhibit : acceptance.act.exhibits) {
    const ExhibitCustody* state = states.find(exhibit.uid);
    if (!state || state->offer_sha256 != text_in(acceptance.act.body, "offer_sha256"))
      throw refuse(base::say("the offer that it accepts is not the last one here"));
  }
  const std::optional<std::uint64_t> index = number_in(acceptance.act.body.at("from"), "index");
  if (!index || *index >= view->acts.size() || !view->acts[*index].opened)
    throw refuse(base::say("there is no such entry"));
  const LedgerView::Act& offer = view->acts[*index];
  for (const Mismatch& wrong : compare_acceptance(acceptance.act, *offer.opened, offer.body_sha256))
    throw refuse(wrong.what);
}

}  // namespace

ShownHandover check_handover(const HandoverFile& file, HandoverKind expected) {
  const char* act = expected == HandoverKind::offer ? "handover.offer" : "handover.accept";
  try {
    require(file.kind == expected, std::string("it holds no entry ") + act);
    ShownHandover shown = FileCheck().run(file);
    require(shown.act.body.at("act").text() == act, std::string("its last entry is no ") + act);
    return shown;
  } catch (const std::runtime_error& error) {  // of notes, bodies, signatures, certificates, requirements
    throw base::Error(base::ErrorKind::format, base::say("the file does not hold: {}", error.what()),
                      kAdvice);
  } catch (const std::invalid_argument& error) {
    throw base::Error(base::ErrorKind::format, base::say("the file does not hold: {}", error.what()),
                      kAdvice);
  }
}

std::vector<Mismatch> compare_acceptance(const OpenedBody& acceptance, const OpenedBody& offer,
                                         const std::string& offer_sha256) {
  std::vector<Mismatch> wrong;
  if (text_in(offer.body, "act") != "handover.offer")
    return {{"link.offer", "The entry that is accepted offers nothing."}};
  if (text_in(acceptance.body, "offer_sha256") != offer_sha256)
    return {{"link.offer", "The offer is not the one that was accepted: it has another digest."}};
  const Json* to = offer.body.find("to");
  const Json::Array& parties = acceptance.body.at("parties").items();
  if (!to || parties.empty() || text_in(*to, "cert_sha256") != text_in(parties.front(), "cert_sha256"))
    wrong.push_back({"link.receiver", "It was accepted by another than the offer names."});
  for (const OpenedBody::Exhibit& accepted : acceptance.exhibits) {
    if (const OpenedBody::Exhibit* offered = find(offer, accepted.uid))
      compare_exhibit(accepted, *offered, offer_sha256, wrong);
    else if (offer.hidden == 0)
      wrong.push_back({"link.offer", "The exhibit " + text_in(accepted.members, "label") +
                                         " was accepted, and the offer does not name it."});
  }
  compare_contents(acceptance, offer, wrong);
  return wrong;
}

base::Event acceptance_of(const ShownHandover& offer) {
  base::Event event{"handover.accept", {}, Json::object(), false};
  event.members.set("from", Json::object({{"ledger", offer.ledger},
                                          {"genesis", offer.genesis},
                                          {"index", std::to_string(offer.index)},
                                          {"checkpoint", base::to_base64(offer.parsed_proof.checkpoint)}}));
  event.members.set("offer_sha256", offer.body_sha256);
  for (const ExhibitView& view : offer.exhibits) {
    Json members = Json::object({{"label", view.label}, {"kind", view.kind}});
    for (const char* name : {"parent", "description", "serial", "serial_reason"})
      if (const Json* value = view.members.find(name)) members.set(name, *value);
    const OpenedBody::Exhibit* offered = find(offer.act, view.uid);
    members.set("from_n", std::to_string(offered->n)).set("from_body_sha256", offer.body_sha256);
    for (const char* name : {"seal", "container"})
      if (const Json* value = offered->members.find(name)) members.set(name, *value);
    event.exhibits.push_back({view.uid, std::move(members), Json::object()});
  }
  return event;
}

base::Event receipt_of(const ShownHandover& acceptance, const LedgerContent& here,
                       std::span<const LedgerContent> continued) {
  require_our_offer(acceptance, here, continued);
  base::Event event{"handover.receipt", {}, Json::object(), false};
  event.members.set("by", Json::object({{"ledger", acceptance.ledger},
                                        {"genesis", acceptance.genesis},
                                        {"index", std::to_string(acceptance.index)}}));
  event.members.set("accept_sha256", acceptance.body_sha256);
  event.members.set("proof", base::to_base64(base::as_bytes(acceptance.proof)));
  for (const OpenedBody::Exhibit& exhibit : acceptance.act.exhibits)
    event.exhibits.push_back({exhibit.uid, Json::object(), Json::object()});
  return event;
}

std::vector<NoteKey> key_at(const std::vector<LogKeySince>& keys, std::uint64_t size) {
  std::vector<NoteKey> found;
  for (const LogKeySince& one : keys)
    if (one.entry < size) found.assign(1, one.key);
  return found;
}

std::vector<LogKeySince> log_keys_of(const LedgerContent& content) {
  std::vector<LogKeySince> keys;
  for (const Entry& entry : content.entries) {
    const std::string_view act = entry.body ? act_at_first_sight(*entry.body) : std::string_view();
    if (act != "genesis" && act != "log.replace") continue;
    try {
      const Json body = base::parse_profile(*entry.body);
      keys.push_back({entry.index, parse_vkey(text_in(body, "log_key"))});
    } catch (const base::JsonError&) {
      continue;  // the ledger's own verification reports the body
    } catch (const NoteError&) {
      continue;  // and the key
    }
  }
  return keys;
}

}  // namespace custody
