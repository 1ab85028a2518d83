// SPDX-License-Identifier: Apache-2.0
// A witness: a key, and a memory of the largest checkpoint of each ledger that it has cosigned. It never
// cosigns two histories of one ledger, nor a smaller one after a larger, also where the power fails while it
// answers. Thread rule: one thread per Witness; several processes wait for each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chain-of-custody/cosignature.h"
#include "chain-of-custody/witness_request.h"

namespace custody {

// How a request was answered; the HTTP code that tlog-witness has for it.
enum class WitnessAnswer {
  cosigned,       // 200
  not_a_request,  // 400: its form, size 0, an old size beyond the checkpoint's
  wrong_key,      // 403: not signed with the key that is known for this ledger
  unknown_log,    // 404: a ledger never seen before, and nobody said which key is its own
  other_size,     // 409: another size was cosigned last
  other_tree,     // 409: the same size with another root: a fork
  wrong_proof,    // 422: the checkpoint does not continue what was cosigned
  clock_is_back,  // the clock stands before the time of an earlier cosignature
};

struct WitnessResult {
  WitnessAnswer answer = WitnessAnswer::not_a_request;
  std::string file;  // what the answer file holds: signature lines, or the size known; else empty
  std::string why;   // in words, where it was not cosigned
  Checkpoint checkpoint;
  std::uint64_t time_s = 0;      // of the cosignature
  std::uint64_t known_size = 0;  // that was cosigned last before
};

// What is remembered of one ledger.
struct WitnessMemory {
  NoteKey log;  // pinned at first contact, or put in the place of an earlier one by a person
  Checkpoint last;
  std::uint64_t time_s = 0;  // of the last cosignature
  struct Replaced {
    NoteKey log;
    std::uint64_t size = 0;  // that was cosigned last under it
  };
  std::vector<Replaced> replaced = {};  // oldest first; none of them comes back
};

class Witness {
 public:
  // Makes <folder>/<name, '/' as '+'> with a key, which is encrypted unless the passphrase is empty. The name
  // is like that of a ledger: a domain name with a path. Error(usage, conflict).
  static WitnessKey make(const std::filesystem::path& folder, const std::string& name,
                         const std::string& passphrase);
  // Unlocks the key. Error(not_found, crypto, format).
  static Witness open(const std::filesystem::path& folder, const std::string& name,
                      const std::function<std::string()>& passphrase);

  const WitnessKey& key() const { return key_; }
  // `log` is the key that a person got from the ledger's keeper; it is needed at first contact, and where it
  // is given later it must be the one that is pinned. What is to be remembered is on the disk before this
  // returns. Throws Error(io, format) where the memory cannot be read or written: then nothing was answered.
  // `replaces` is the pinned key where a person says that `log` has come in its place; the ledger must still
  // continue what was cosigned, whichever key signs.
  WitnessResult cosign(base::Bytes request, const std::optional<NoteKey>& log, std::uint64_t now_s,
                       const std::optional<NoteKey>& replaces = {}) const;

 private:
  Witness(std::filesystem::path home, WitnessKey key, Ed25519PrivateKey secret)
      : home_(std::move(home)), key_(std::move(key)), secret_(std::move(secret)) {}
  NoteSignature cosign_line(const WitnessRequest& request, std::uint64_t now_s) const;
  std::filesystem::path home_;
  WitnessKey key_;
  Ed25519PrivateKey secret_;
};

// Without the passphrase: who is there, and what each remembers.
struct WitnessView {
  WitnessKey key;
  std::vector<WitnessMemory> memory;  // by origin
};
std::vector<WitnessView> list_witnesses(const std::filesystem::path& folder);

}  // namespace custody
