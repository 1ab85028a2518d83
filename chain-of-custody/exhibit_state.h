// SPDX-License-Identifier: Apache-2.0
// Where each exhibit is, and who holds it, as far as the acts of one ledger say: computed from the entries,
// never stored. The writer refuses what contradicts, the verifier reports it: one reading of the rules.
// Thread rule: one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chain-of-custody/ledger.h"

namespace custody {

// What an act needs of the exhibits that it names.
enum class Needs {
  thing,   // in hand: it may not be offered to somebody, nor have left
  data,    // a copy of its data, or papers: these stay when the thing goes
  custody  // it moves the thing itself, by rules of its own
};
Needs needs_of(std::string_view act);  // of an act that nobody knows: the thing

enum class Whereabouts {
  unknown,  // its first acts are withheld here
  held,     // by one person, in this ledger
  offered,  // to somebody who accepts it in another ledger, by this one or the one that it continues; not
            // receipted yet
  left,     // the acceptance in the other ledger was receipted
};

struct ExhibitCustody {
  Whereabouts where = Whereabouts::unknown;
  std::string label;        // the present one
  std::string holder;       // SHA-256 of a certificate
  std::string seal;         // the number last stated; empty where none was, or since an acquisition opened it
  std::string image_due;    // until when the image is to be checked; empty where nothing is pending
  std::uint64_t since = 0;  // the entry that brought it where it is
  std::string offer_sha256;     // of the offer's body, while it is offered and after it left
  std::set<std::string> begun;  // acquisitions
};

struct CustodyFault {
  std::string code;    // of the check: "custody.state", "close.last"
  std::string object;  // "exhibit KK-A-0001"; empty for the ledger
  std::string what;    // one sentence
};

class ExhibitStates {
 public:
  // The next entry: what in it contradicts the entries before. It is taken in all the same.
  std::vector<CustodyFault> entry(std::uint64_t index, const OpenedBody& opened,
                                  const std::string& body_sha256);

  const ExhibitCustody* find(std::string_view uid) const;
  const std::map<std::string, ExhibitCustody, std::less<>>& all() const { return exhibits_; }
  // What is no contradiction and still worth a look: who used what another held, images yet to be checked.
  std::vector<std::string> remarks() const;

 private:
  void act_on(const OpenedBody::Exhibit& exhibit);
  void fault(const std::string& what);
  void require_here();
  void require_holder();
  void registered(const OpenedBody::Exhibit& exhibit);
  void accepted(const OpenedBody::Exhibit& exhibit);
  void offered();
  void settled(Whereabouts where);
  void used(const OpenedBody::Exhibit& exhibit);
  void sealed_as(const base::Json& members);
  void image_stated(const base::Json& members);

  std::map<std::string, ExhibitCustody, std::less<>> exhibits_;
  std::set<std::string> accepted_;  // offer's body hash and uid, of all acceptances here
  std::vector<std::string> uses_;   // by others than the holder; labels that one person alone changed
  std::string closed_by_;           // "entry 17"

  // Of the entry at hand.
  std::uint64_t index_ = 0;
  std::string act_, body_sha256_, first_party_, last_party_, offer_named_;
  ExhibitCustody* at_ = nullptr;
  std::vector<CustodyFault> faults_;
};

// After the last entry of a ledger; what cannot be opened is passed over.
ExhibitStates custody_of(const LedgerContent& content);

}  // namespace custody
