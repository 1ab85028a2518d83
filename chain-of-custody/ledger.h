// SPDX-License-Identifier: Apache-2.0
// The ledger of one case on one workstation: signed bodies, a Merkle tree over leaves, a signed checkpoint
// after every append. Format: docs/ledger-format.md. Thread rule: one thread per Ledger; several processes
// wait for each other.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/event.h"
#include "base/json.h"
#include "chain-of-custody/identity.h"
#include "chain-of-custody/party.h"

namespace custody {

// Where the parts of a ledger lie. The log key and the high-water mark are never in the case folder.
struct LedgerPlaces {
  std::filesystem::path folder;      // <case>/ledgers/<station>: ledger.db, checkpoint, disclosures.db
  std::filesystem::path log_key;     // Ed25519, 0600
  std::filesystem::path high_water;  // size and root that were last acknowledged
};

// What a station no longer has of a ledger that it kept.
struct Loss {
  bool log_key = false;     // no file holds the key that signs the next checkpoint
  bool high_water = false;  // the mark is gone, so that a rollback could not be told
  bool any() const { return log_key || high_water; }
};

struct GenesisFacts {
  std::string agency;                         // a domain name, or the identity's organisation made into one
  std::string case_id;                        // ASCII
  std::string station;                        // ASCII
  base::Json members = base::Json::object();  // title, authority, encrypted_at_rest, officers' certificates …
};

// What the signer sees before he signs, and what reports print: the body in words, a line per fact.
std::vector<std::string> body_in_words(const base::Json& body,
                                       const std::vector<base::Json>& opened_exhibits);

using Signers = std::vector<const Signer*>;

class Ledger final : public base::EventSink {
 public:
  // Makes ledger and log key; entry 0 is `genesis`, with the log key inside, signed by `signer`, which must
  // outlive the ledger.
  // `custodians` sign as well, where the act is not one person's alone.
  static std::unique_ptr<Ledger> create(const LedgerPlaces& places, const GenesisFacts& facts,
                                        const Signer& signer, const Signers& custodians = {});
  // Opens for appending. Tells rollback, fork and cut tail apart (Error format, with the words for it); signs
  // again at most one leaf beyond the checkpoint, and only after verifying it in full.
  static std::unique_ptr<Ledger> open(const LedgerPlaces& places, const Signer& signer);
  // The same to give it a new key: also where this station lost the key or the high-water mark. Then the
  // entries are verified in full and against the checkpoint that lies beside them, nothing is signed again,
  // and the one act that is taken is replace_log_key.
  static std::unique_ptr<Ledger> open_for_new_key(const LedgerPlaces& places, const Signer& signer);
  ~Ledger() override;

  base::EntryReceipt append(const base::Event& event) override;
  // `others` sign after the ledger's own signer, in the order of the act's roles (act_table.h), but for the
  // roles of those who signed on paper. Where the own signer is a session's, the session's rules hold.
  base::EntryReceipt append(const base::Event& event, const Signers& others, const Papers& papers = {});
  // A new key for the ledger, by `log.replace`, whose members `event` holds but for the key: it signs the
  // checkpoint of that entry and all later ones. The old private key is deleted. What was lost is stated in
  // the entry; the caller has compared the ledger with a state that somebody else kept (kept_state.h).
  base::EntryReceipt replace_log_key(base::Event event, const Signers& others);
  std::uint64_t size() const;
  const Loss& loss() const;

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  static std::unique_ptr<Ledger> create_locked(const LedgerPlaces& places, const GenesisFacts& facts,
                                               const Signer& signer, const Signers& custodians);
  enum class Strictness { all_there, loss_allowed };
  static std::unique_ptr<Ledger> open_as(const LedgerPlaces& places, const Signer& signer, Strictness how);
  static std::unique_ptr<Ledger> open_locked(const LedgerPlaces& places, const Signer& signer,
                                             Strictness how);
  base::EntryReceipt append_locked(const base::Event& event, const Signers& others, const Papers& papers);
  std::unique_ptr<State> state_;
};

// Whether this station holds a key for the ledger there: the present one, or one that is to come.
bool holds_log_key(const LedgerPlaces& places);

// Everything in a ledger, as read; nothing is believed yet. Also the form in which an edition carries one,
// where bodies and disclosures may be missing.
// What is kept of a statement whose disclosure was erased: without it the state of all exhibits could not be
// followed any more. Nobody needs to believe it: another uid gives another state than the leaf holds.
struct ErasedStatement {
  std::string digest;  // in the body's list of exhibits
  std::string exhibit_uid;
};
struct Entry {
  std::uint64_t index = 0;
  base::Buffer leaf;                     // leaf.json as stored
  std::optional<base::Buffer> body;      // body.json as stored
  std::vector<base::Buffer> signatures;  // DER, in the order of the body's parties
  std::vector<std::string> disclosures;  // base64url texts of RFC 9901
  std::vector<ErasedStatement> erased = {};
};
struct StateSlot {
  std::string exhibit_uid;
  std::uint64_t n = 0;  // acts on this exhibit
  base::Digest head_body_sha256;
};
// An exhibit's slot with its path to the state of the last leaf (RFC 6962).
struct SlotProof {
  StateSlot slot;
  std::uint64_t index = 0;
  std::uint64_t slots = 0;  // with padding: a power of two
  std::vector<base::Digest> path;
};
struct LedgerContent {
  std::string station;
  base::Buffer checkpoint;  // signed note
  std::vector<Entry> entries;
  std::vector<base::Buffer> certificates;  // DER, of the signers and of what lies between them and roots
  std::vector<SlotProof> slots;            // only in an edition; the slot of the case has a uid of zeros
};

// Reads ledger.db and the files beside it; writes nothing. Throws Error(format) where it is no ledger.
LedgerContent read_ledger(const std::filesystem::path& folder);

// A body with its exhibits as far as the disclosures open them. JsonError where it is not what it must be.
struct OpenedBody {
  base::Json body;
  struct Exhibit {
    std::string uid;
    std::uint64_t n;
    std::string prev_body_sha256;
    base::Json members = base::Json::object();  // with the hidden ones that are opened
    std::vector<std::string> opened_names;      // of those
    std::size_t withheld = 0;                   // hidden members that no disclosure opens
  };
  std::vector<Exhibit> exhibits;
  std::size_t hidden = 0;  // exhibits that no disclosure opens
  // The uids of all exhibits that can be told, erased ones too, in the order of the body.
  struct Touched {
    std::string uid;
    bool erased = false;
  };
  std::vector<Touched> touched;
};
OpenedBody open_body(const Entry& entry);

// Exhibits as the entries say, in order of registration: uid, current label (after `amend`), kind, parent,
// serial, …
struct ExhibitView {
  std::string uid, label, kind, parent_uid;
  base::Json members;                  // of exhibit.add
  std::vector<std::string> labels;     // all it ever had, first to last
  std::vector<std::uint64_t> entries;  // that concern it
  std::string case_id;                 // of the ledger that tells of it
};
std::vector<ExhibitView> exhibits_of(const LedgerContent& content);

// How far an edition opens an exhibit's statements.
enum class Opening { without_digests, whole };  // whole: nothing of the exhibit is withheld

// The files of data/custody/<station>/ for an edition that is about these exhibits (by uid): all leaves, the
// bodies that concern them or have `scope: all`, with signatures, and disclosures of these exhibits only,
// state slots with proofs, checkpoint. Relative name -> bytes.
std::map<std::string, base::Buffer> edition_files(const LedgerContent& content,
                                                  const std::map<std::string, Opening>& exhibits);

}  // namespace custody
