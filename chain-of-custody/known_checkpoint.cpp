// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/known_checkpoint.h"

#include <algorithm>

#include "base/counted.h"
#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/words.h"
#include "chain-of-custody/ledger_check.h"

namespace custody {
namespace {

constexpr char kCode[] = "tree.consistency";

std::string object_of(const Checkpoint& checkpoint) {
  return "your checkpoint of " + checkpoint.origin + " over " + std::to_string(checkpoint.size) +
         (checkpoint.size == 1 ? " entry" : " entries");
}

// The ledger's first key, and those that replaced it.
std::vector<NoteKey> log_keys(const LedgerContent& content, const LedgerCheck& check) {
  std::vector<NoteKey> keys;
  if (check.log_key()) keys.push_back(*check.log_key());
  for (const Entry& entry : content.entries) {
    if (!entry.body) continue;
    try {
      const base::Json body = open_body(entry).body;
      const std::string& act = body.at("act").text();
      if (act == "genesis" || act == "log.replace") keys.push_back(parse_vkey(body.at("log_key").text()));
    } catch (const base::JsonError&) {
      continue;  // the entry's own checks have named it
    } catch (const NoteError&) {
      continue;
    }
  }
  return keys;
}

void compare(const KnownCheckpoint& known, const std::vector<NoteKey>& keys, Coverage coverage,
             const LedgerCheck& check, VerifyReport& report) {
  const Checkpoint& before = known.checkpoint;
  const std::string object = object_of(before);
  const std::uint64_t size = check.leaf_hashes().size();
  const bool signed_by_it = std::ranges::any_of(
      keys, [&](const NoteKey& key) { return check_note(known.note, key) == NoteOutcome::good; });
  if (!signed_by_it)
    return report.fail(
        kCode, object,
        "It is not signed with a key of this ledger: there are two ledgers of this name, or it "
        "was altered.");
  if (before.size > size && coverage == Coverage::edition)
    return report.impossible(kCode, object,
                             "This edition holds only " + base::counted(size, "entry", "entries") +
                                 ": it is older than your checkpoint, or was cut back. Ask for a newer "
                                 "one.");
  if (before.size > size)
    return report.fail(kCode, object,
                       "ROLLBACK, or an older copy: this ledger holds only " +
                           base::counted(size, "entry", "entries") + ".");
  const std::span<const base::Digest> first(check.leaf_hashes().data(), before.size);
  if (base::merkle_root(first) != before.root)
    return report.fail(kCode, object,
                       "FORK: the first " +
                           base::counted(before.size, "entry of this ledger is not the one",
                                         "entries of this ledger are not those") +
                           " that " + (before.size == 1 ? "was" : "were") + " there then.");
  report.pass(kCode, object, "This ledger continues it.");
}

}  // namespace

KnownCheckpoint load_checkpoint(const std::filesystem::path& file) {
  try {
    KnownCheckpoint known;
    known.note = parse_note(base::read_file(file, 64 << 10));
    known.checkpoint = parse_checkpoint(known.note.text);
    return known;
  } catch (const NoteError& error) {
    throw base::Error(
        base::ErrorKind::format, base::say("{} is no checkpoint: {}", file.string(), error.what()),
        base::say("Nothing was checked. Give the whole note, as `ledger checkpoint` prints it."));
  }
}

void compare_with_known(const std::vector<KnownCheckpoint>& known, const LedgerContent& content,
                        Coverage coverage, const LedgerCheck& check, VerifyReport& report) {
  const std::vector<NoteKey> keys = known.empty() ? std::vector<NoteKey>{} : log_keys(content, check);
  for (const KnownCheckpoint& one : known)
    if (one.checkpoint.origin == check.ledger()) compare(one, keys, coverage, check, report);
}

void name_uncompared(const std::vector<KnownCheckpoint>& known, VerifyReport& report) {
  for (const KnownCheckpoint& one : known) {
    const std::string object = object_of(one.checkpoint);
    const bool compared = std::ranges::any_of(
        report.checks, [&](const Check& check) { return check.code == kCode && check.object == object; });
    if (!compared) report.impossible(kCode, object, "No ledger of this name is here.");
  }
}

}  // namespace custody
