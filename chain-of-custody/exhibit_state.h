// SPDX-License-Identifier: Apache-2.0
// Where each exhibit is, and who holds it, as far as the acts of one ledger say: computed from the entries,
// never stored. The writer refuses what contradicts, the verifier reports it: one reading of the rules.
// Thread rule: one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "chain-of-custody/authority_rules.h"
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
  unknown,   // its first acts are withheld here
  held,      // by one person, in this ledger
  offered,   // to somebody who accepts it in another ledger, by this one or the one that it continues; not
             // receipted yet
  left,      // the acceptance in the other ledger was receipted
  returned,  // to whom it belongs; it comes back as another exhibit, or never
  destroyed,
};

// One copy of what was acquired or received; "copy1" is the one that was made when it was.
struct CopyKnown {
  std::uint64_t told = 0;       // the entry that tells of it; 0: none here does
  std::uint64_t destroyed = 0;  // the entry that says so
  bool equal = true;            // as last read
};
// By the names of the copies.
using CopiesKnown = std::map<std::string, CopyKnown>;

struct ExhibitCustody {
  Whereabouts where = Whereabouts::unknown;
  std::string label;         // the present one
  std::string kind;          // as registered: "container" may hold others
  std::string holder;        // SHA-256 of a certificate; or kHeldOnPaper and that of a slip
  std::string container;     // uid of the one that it is packed in; empty where in none
  std::uint64_t packed = 0;  // the entry that says so
  std::string seal;          // the number last stated; empty where none was, or since something opened it
  std::uint64_t unsealed =
      0;  // the entry that took the last seal off by `unseal`; 0 where none did since it came here
  base::Json place = base::Json::object();  // site, room, floor, desk: as last stated since it has its holder
  std::uint64_t placed = 0;                 // the entry that says so
  std::string image_due;        // until when the image is to be checked; empty where nothing is pending
  std::uint64_t since = 0;      // the entry that brought it where it is
  std::string offer_sha256;     // of the offer's body, while it is offered and after it left
  std::set<std::string> begun;  // acquisitions
  // Under which authority it was seized: nothing where that was told elsewhere, empty where nothing is
  // stated.
  std::optional<std::string> authority;
  std::vector<BarEntry> bars;
  std::map<std::string, CopiesKnown> copies;  // of acquisitions that are whole, and of what was received
  bool came_from_another = false;             // ledger, which may tell of acquisitions that this one does not
};

// By somebody without a certificate, who signed a slip.
inline constexpr std::string_view kHeldOnPaper = "paper:";

// The writer says it to the person; what the verifier finds is the English of it.
struct CustodyFault {
  std::string code;   // of the check: "custody.state", "close.last"
  base::Said object;  // "exhibit KK-A-0001"; empty for the ledger
  base::Said what;    // one sentence
};

class ExhibitStates {
 public:
  // The next entry: what in it contradicts the entries before. It is taken in all the same.
  std::vector<CustodyFault> entry(std::uint64_t index, const OpenedBody& opened,
                                  const std::string& body_sha256);

  const ExhibitCustody* find(std::string_view uid) const;
  const std::map<std::string, ExhibitCustody, std::less<>>& all() const { return exhibits_; }
  // Uids of what is in a container, and in containers in it.
  std::vector<std::string> everything_in(std::string_view uid) const;
  // The container of an exhibit where this ledger says more of that one; else empty.
  std::string told_container(const ExhibitCustody& exhibit) const;
  // What is no contradiction and still worth a look: who used what another held, images yet to be checked.
  std::vector<std::string> remarks() const;

 private:
  using Exhibit = OpenedBody::Exhibit;
  using Step = void (ExhibitStates::*)(const Exhibit&);
  static Step step_of(std::string_view act);
  void begin(std::uint64_t index, const OpenedBody& opened, const std::string& body_sha256);
  void note_names(const OpenedBody& opened);
  void parties_of(const base::Json& body);
  std::string holder_of(const base::Json& party) const;
  void act_on(const Exhibit& exhibit);
  void fault(const base::Said& what);
  std::string name_of(std::string_view uid) const;

  // What an act may ask of the exhibit at hand.
  void require_here();
  void require_unpacked();
  void require_holder();
  void require_in_hand();
  void require_moved_together(const Exhibit& exhibit);
  void require_arrived_together(const Exhibit& exhibit);
  void require_room_in(const std::string& uid, const std::string& container);
  void require_open(const ExhibitCustody& container);

  // What acts do.
  void registered(const Exhibit& exhibit);
  void accepted(const Exhibit& exhibit);
  void offered(const Exhibit& exhibit);
  void receipted(const Exhibit& exhibit);
  void withdrawn(const Exhibit& exhibit);
  void sealed(const Exhibit& exhibit);
  void unsealed(const Exhibit& exhibit);
  void packed(const Exhibit& exhibit);
  void unpacked(const Exhibit& exhibit);
  void returned(const Exhibit& exhibit);
  void destroyed(const Exhibit& exhibit);
  void used(const Exhibit& exhibit);
  void restricted(const Exhibit& exhibit);
  void unrestricted(const Exhibit& exhibit);
  void received(const Exhibit& exhibit);
  void copied(const Exhibit& exhibit);
  void copy_destroyed(const Exhibit& exhibit);

  // What may be looked at (authority_states.cpp).
  void require_allowed(const Exhibit& exhibit);
  void require_barred(const BarEntry& lift);
  Bars bars() const;
  void authority_stated(const base::Json& members);

  // What may have been told in entries that are not here.
  bool may_be_untold(const Exhibit& exhibit) const;
  void acquired(const Exhibit& exhibit);
  void copies_checked(const Exhibit& exhibit);
  void require_last_is_said(const Exhibit& exhibit, const CopiesKnown& copies);

  void settled(Whereabouts where);
  void begin_here(const Exhibit& exhibit);
  void end_as(const std::string& uid, Whereabouts where);
  void put_into(const std::string& uid, const std::string& container);
  void opened_by_use();
  void placed_as(const base::Json& members);
  void sealed_as(const base::Json& members);
  void image_stated(const base::Json& members);

  std::map<std::string, ExhibitCustody, std::less<>> exhibits_;
  std::map<std::string, std::set<std::string>, std::less<>> contents_;  // by the container's uid
  std::map<std::string, std::string> openers_;  // of sessions, by the certificate of either
  std::set<std::string, std::less<>> erased_;   // whose disclosures were erased in some entry
  AuthorityBook book_;
  bool all_told_ = true;            // no entry and no exhibit is withheld so far
  std::set<std::string> accepted_;  // offer's body hash and uid, of all acceptances here
  std::vector<std::string>
      uses_;  // by others than the holder, of what bore a seal, and labels that one alone changed
  std::optional<std::uint64_t> closed_by_;

  // Of the entry at hand.
  std::optional<std::uint64_t> index_;
  std::int64_t claimed_us_ = 0;
  const OpenedBody* opened_ = nullptr;
  std::string act_, body_sha256_, first_party_, last_party_, offer_named_;
  std::set<std::string, std::less<>> named_;
  bool names_others_ = false;  // exhibits that are withheld
  ExhibitCustody* at_ = nullptr;
  std::vector<CustodyFault> faults_;
};

// After the last entry of a ledger; what cannot be opened is passed over.
ExhibitStates custody_of(const LedgerContent& content);

}  // namespace custody
