// SPDX-License-Identifier: Apache-2.0
// witness new, cosign, list: this station as a witness of other ledgers.
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/witness.h"
#include "tools/carried_file.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

std::filesystem::path witnesses_folder() {
  return config_folder() / "witnesses";
}

std::string time_text(std::uint64_t time_s) {
  return base::format_utc_for_people(static_cast<std::int64_t>(time_s) * 1'000'000);
}

int run_new(const Arguments& arguments, Console& console) {
  const std::string passphrase = console.new_passphrase();
  if (passphrase.size() < 8) {
    throw base::Error(base::ErrorKind::usage, base::say("the passphrase has fewer than 8 characters"),
                      base::say("Nothing was made. Choose a longer one."));
  }
  const custody::WitnessKey key =
      custody::Witness::make(witnesses_folder(), arguments.required("NAME"), passphrase);
  console.result(key.vkey(), base::Json::object({{"name", key.name}, {"vkey", key.vkey()}}));
  console.note(base::say(
      "Give this line to those whose ledgers you witness and to those who verify them; it is not secret."));
  return kDone;
}

// Keys that the ledger had before, shown and as JSON.
base::Json replaced_keys(const custody::WitnessMemory& memory, Console& console) {
  base::Json keys = base::Json::array();
  for (const custody::WitnessMemory::Replaced& one : memory.replaced) {
    console.line(base::say("    earlier key, up to {} {}", base::say_counted(one.size, "entry", "entries"),
                           one.log.vkey()));
    keys.push(base::Json::object({{"log_key", one.log.vkey()}, {"size", std::to_string(one.size)}}));
  }
  return keys;
}

int run_list(const Arguments&, Console& console) {
  for (const custody::WitnessView& witness : custody::list_witnesses(witnesses_folder())) {
    base::Json ledgers = base::Json::array();
    console.line(witness.key.vkey());
    for (const custody::WitnessMemory& memory : witness.memory) {
      console.line(base::say("  {}  {}, cosigned {}\n    key {}", memory.log.name,
                             base::say_counted(memory.last.size, "entry", "entries"),
                             time_text(memory.time_s), memory.log.vkey()));
      ledgers.push(base::Json::object({{"ledger", memory.log.name},
                                       {"log_key", memory.log.vkey()},
                                       {"size", std::to_string(memory.last.size)},
                                       {"root", memory.last.root.hex()},
                                       {"cosigned_at", time_text(memory.time_s)},
                                       {"replaced", replaced_keys(memory, console)}}));
    }
    console.object(base::Json::object(
        {{"name", witness.key.name}, {"vkey", witness.key.vkey()}, {"ledgers", std::move(ledgers)}}));
  }
  return kDone;
}

std::string witness_name(const Arguments& arguments) {
  if (const auto named = arguments.value("witness")) return *named;
  const auto all = custody::list_witnesses(witnesses_folder());
  if (all.size() == 1) return all.front().key.name;
  throw base::Error(
      base::ErrorKind::not_found,
      all.empty() ? base::say("this station is no witness yet")
                  : base::say("there are several witnesses here"),
      all.empty() ? base::say("Nothing was cosigned. Make one: holdfast witness new NAME")
                  : base::say("Nothing was cosigned. Name one with --witness; `witness list` shows them."));
}

std::optional<custody::NoteKey> key_given(const Arguments& arguments, const std::string& option) {
  const auto given = arguments.value(option);
  if (!given) return {};
  try {
    return custody::parse_vkey(text_or_first_line(*given));
  } catch (const custody::NoteError& error) {
    throw base::Error(
        base::ErrorKind::usage, "--" + option + ": " + error.what(),
        base::say(
            "Nothing was cosigned. The ledger's keeper sees his key with `holdfast ledger checkpoint`."));
  }
}

// What a person does about a refusal that is no finding.
std::string advice_for(custody::WitnessAnswer answer) {
  switch (answer) {
    case custody::WitnessAnswer::unknown_log:
      return base::say(
          "Nothing was cosigned. Get the ledger's key from its keeper, by another way than this stick, and "
          "give it with --log.");
    case custody::WitnessAnswer::wrong_key:
      return base::say(
          "Nothing was cosigned. Keep the request, and ask the ledger's keeper for his key. Where he tells a "
          "new one, by another way than this stick: --log NEW --replaces OLD, as `witness list` shows it.");
    case custody::WitnessAnswer::clock_is_back:
      return base::say("Nothing was cosigned. Set this station's clock.");
    default:
      return base::say(
          "Nothing was cosigned. Let the request be written again: holdfast ledger request --to FILE");
  }
}

base::ErrorKind kind_of(custody::WitnessAnswer answer) {
  if (answer == custody::WitnessAnswer::unknown_log) return base::ErrorKind::usage;
  return answer == custody::WitnessAnswer::wrong_key ? base::ErrorKind::crypto : base::ErrorKind::format;
}

int tell(const custody::WitnessResult& result, const std::filesystem::path& to, Console& console) {
  const custody::Checkpoint& checkpoint = result.checkpoint;
  using custody::WitnessAnswer;
  switch (result.answer) {
    case WitnessAnswer::cosigned:
      console.result(base::say("cosigned {} with {}; answer in {}", checkpoint.origin,
                               base::say_counted(checkpoint.size, "entry", "entries"), to.string()),
                     base::Json::object({{"event", "cosigned"},
                                         {"ledger", checkpoint.origin},
                                         {"size", std::to_string(checkpoint.size)},
                                         {"root", checkpoint.root.hex()},
                                         {"cosigned_at", time_text(result.time_s)}}));
      return kDone;
    case WitnessAnswer::other_size:
      console.warn(base::say(
          "{}; the answer says so. Take it back: `holdfast ledger witnessed` tells how to ask again",
          result.why));
      return kLookAtIt;
    case WitnessAnswer::other_tree:
    case WitnessAnswer::wrong_proof:
      console.warn(
          base::say("{}. Nothing was cosigned. Keep the request: with the earlier checkpoint it shows what "
                    "was done to the ledger",
                    result.why));
      return kDamaged;
    default:
      throw base::Error(kind_of(result.answer), result.why, advice_for(result.answer));
  }
}

int run_cosign(const Arguments& arguments, Console& console) {
  const std::filesystem::path to = arguments.required("to");
  require_new(to);
  const std::optional<custody::NoteKey> log = key_given(arguments, "log"),
                                        replaces = key_given(arguments, "replaces");
  if (replaces && !log)
    throw base::Error(base::ErrorKind::usage,
                      base::say("--replaces names the old key, and --log the new one is missing"),
                      base::say("Nothing was cosigned. Get the new key from the ledger's keeper, by another "
                                "way than the request."));
  const base::Buffer request = base::read_file(arguments.required("REQUEST"), 1 << 20);
  const std::string name = witness_name(arguments);
  const custody::Witness witness =
      custody::Witness::open(witnesses_folder(), name, [&] { return console.passphrase(name); });
  const auto now = static_cast<std::uint64_t>(base::now_utc_us() / 1'000'000);
  const custody::WitnessResult result = witness.cosign(request, log, now, replaces);
  if (!result.file.empty()) write_carried(to, base::as_bytes(result.file));
  if (replaces && result.answer == custody::WitnessAnswer::cosigned)
    console.note(base::say("The earlier key is remembered as replaced, and is not taken again."));
  return tell(result, to, console);
}

constexpr std::array kNew{Option{"NAME", OptionKind::positional, "NAME",
                                 base::phrase("a name like a domain with a path: partner.example/w1")}};
constexpr std::array kCosign{
    Option{"REQUEST", OptionKind::positional, "REQUEST",
           base::phrase("the file that `ledger request` wrote")},
    Option{"to", OptionKind::value_required, "ANSWER", base::phrase("where the answer is written")},
    Option{"log", OptionKind::value, "VKEY|FILE",
           base::phrase("at first contact: the ledger's key, which you got by another way than the request")},
    Option{"replaces", OptionKind::value, "VKEY|FILE",
           base::phrase("the key that is remembered, where the ledger has the new one that --log names")},
    Option{"witness", OptionKind::value, "NAME",
           base::phrase("which witness cosigns; else the only one here")}};

}  // namespace

const Verb kWitnessNew{"witness",
                       "new",
                       base::phrase("make a key to witness other ledgers with"),
                       kNew,
                       "  holdfast witness new partner.example/w1\n"
                       "  holdfast witness new partner.example/w1 --passphrase-fd 3 3<passphrase.txt",
                       base::phrase("0 made; 2 usage; 4 failed"),
                       run_new};
const Verb kWitnessCosign{
    "witness",
    "cosign",
    base::phrase("cosign a ledger that continues what was cosigned before"),
    kCosign,
    "  holdfast witness cosign /media/stick/request --to /media/stick/answer --log station-a.vkey\n"
    "  holdfast witness cosign /media/stick/request --to /media/stick/answer",
    base::phrase("0 cosigned; 1 a fork, or a wrong proof: refused; 2 usage; 3 another size was cosigned "
                 "last: the answer "
                 "says it; "
                 "4 refused or failed"),
    run_cosign};
const Verb kWitnessList{"witness",
                        "list",
                        base::phrase("witnesses of this station, and what each has cosigned last"),
                        {},
                        "  holdfast witness list\n  holdfast witness list --json",
                        base::phrase("0; 4 failed"),
                        run_list};

}  // namespace tools
