// SPDX-License-Identifier: Apache-2.0
// A ledger and a bundle made with fixed keys, times and salts: the same bytes on every machine. Written
// beside the room's own writers, which draw random numbers and read clocks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/event.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/leaf.h"
#include "chain-of-custody/verify.h"
#include "fixed_people.h"

namespace fuzz {

inline constexpr char kPhone[] = "a1000000000000000000000000000001";
inline constexpr char kDisk[] = "a2000000000000000000000000000002";

struct Act {
  std::string_view name;
  base::Json clear = base::Json::object();
  std::vector<base::ExhibitStatement> exhibits = {};
  std::vector<const Person*> signers = {&officer()};
};

class FixedLedger {
 public:
  FixedLedger();  // with its first entry
  void add(const Act& act);
  // Under a checkpoint that the witness has cosigned.
  const custody::LedgerContent& content() const { return content_; }

 private:
  base::Json link_of(std::string_view uid, base::Json object, const std::string& prefix) const;
  std::string hide(const base::Json& disclosure, custody::Entry& entry);
  std::string hide_statement(const base::ExhibitStatement& statement, custody::Entry& entry);
  base::Json body_of(const Act& act, custody::Entry& entry);
  std::string fresh_salt();
  custody::LedgerContent content_;
  custody::CaseState state_;
  std::vector<base::Digest> hashes_;
  int salts_ = 0;
};

// A second signer, two exhibits, an acquisition and an extraction of the phone; a token, a cosignature and a
// list of revoked certificates; the phone handed over to the second signer.
FixedLedger small_ledger();

// By which the second officer offers the phone to the investigator.
const custody::HandoverFile& fixed_offer();

using Files = std::map<std::string, base::Buffer, std::less<>>;
// An edition of the phone: three records, of which one is released whole, one in part and one not. The ledger
// is the small one, or no more of it than an edition needs, which is verified in a third of the time.
enum class Extent { least, all };
const Files& fixed_bundle(Extent extent);
custody::TrustAnchors fixed_trust();

// The four manifests anew from the files that are there, and Payload-Oxum.
void put_manifests_right(Files& bundle);
// signatures/, over the tag manifest that is there.
void sign_bundle(Files& bundle);
inline constexpr char kLedgerPrefix[] = "data/custody/station-a/";

}  // namespace fuzz
