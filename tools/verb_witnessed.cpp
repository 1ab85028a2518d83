// SPDX-License-Identifier: Apache-2.0
// ledger request, witnessed: this station's ledger, cosigned by another.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/revocation.h"
#include "chain-of-custody/witness_check.h"
#include "chain-of-custody/witness_request.h"
#include "tools/carried_file.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

constexpr auto kNothing = base::phrase("Nothing was recorded, and the ledger is as it was. ");

custody::WitnessKey witness_given(const std::string& given) {
  try {
    return custody::parse_witness_vkey(text_or_first_line(given));
  } catch (const custody::NoteError& error) {
    throw base::Error(
        base::ErrorKind::usage, base::say("--witness: {}", error.what()),
        base::say("Nothing was done. The witness prints its line with `holdfast witness list`."));
  }
}

std::vector<base::Digest> leaf_hashes(const custody::LedgerContent& ledger) {
  std::vector<base::Digest> hashes;
  for (const custody::Entry& entry : ledger.entries) hashes.push_back(base::leaf_hash(entry.leaf));
  return hashes;
}

std::uint64_t old_size(const Arguments& arguments, const custody::LedgerContent& ledger, std::uint64_t size) {
  const auto witness = arguments.value("witness");
  std::uint64_t old = witness ? custody::last_cosigned_size(ledger, witness_given(*witness)) : 0;
  const auto given = arguments.value("old");
  if (!given) return old;
  const auto [end, error] = std::from_chars(given->data(), given->data() + given->size(), old);
  if (error != std::errc() || end != given->data() + given->size() || old > size)
    throw base::Error(base::ErrorKind::usage,
                      base::say("--old takes a number of entries, at most the {} that there are", size),
                      base::say("Nothing was written. Write it in digits, as the witness said it."));
  return old;
}

int run_request(const Arguments& arguments, Console& console) {
  const custody::LedgerContent ledger = ledger_of(the_case(arguments));
  const custody::Checkpoint checkpoint =
      custody::parse_checkpoint(custody::parse_note(ledger.checkpoint).text);
  const std::vector<base::Digest> hashes = leaf_hashes(ledger);
  // A request over leaves that are not those of the checkpoint would get the ledger a name as a forked one.
  if (checkpoint.size > hashes.size() ||
      base::merkle_root(std::span(hashes).first(checkpoint.size)) != checkpoint.root)
    throw base::Error(base::ErrorKind::format,
                      base::say("the ledger's entries are not those of its checkpoint"),
                      base::say("Nothing was written. `holdfast verify` tells more."));
  const std::uint64_t old = old_size(arguments, ledger, checkpoint.size);
  const std::filesystem::path to = arguments.required("to");
  write_carried(to, base::as_bytes(custody::format_witness_request(old, hashes, ledger.checkpoint)));
  console.result(base::say("request for {}, continuing {}, in {}",
                           base::say_counted(checkpoint.size, "entry", "entries"), old, to.string()),
                 base::Json::object({{"event", "request"},
                                     {"size", std::to_string(checkpoint.size)},
                                     {"old", std::to_string(old)},
                                     {"file", to.string()}}));
  if (old == 0)
    console.note(base::say(
        "At first contact the witness needs this ledger's key, by another way than the request:\n  {}",
        custody::log_vkey_of(ledger)));
  return kDone;
}

base::Error other_size(std::uint64_t known, std::uint64_t size) {
  if (known > size)
    return base::Error(base::ErrorKind::format,
                       base::say("the witness has cosigned {}, and this ledger holds {}",
                                 base::say_counted(known, "entry", "entries"), size),
                       base::say("{}Either entries were lost here, or it speaks of another ledger: keep "
                                 "both, and verify the copies.",
                                 kNothing));
  return base::Error(base::ErrorKind::conflict,
                     base::say("nothing was cosigned: the witness has cosigned {} before",
                               base::say_counted(known, "entry", "entries")),
                     base::say("{}Ask again: holdfast ledger request --old {} --to FILE", kNothing, known));
}

const custody::NoteSignature& line_of(const std::vector<custody::NoteSignature>& lines,
                                      const custody::WitnessKey& witness) {
  for (const custody::NoteSignature& line : lines)
    if (line.name == witness.name && line.key_id == witness.id()) return line;
  throw base::Error(base::ErrorKind::format, base::say("the answer has no cosignature of {}", witness.name),
                    base::say("{}Check --witness, and that this is the witness's answer.", kNothing));
}

std::vector<custody::NoteSignature> lines_of(std::string_view answer) {
  try {
    return custody::parse_signature_lines(answer);
  } catch (const custody::NoteError& error) {
    throw base::Error(base::ErrorKind::format, base::say("the answer cannot be read: {}", error.what()),
                      base::say("{}Let the witness answer again.", kNothing));
  }
}

// What is recorded stays for ever, so what would not verify is refused here.
custody::CosignedCheckpoint cosigned_by(const custody::LedgerContent& ledger,
                                        const custody::NoteSignature& line,
                                        const custody::WitnessKey& witness) {
  const std::vector<base::Digest> hashes = leaf_hashes(ledger);
  const std::string origin = genesis_of(ledger).at("ledger").text();
  const auto cosigned = custody::find_cosigned(origin, hashes, line, witness, hashes.size());
  if (!cosigned)
    throw base::Error(base::ErrorKind::crypto,
                      base::say("the cosignature is over no checkpoint that this ledger ever had"),
                      base::say("{}It was altered, is for another ledger, or this one was changed: keep the "
                                "answer, and verify the copies.",
                                kNothing));
  const std::string wrong = custody::why_untimely(static_cast<std::int64_t>(cosigned->time_s) * 1'000'000,
                                                  custody::genesis_time_us(ledger), base::now_utc_us());
  if (!wrong.empty())
    throw base::Error(base::ErrorKind::format, base::say("the time of the cosignature cannot be: {}", wrong),
                      base::say("{}Compare the clocks of this station and of the witness.", kNothing));
  return *cosigned;
}

void refuse_again(const custody::LedgerContent& ledger, const base::Json& members) {
  for (const custody::Entry& entry : ledger.entries) {
    const base::Json body = custody::open_body(entry).body;
    const base::Json* line = body.find("cosignature");
    if (line != nullptr && *line == members.at("cosignature"))
      throw base::Error(base::ErrorKind::conflict,
                        base::say("this cosignature is recorded already, in entry {}", entry.index),
                        base::say("Nothing was changed. There is nothing to repeat: `ledger log` shows it."));
  }
}

int run_witnessed(const Arguments& arguments, Console& console) {
  const custody::WitnessKey witness = witness_given(arguments.required("witness"));
  const base::Buffer bytes = base::read_file(arguments.required("ANSWER"), 64 << 10);
  const custody::LedgerContent ledger = ledger_of(the_case(arguments));
  if (const auto known = custody::parse_known_size(base::as_text(bytes)))
    throw other_size(*known, ledger.entries.size());
  const std::vector<custody::NoteSignature> lines = lines_of(base::as_text(bytes));
  const custody::NoteSignature& line = line_of(lines, witness);
  const custody::CosignedCheckpoint cosigned = cosigned_by(ledger, line, witness);
  const base::Json members = custody::witness_members(witness, line, cosigned);
  refuse_again(ledger, members);
  OpenCase open = open_case(arguments, console);
  const base::EntryReceipt receipt = open.ledger->append({"witness", {}, members, true});
  console.note(base::say("{} vouches for the first {} of {}.", witness.name, cosigned.checkpoint.size,
                         base::say_counted(ledger.entries.size(), "entry", "entries")));
  console.entry(receipt);
  return kDone;
}

constexpr std::array kRequest{
    Option{"to", OptionKind::value_required, "FILE", base::phrase("where the request is written")},
    Option{
        "witness", OptionKind::value, "VKEY|FILE",
        base::phrase(
            "the witness's key: the request continues what it cosigned last, as far as this ledger knows")},
    Option{"old", OptionKind::value, "N",
           base::phrase("the number of entries that the witness says it cosigned last")}};
constexpr std::array kWitnessed{
    Option{"ANSWER", OptionKind::positional, "ANSWER", base::phrase("the file that the witness wrote")},
    Option{"witness", OptionKind::value_required, "VKEY|FILE", base::phrase("the witness's key")}};

}  // namespace

const Verb kLedgerRequest{"ledger",
                          "request",
                          base::phrase("ask a witness to cosign the ledger; writes a file for a stick"),
                          kRequest,
                          "  holdfast ledger request --to /media/stick/request\n"
                          "  holdfast ledger request --to /media/stick/request --witness partner.vkey",
                          base::phrase("0 written; 2 usage; 4 failed"),
                          run_request};
const Verb kLedgerWitnessed{"ledger",
                            "witnessed",
                            base::phrase("record a witness's cosignature"),
                            kWitnessed,
                            "  holdfast ledger witnessed /media/stick/answer --witness partner.vkey\n"
                            "  holdfast ledger log",
                            base::phrase("0 recorded; 2 usage; 4 refused or failed"),
                            run_witnessed};

}  // namespace tools
