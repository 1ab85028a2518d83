// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/marks.h"

#include <algorithm>

#include "base/counted.h"
#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/words.h"
#include "chain-of-custody/ledger_store.h"

namespace custody {
namespace {

constexpr auto kKeepIt = base::phrase(
    "Nothing was written. Keep this ledger as it is, and its copies; verify them, and ask whoever keeps "
    "others before anything is added.");
constexpr auto kWayOut = base::phrase(
    "Nothing was written. Restore it, or go on by two signatures from a checkpoint that somebody kept: "
    "holdfast ledger replace-log-key --last-good FILE --with NAME");

Checkpoint read_checkpoint(const std::filesystem::path& file, const KeyHistory& keys) {
  try {
    const SignedNote note = parse_note(base::read_file(file, 64 << 10));
    const Checkpoint checkpoint = parse_checkpoint(note.text);
    const std::optional<NoteKey> key = keys.log_key_at(checkpoint.size);
    if (key && check_note(note, *key) == NoteOutcome::good && checkpoint.origin == key->name)
      return checkpoint;
    throw refused(base::say("the checkpoint {} is not signed by this ledger's key", file.string()));
  } catch (const NoteError& error) {
    throw refused(base::say("the checkpoint {} cannot be read: {}", file.string(), error.what()));
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
    throw lost(base::say("the high-water mark {} cannot be read: {} (moved away, it counts as lost)",
                         file.string(), error.what()));
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
    throw refused(base::say("the checkpoint {} is missing", file.string()));
  if (!marks.acknowledged && marks.checkpoint.size > 1 && !mark_may_be_gone)
    throw lost(
        base::say("the high-water mark {} is missing: a rollback could not be told from what it should be",
                  places.high_water.string()));
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
  if (failed)
    throw base::io_error(
        base::say("cannot rename {}", next.string()), failed.value(),
        base::say("Nothing was written. Check the volume and who may write there, then repeat."));
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
    throw refused(base::say("ROLLBACK: {} acknowledged, and the ledger {} holds {}",
                            base::say_counted(known, "entry was", "entries were"), folder.string(),
                            std::min(size, covered)));
  if (known > 0 && !has_root(known, marks.acknowledged->root))
    throw refused(base::say("FORK: the first {} of {}{}", base::say_counted(known, "entry", "entries"),
                            folder.string(),
                            known == 1 ? base::say(" is not the one that was acknowledged")
                                       : base::say(" are not those that were acknowledged")));
  if (size < covered)
    throw refused(base::say("CUT TAIL: the checkpoint covers {}, and only {} there",
                            base::say_counted(covered, "entry", "entries"),
                            base::say_counted(size, "is", "are")));
  if (covered > 0 && !has_root(covered, marks.checkpoint.root))
    throw refused(base::say("FORK: the entries of {} are not those of its checkpoint", folder.string()));
  // A new key is named by two people, and needs no checkpoint of the old one, which may be gone.
  if (size > covered + 1 + replacements)
    throw refused(
        base::say("FORGED TAIL: more than one entry lies beyond the checkpoint of {}", folder.string()));
  return size > covered || covered > known;
}

}  // namespace custody
