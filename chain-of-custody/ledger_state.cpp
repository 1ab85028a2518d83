// SPDX-License-Identifier: Apache-2.0
// The past of a ledger that is opened: read, checked, compared with what this station remembers, and
// completed by at most the last step that was cut off.
#include "chain-of-custody/ledger_state.h"

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace custody {

using base::ErrorKind;

bool holds_log_key(const LedgerPlaces& places) {
  return std::filesystem::exists(places.log_key) || std::filesystem::exists(next_log_key(places));
}

// Reads everything and believes nothing of it: bodies, signatures and disclosures of all entries are checked.
// Only signatures of entries that this station has acknowledged are not verified a second time: their leaves
// hold them, and are compared with the root of the high-water mark below.
void Ledger::State::load() {
  report = {};
  findings.emplace(report);
  check.emplace(Coverage::whole, nullptr, *findings);
  const bool may_be_gone = strictness == Strictness::loss_allowed;
  const auto known = read_high_water(places.high_water);
  const std::uint64_t verified = known && !may_be_gone ? known->size : 0;
  check->signatures_stand_below(verified);
  const std::vector<Entry> entries = store.read_all();
  FactsAhead ahead(entries, verified);
  for (const Entry& entry : entries) check->entry(entry, ahead.take());
  for (const Check& found : report.checks)
    if (found.outcome != Outcome::passed)
      throw refused(
          base::say("the ledger {} is damaged at {}: {}", places.folder.string(), found.object, found.what));
  follow_log_key();
  const Marks marks = read_marks(places, check->key_history(), size(), may_be_gone);
  written = marks.checkpoint;
  loss.high_water = may_be_gone && !marks.acknowledged && written.size > 1;
  // At most one entry lies beyond the checkpoint: the append that made it was cut off before its end. It has
  // just been checked in full, signature included, so signing it now signs nothing that a person did not.
  const bool cut_off =
      check_against_marks(marks, check->leaf_hashes(), places.folder, replacements_after(written.size));
  if (loss.any()) return;  // how it goes on is for two people to say
  if (cut_off) acknowledge(checkpoint_now());
  if (size() > 0) settle_log_key(places, note_key);
}

// How many of the last entries beyond the checkpoint name a new log key.
std::uint64_t Ledger::State::replacements_after(std::uint64_t covered) const {
  std::uint64_t count = 0;
  while (size() > covered + count && check->key_history().names_log_key(size() - count - 1)) ++count;
  return count;
}

// The key that signs the next checkpoint. After a `log.replace` it is the new one, which lies beside the old
// until a checkpoint bears its signature.
void Ledger::State::follow_log_key() {
  if (!check->log_key()) return;
  note_key = *check->log_key();
  const auto is_it = [&] { return log_key && log_key->public_key() == note_key.key; };
  bool any_file = false;
  for (const std::filesystem::path& file : {places.log_key, next_log_key(places)}) {
    if (is_it()) break;
    if (!std::filesystem::exists(file)) continue;
    any_file = true;
    try {
      log_key = Ed25519PrivateKey::read(file);
    } catch (const base::Error& error) {
      if (error.kind != ErrorKind::crypto) throw;
      continue;  // a file that holds no key holds not this ledger's
    }
  }
  loss.log_key = !is_it();
  if (!loss.log_key) return;
  log_key.reset();
  if (strictness == Strictness::loss_allowed) return;
  throw lost(any_file ? base::say("the key in {} is not that of this ledger", places.log_key.string())
                      : base::say("the ledger's key {} is missing", places.log_key.string()));
}

Checkpoint Ledger::State::checkpoint_now() const {
  return {note_key.name, size(), check->root()};
}

void Ledger::State::acknowledge(const Checkpoint& checkpoint) {
  SignedNote note{checkpoint.text(), {}};
  note.signatures.push_back(sign_note(note.text, note_key, log_key.value()));
  if (check_note(note, note_key) != NoteOutcome::good)
    throw base::Error(ErrorKind::crypto, base::say("a checkpoint was signed that does not verify"),
                      kNotAcknowledged);
  // If the power fails before this line, the entry is there without a checkpoint: the next opening signs it.
  base::write_durably(places.folder / kCheckpointFile, base::as_bytes(format_note(note)));
  written = checkpoint;
  // If the power fails here, the checkpoint is ahead of the mark by one: the next opening moves the mark.
  base::write_durably(places.high_water, base::as_bytes(checkpoint.text()), 0600);
  // From here on a ledger with fewer entries, or others, is refused by this station.
}

// Another process may have added entries: they are checked, and go on from what is known here.
void Ledger::State::refresh() {
  if (failed)
    throw base::Error(ErrorKind::io, base::say("an earlier entry could not be completed"), kNotAcknowledged);
  if (store.size() == size() && written == checkpoint_now()) return;
  if (!caught_up()) load();
}

// False where more is to be told than that entries were added and acknowledged: an append that was cut off,
// a rollback, damage. Then all is read and checked anew.
bool Ledger::State::caught_up() {
  const std::uint64_t stored = store.size();
  if (loss.any() || stored < size()) return false;
  for (std::uint64_t index = size(); index < stored; ++index) check->entry(store.read(index));
  if (findings->any_failed()) return false;
  follow_log_key();
  const Marks marks = read_marks(places, check->key_history(), size());
  if (marks.checkpoint != checkpoint_now() || marks.acknowledged != marks.checkpoint) return false;
  written = marks.checkpoint;
  return true;
}

}  // namespace custody
