// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/findings.h"

#include <cassert>
#include <unordered_map>

namespace custody {
namespace {

constexpr CheckMeaning kChecks[] = {
    {"note.form", "The checkpoint is a well-formed signed note of this ledger."},
    {"note.signature", "The checkpoint is signed with the key that the ledger had then."},
    {"tree.size", "There are as many leaves as the checkpoint says."},
    {"tree.root", "The Merkle root over all leaves is the checkpoint's."},
    {"tree.consistency", "The ledger continues the checkpoint that the verifier kept."},
    {"leaf.form", "Every leaf is canonical and has its members."},
    {"leaf.seq", "Every leaf carries its own number."},
    {"leaf.prev", "Every leaf carries the hash of the one before."},
    {"leaf.body", "Every body has the digest that its leaf holds."},
    {"leaf.signatures", "Every entry has exactly the signatures that its leaf covers."},
    {"leaf.state", "The state of all exhibits in every leaf follows from the entries."},
    {"body.present", "Every body is there."},
    {"body.form", "Every body is canonical JSON with the members of a body."},
    {"body.version", "Every body is of a known version."},
    {"body.exhibits", "Every list of exhibits holds digests only."},
    {"body.digest", "Every digest in a body is well formed."},
    {"body.reserved", "No reserved name stands where it has no meaning."},
    {"body.ledger", "Every body belongs to this ledger."},
    {"act.table", "Every act is known and has its members."},
    {"genesis.first", "The first entry, and no other, opens the ledger."},
    {"genesis.log_key", "The first entry names the ledger's key."},
    {"scope.chain", "No act that touches the whole case is missing."},
    {"disclosure.form", "Every disclosure is well formed."},
    {"disclosure.referenced", "Every disclosure belongs to a digest of its body."},
    {"disclosure.twice", "No disclosure is there twice."},
    {"disclosure.digest_twice", "No digest stands twice in a body."},
    {"disclosure.salt", "No two disclosures of an entry share a salt."},
    {"disclosure.kind", "Every disclosure is of the kind that its digest hides."},
    {"disclosure.collision", "No disclosed member has the name of another."},
    {"exhibit.uid", "Every exhibit has a proper uid."},
    {"exhibit.n", "The acts on every exhibit are numbered without a gap."},
    {"exhibit.prev", "Every act on an exhibit names the one before."},
    {"exhibit.twice", "No act names an exhibit twice."},
    {"exhibit.registered", "Every exhibit is registered before anything else happens to it."},
    {"custody.state", "No act contradicts where an exhibit was, who held it, or how it was sealed."},
    {"close.last", "Nothing follows after the ledger was closed."},
    {"state.slot", "The last act shown on every exhibit is the last there is."},
    {"signature.profile", "Every signature is of the one form that counts."},
    {"signature.value", "Every signature is good for its body."},
    {"signature.party", "Every signature is by the party that the body names."},
    {"signature.known", "Every signer was admitted by the ledger before he signed."},
    {"signature.retired", "Nobody signed after his certificate was retired."},
    {"signature.revoked", "What a revoked key signed was there before it was revoked."},
    {"revocation.list",
     "No signer's certificate was revoked by its authority, as of a list that was good then."},
    {"key.act", "Every act on a key knows the key, and quotes a checkpoint that was the ledger's then."},
    {"session.open", "Every session names its own key, acts that a session may sign, and its end."},
    {"session.scope", "Every session signed only acts that it was opened for."},
    {"session.time", "Every session signed only while it was open."},
    {"session.entries", "Every session that was closed is closed with all that it signed."},
    {"crl.form", "Every archived list of revoked certificates can be read."},
    {"signature.chain", "Every signer's certificate reaches an anchor of the verifier."},
    {"signature.validity", "Every certificate was valid at the time that its entry claims."},
    {"time.form", "Every entry states its time."},
    {"time.order", "No signature is older than the body that it signs."},
    {"time.monotonic", "Within one boot, no clock that only goes forward went back."},
    {"time.token", "Every time-stamp token proves what its entry says, to you."},
    {"time.anchor", "Every token is over a checkpoint that this ledger had before."},
    {"time.bracket", "No entry claims a time that others contradict."},
    {"witness.cosignature", "Every cosignature of a witness is good, at a time that can be."},
    {"witness.size", "Every cosignature is over the checkpoint that it stands for."},
    {"witness.log", "The ledger's key is one that the verifier's policy lists."},
    {"witness.quorum", "Enough of the verifier's witnesses cosigned."},
    {"custody.file", "Every file of the ledger is in its place and form."},
    {"custody.tiles", "The tiles hold the leaves and their hashes."},
    {"slip.file", "The slip of every party on paper is the one whose digest was signed."},
    {"link.name", "No two ledgers bear one name."},
    {"link.ledger", "Every ledger that another names is here."},
    {"link.checkpoint", "What a ledger quotes of another is that one's past."},
    {"link.offer", "Every acceptance is of an offer that stands in the other ledger."},
    {"link.receiver", "Every offer was accepted by the person whom it names."},
    {"link.twice", "No offer was accepted twice."},
    {"link.receipt", "Every receipt is of an acceptance that stands in the other ledger."},
    {"link.continued", "Every ledger of a lost station is continued where it ended, by two people."},
    {"ledger.read", "Every ledger of the case can be read."},
    {"segment.file", "Every segment that an entry names is there."},
    {"segment.lines", "Every segment's lines have the digest that was signed."},
    {"segment.count", "Every segment has as many lines as its entry says."},
    {"acquisition.file", "Every acquisition.json is there and has the digest that was signed."},
    {"image.file", "Every file of every image has the digest that acquisition.json holds."},
    {"authority.file", "The paper of every authority is the one whose digest was signed."},
    {"photo.file", "Every photograph that a registration names has the digest that it states."},
    {"activity.chain", "Every line of the activity logs follows the line before."},
    {"activity.signed", "The activity log holds what was signed of it when sessions were closed."},
};

}  // namespace

std::span<const CheckMeaning> all_ledger_checks() {
  return kChecks;
}

// REQUIRES: the code is one of the table.
void Findings::hold(std::string_view code) {
  static const std::unordered_map<std::string_view, std::size_t> kPlaces = [] {
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < std::size(kChecks); ++i) places.emplace(kChecks[i].code, i);
    return places;
  }();
  const auto found = kPlaces.find(code);
  assert(found != kPlaces.end());
  held_[found->second] = true;
}

void Findings::fail(std::string_view code, const std::string& object, const std::string& what) {
  failed_ = true;
  not_held_.emplace(code);
  report_.fail(std::string(code), object, what);
}

void Findings::impossible(std::string_view code, const std::string& object, const std::string& what) {
  not_held_.emplace(code);
  if (impossible_.emplace(code, what).second) report_.impossible(std::string(code), object, what);
}

void Findings::finish(const std::string& object) {
  for (std::size_t i = 0; i < std::size(kChecks); ++i)
    if (held_[i] && !not_held_.contains(kChecks[i].code))
      report_.pass(std::string(kChecks[i].code), object, std::string(kChecks[i].holds));
  held_.assign(held_.size(), false);
}

}  // namespace custody
