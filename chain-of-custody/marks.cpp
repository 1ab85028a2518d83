// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/marks.h"

#include <algorithm>

#include "base/counted.h"
#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "chain-of-custody/ledger_store.h"

namespace custody {
namespace {

constexpr char kKeepIt[] =
    "Nothing was written. Keep this ledger as it is, and its copies; verify them, and ask whoever keeps "
    "others before anything is added.";
constexpr char kWayOut[] =
    "Nothing was written. Restore it, or go on by two signatures from a checkpoint that somebody kept: "
    "holdfast ledger replace-log-key --last-good FILE --with NAME";

Checkpoint read_checkpoint(const std::filesystem::path& file, const KeyHistory& keys) {
  try {
    const SignedNote note = parse_note(base::read_file(file, 64 << 10));
    const Checkpoint checkpoint = parse_checkpoint(note.text);
    const std::optional<NoteKey> key = keys.log_key_at(checkpoint.size);
    if (key && check_note(note, *key) == NoteOutcome::good && checkpoint.origin == key->name)
      return checkpoint;
    throw refused("the checkpoint " + file.string() + " is not signed by this ledger's key");
  } catch (const NoteError& error) {
    throw refused("the checkpoint " + file.string() + " cannot be read: " + error.what());
  }
}

}  // namespace

base::Error refused(const base::Said& what) {
  return base::Error(base::ErrorKind::format, what, kKeepIt);
}

base::Error lost(const base::Said& what) {
  return base::Error(base::ErrorKind::format, what, kWayOut);
}

std::optional<Checkpoint> read_high_water(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return {};
  try {
    return parse_checkpoint(base::as_text(base::read_file(file, 4096)));
  } catch (const NoteError& error) {
    throw lost("the high-water mark " + file.string() + " cannot be read: " + error.what() +
               " (moved away, it counts as lost)");
  }
}

Marks read_marks(const LedgerPlaces& places, const KeyHistory& keys, std::uint64_t size,
                 bool mark_may_be_gone) {
  const std::filesystem::path file = places.folder / kCheckpointFile;
  Marks marks;
  marks.acknowledged = read_high_water(places.high_water);
  if (std::filesystem::exists(file))
    marks.checkpoint = read_checkpoint(file, keys);
  else if (marks.acknowledged || size > 1)
    throw refused("the checkpoint " + file.string() + " is missing");
  if (!marks.acknowledged && marks.checkpoint.size > 1 && !mark_may_be_gone)
    throw lost("the high-water mark " + places.high_water.string() +
               " is missing: a rollback could not be told from what it should be");
  return marks;
}

std::filesystem::path next_log_key(const LedgerPlaces& places) {
  return places.log_key.string() + ".next";
}

void settle_log_key(const LedgerPlaces& places, const NoteKey& key) {
  const std::filesystem::path next = next_log_key(places);
  if (!std::filesystem::exists(next) || Ed25519PrivateKey::read(next).public_key() != key.key) return;
  std::error_code failed;
  // The old private key is gone with this; if the power fails before, the next opening does it.
  std::filesystem::rename(next, places.log_key, failed);
  if (failed) throw base::io_error("cannot rename " + next.string(), failed.value(), kKeepIt);
  base::sync_folder(places.log_key.parent_path());
}

bool check_against_marks(const Marks& marks, std::span<const base::Digest> leaf_hashes,
                         const std::filesystem::path& folder, std::uint64_t replacements) {
  const std::uint64_t size = leaf_hashes.size();
  const std::uint64_t covered = marks.checkpoint.size;
  const std::uint64_t known = marks.acknowledged ? marks.acknowledged->size : 0;
  const auto has_root = [&](std::uint64_t count, const base::Digest& root) {
    return base::merkle_root(leaf_hashes.first(count)) == root;
  };
  if (std::min(size, covered) < known)
    throw refused("ROLLBACK: " + base::counted(known, "entry was", "entries were") +
                  " acknowledged, and the ledger " + folder.string() + " holds " +
                  std::to_string(std::min(size, covered)));
  if (known > 0 && !has_root(known, marks.acknowledged->root))
    throw refused(
        "FORK: the first " + base::counted(known, "entry", "entries") + " of " + folder.string() +
        (known == 1 ? " is not the one that was acknowledged" : " are not those that were acknowledged"));
  if (size < covered)
    throw refused("CUT TAIL: the checkpoint covers " + base::counted(covered, "entry", "entries") +
                  ", and only " + base::counted(size, "is", "are") + " there");
  if (covered > 0 && !has_root(covered, marks.checkpoint.root))
    throw refused("FORK: the entries of " + folder.string() + " are not those of its checkpoint");
  // A new key is named by two people, and needs no checkpoint of the old one, which may be gone.
  if (size > covered + 1 + replacements)
    throw refused("FORGED TAIL: more than one entry lies beyond the checkpoint of " + folder.string());
  return size > covered || covered > known;
}

}  // namespace custody
