// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/witness.h"

#include <algorithm>
#include <system_error>

#include "base/counted.h"
#include "base/error.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/witness_memory.h"

namespace custody {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr char kKeyFile[] = "cosign.key.pem";
constexpr char kPublicFile[] = "vkey";
constexpr auto kNothingMade = base::phrase("Nothing was made. Check who may write there, then repeat.");

bool is_witness_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  bool begins = true;  // a part
  for (const char c : name) {
    if (!is_letter(c) && (begins || (c != '-' && c != '.' && c != '_' && c != '/'))) return false;
    begins = c == '/';
  }
  return !begins && name.size() <= 120;
}

// '+' is in no name, so two names have two folders.
fs::path home_of(const fs::path& folder, const std::string& name) {
  if (!is_witness_name(name))
    throw base::Error(
        ErrorKind::usage,
        base::say("\"{}\" cannot name a witness: letters, digits and - . _, in parts between /", name),
        base::say("Nothing was done. Choose a name such as \"partner.example/w1\"."));
  std::string step = name;
  std::ranges::replace(step, '/', '+');
  return folder / step;
}

WitnessKey key_in(const fs::path& home) {
  const base::Buffer bytes = base::read_file(home / kPublicFile, 4096);
  std::string_view text = base::as_text(bytes);
  if (text.ends_with('\n')) text.remove_suffix(1);
  try {
    return parse_witness_vkey(text);
  } catch (const NoteError& error) {
    throw base::Error(ErrorKind::format, (home / kPublicFile).string() + ": " + error.what(),
                      base::say("Nothing was cosigned. Restore this file from a copy."));
  }
}

// Judges one request against what is remembered. Holds no lock and writes nothing.
class Judgement {
 public:
  Judgement(const WitnessRequest& request, const std::optional<WitnessMemory>& known,
            const std::optional<NoteKey>& given, const std::optional<NoteKey>& replaces)
      : request_(request), known_(known), given_(given), replaces_(replaces) {
    result_.checkpoint = request.checkpoint;
    result_.known_size = known ? known->last.size : 0;
  }

  WitnessResult judge() {
    (void)(form() && key() && size() && tree());
    return std::move(result_);
  }

 private:
  bool refuse(WitnessAnswer answer, std::string why) {
    result_.answer = answer;
    result_.why = std::move(why);
    return false;
  }

  bool form() {
    if (request_.checkpoint.size == 0)
      return refuse(WitnessAnswer::not_a_request, "the checkpoint is over no entry at all");
    if (request_.old_size > request_.checkpoint.size)
      return refuse(WitnessAnswer::not_a_request, "the old size is larger than the checkpoint's");
    return true;
  }

  bool key() {
    const std::string& origin = request_.checkpoint.origin;
    if (!known_ && !given_)
      return refuse(WitnessAnswer::unknown_log,
                    "the ledger " + origin + " was never seen here, and nobody said which key is its own");
    if (replaces_ && !replacement()) return false;
    const NoteKey& log = known_ && !replaces_ ? known_->log : *given_;
    if (log.name != origin)
      return refuse(WitnessAnswer::wrong_key,
                    "the key given is of the ledger " + log.name + ", and this is " + origin);
    if (given_ && *given_ != log)
      return refuse(WitnessAnswer::wrong_key,
                    "another key is remembered for the ledger " + origin + ": " + log.vkey());
    if (check_note(request_.note, log) != NoteOutcome::good)
      return refuse(WitnessAnswer::wrong_key,
                    "the checkpoint is not signed with the key of the ledger " + origin);
    return true;
  }

  // The new key comes from a person, and it never is one that the ledger had before: whoever stole that could
  // else have it pinned again.
  bool replacement() {
    const std::string& origin = request_.checkpoint.origin;
    if (!known_)
      return refuse(WitnessAnswer::wrong_key,
                    "no key is remembered for the ledger " + origin + ", so there is none to be replaced");
    if (!given_) return refuse(WitnessAnswer::wrong_key, "nobody said which key is the new one");
    if (*replaces_ != known_->log)
      return refuse(WitnessAnswer::wrong_key,
                    "another key than the one to be replaced is remembered for the ledger " + origin + ": " +
                        known_->log.vkey());
    const bool had =
        *given_ == known_->log ||
        std::ranges::find(known_->replaced, *given_, &WitnessMemory::Replaced::log) != known_->replaced.end();
    if (had)
      return refuse(WitnessAnswer::wrong_key,
                    "the new key of the ledger " + origin + " is one that it had before");
    return true;
  }

  bool size() {
    if (request_.old_size == result_.known_size) return true;
    result_.file = format_known_size(result_.known_size);
    return refuse(WitnessAnswer::other_size,
                  "the request continues from " + base::counted(request_.old_size, "entry", "entries") +
                      ", and this witness has cosigned " + std::to_string(result_.known_size));
  }

  bool tree() {
    const Checkpoint& next = request_.checkpoint;
    const bool same_size = known_ && known_->last.size == next.size;
    if (same_size && known_->last.root != next.root)
      return refuse(WitnessAnswer::other_tree, "FORK: another checkpoint over " + std::to_string(next.size) +
                                                   " entries was cosigned before");
    const bool continues = !known_ || same_size
                               ? request_.proof.empty()
                               : base::check_consistency(known_->last.size, next.size, known_->last.root,
                                                         next.root, request_.proof);
    if (!continues)
      return refuse(
          WitnessAnswer::wrong_proof,
          "FORK, or a wrong proof: the checkpoint is not shown to continue the one that was cosigned");
    result_.answer = WitnessAnswer::cosigned;
    return true;
  }

  const WitnessRequest& request_;
  const std::optional<WitnessMemory>& known_;
  const std::optional<NoteKey>& given_;
  const std::optional<NoteKey>& replaces_;
  WitnessResult result_;
};

}  // namespace

WitnessKey Witness::make(const fs::path& folder, const std::string& name, const std::string& passphrase) {
  const fs::path home = home_of(folder, name);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (!failed && !fs::create_directory(home, failed) && !failed)
    throw base::Error(ErrorKind::conflict, base::say("there is a witness named \"{}\" already", name),
                      base::say("It was not touched. Choose another name."));
  if (failed) throw base::io_error(base::say("cannot make {}", home.string()), failed.value(), kNothingMade);
  fs::permissions(home, fs::perms::owner_all);
  const Ed25519PrivateKey secret = Ed25519PrivateKey::generate();
  const WitnessKey key{name, secret.public_key()};
  MemoryOfWitness::make(home);
  secret.write_new(home / kKeyFile, passphrase);
  // Last: a folder without it is no witness yet.
  base::write_new_durably(home / kPublicFile, base::as_bytes(key.vkey() + '\n'));
  base::sync_folder(folder);
  return key;
}

Witness Witness::open(const fs::path& folder, const std::string& name,
                      const std::function<std::string()>& passphrase) {
  const fs::path home = home_of(folder, name);
  if (!fs::exists(home / kPublicFile))
    throw base::Error(
        ErrorKind::not_found, base::say("there is no witness named \"{}\"", name),
        base::say("Nothing was cosigned. `holdfast witness list` shows those of this station."));
  WitnessKey key = key_in(home);
  Ed25519PrivateKey secret = Ed25519PrivateKey::read(home / kKeyFile, passphrase);
  if (secret.public_key() != key.key)
    throw base::Error(ErrorKind::crypto, base::say("the key in {} is not that of its vkey", home.string()),
                      base::say("Nothing was cosigned. Restore the folder from a copy."));
  return Witness(home, std::move(key), std::move(secret));
}

WitnessResult Witness::cosign(base::Bytes request, const std::optional<NoteKey>& log, std::uint64_t now_s,
                              const std::optional<NoteKey>& replaces) const {
  WitnessRequest read;
  try {
    read = parse_witness_request(request);
  } catch (const NoteError& error) {
    WitnessResult result;
    result.why = std::string("the request cannot be read: ") + error.what();
    return result;
  }
  // From here to the end no other process cosigns: what is compared is what is then replaced.
  const MemoryOfWitness memory(home_);
  const std::optional<WitnessMemory> known = memory.of(read.checkpoint.origin);
  WitnessResult result = Judgement(read, known, log, replaces).judge();
  if (result.answer != WitnessAnswer::cosigned) return result;
  if (const std::uint64_t latest = memory.latest_time(); now_s < latest) {
    result.answer = WitnessAnswer::clock_is_back;
    result.why = "the clock stands before the last cosignature of this witness, made at " +
                 base::format_utc_for_people(static_cast<std::int64_t>(latest) * 1'000'000);
    return result;
  }
  const NoteSignature line = cosign_line(read, now_s);
  WitnessMemory next{log ? *log : known->log, read.checkpoint, now_s};
  if (known) next.replaced = known->replaced;
  if (replaces) next.replaced.push_back({*replaces, known->last.size});
  memory.remember(next);
  // If the power fails before this line, nothing was answered, and at most the memory is ahead of what the
  // ledger's keeper holds: he is told its size when he asks again.
  result.time_s = now_s;
  result.file = format_signature_line(line);
  return result;
}

NoteSignature Witness::cosign_line(const WitnessRequest& request, std::uint64_t now_s) const {
  const NoteSignature line = custody::cosign(request.note.text, key_, secret_, now_s);
  if (check_cosignature(request.note.text, line, key_).outcome != NoteOutcome::good)
    throw base::Error(ErrorKind::crypto, base::say("a cosignature was made that does not verify"),
                      base::say("Nothing was answered. Check this machine."));
  return line;
}

std::vector<WitnessView> list_witnesses(const fs::path& folder) {
  std::vector<WitnessView> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (fs::exists(entry.path() / kPublicFile))
      found.push_back({key_in(entry.path()), MemoryOfWitness(entry.path()).all()});
  std::ranges::sort(found, {}, [](const WitnessView& view) { return view.key.name; });
  return found;
}

}  // namespace custody
