// SPDX-License-Identifier: Apache-2.0
// What all ledgers of a case together tell of each thing: where it was found, what was imaged of it, who has
// it, what is still open. A thing that passed from one station to another has one story over both ledgers.
// What is told is claimed; whether it holds is for the verification to say. Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain-of-custody/ledger.h"

namespace custody {

// The entry that says it, with the time that it claims.
struct ToldAt {
  std::string ledger;  // its name: agency/case/station
  std::uint64_t entry = 0;
  std::int64_t utc_us = 0;
};

struct AcquisitionStory {
  std::string name;             // "a1", "a1-B"
  std::optional<ToldAt> begun;  // while no later entry says how it ended
  std::optional<ToldAt> ended;  // the last time
  std::optional<ToldAt> whole;  // when its image was first told to be whole
  std::string outcome;          // of the last end, as acquisition.json names it
  std::uint64_t media_bytes = 0, read_bytes = 0, bad_bytes = 0, not_attempted_bytes = 0;
  std::string read_back;  // the last word on the whole image: equal, different, unreadable, not_done …
  std::optional<ToldAt> read_back_at;
  std::string stated;  // received: what comparing it with the digests that came along gave
  // All of the medium was read.
  bool complete() const {
    return whole && outcome == "complete" && bad_bytes == 0 && not_attempted_bytes == 0;
  }
  // Whoever read the image again found another than was written, or could not read it.
  bool is_broken() const { return read_back == "different" || read_back == "unreadable"; }
};

struct OfferStory {
  ToldAt at;
  std::string offer_sha256;
  std::optional<ToldAt> accepted;  // where the ledger is here that accepts it
  bool open = true;  // until the acceptance is recorded where it was offered, or it is taken back
};

// Something was done to the thing by another than the one who held it.
struct UseByAnother {
  ToldAt at;
  std::string act;
  std::uint64_t held_since = 0;  // entry
};

// Its seal was opened, and no later entry states one.
struct OpenSeal {
  ToldAt at;
  std::string seal, act;
};

enum class Standing { here, offered, left, returned, destroyed };

struct ExhibitStory {
  std::string uid, label, kind, parent_uid;
  ToldAt registered;  // the first entry about it
  std::int64_t seized_us = 0;
  base::Json found = base::Json::object();          // members, as first told
  base::Json now = base::Json::object();            // as last told
  std::map<std::string, ToldAt, std::less<>> told;  // of each member: the entry that told it last
  std::size_t withheld = 0;                         // members that nobody here can read

  Standing standing = Standing::here;
  std::string ledger;  // the one that has it, or had it last
  std::vector<AcquisitionStory> acquisitions;
  std::vector<OfferStory> offers;
  std::vector<UseByAnother> uses;
  std::optional<OpenSeal> open_seal;
  std::optional<ToldAt> image_due_told;  // while an image is yet to be checked
  std::int64_t image_due_us = 0;

  std::string text(std::string_view member) const;   // as last told; empty where it never was
  std::string first(std::string_view member) const;  // as first told
  bool is_gone() const { return standing == Standing::returned || standing == Standing::destroyed; }
  const AcquisitionStory* first_whole() const;  // whose image was whole first
};

// In the order of their labels. Exhibits of which all statements are erased or withheld are not among them.
std::vector<ExhibitStory> stories_of(std::span<const LedgerContent> ledgers);

enum class ImageState {
  not_asked,  // a document, a container, an account: there is nothing to image
  parts,      // its disks are exhibits of their own, and stand for it
  none,
  under_way,  // begun, and not ended as far as the ledger knows
  partly,     // interrupted, with bytes that could not be read, or with an image that is not what it was
  whole
};
ImageState image_state(const ExhibitStory& exhibit, std::span<const ExhibitStory> all);

}  // namespace custody
