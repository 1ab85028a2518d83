// SPDX-License-Identifier: Apache-2.0
// ledger replace-log-key: a new key for the ledger, also where this station lost the old one or its
// high-water mark.
#include "tools/verb_replace_log_key.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/merkle.h"
#include "base/words.h"
#include "chain-of-custody/kept_state.h"
#include "chain-of-custody/revocation.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

namespace fs = std::filesystem;
using base::Json;

[[noreturn]] void refuse(const std::string& given, const base::Said& why) {
  throw base::Error(base::ErrorKind::usage, base::say("{} is no last good checkpoint: {}", given, why),
                    base::say("No entry was made. Give a checkpoint of this ledger that somebody kept, as a "
                              "file or as it stands on paper ('41 9f86 d081 …')."));
}

bool lies_below(const fs::path& file, const fs::path& folder) {
  const fs::path to = fs::weakly_canonical(file), top = fs::weakly_canonical(folder);
  return std::mismatch(top.begin(), top.end(), to.begin(), to.end()).first == top.end();
}

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return size;
}

std::vector<base::Digest> leaf_hashes(const custody::LedgerContent& ledger) {
  std::vector<base::Digest> hashes;
  for (const custody::Entry& entry : ledger.entries) hashes.push_back(base::leaf_hash(entry.leaf));
  return hashes;
}

custody::KeptState kept_state(const std::string& given) {
  if (const auto paper = custody::kept_on_paper(given)) return *paper;
  std::error_code trouble;
  if (!fs::exists(given, trouble))
    refuse(given, base::say("there is no such file, and it is not a number of entries with at least 40 "
                            "digits of their root"));
  try {
    return custody::kept_checkpoint(base::read_file(given, 64 << 10));
  } catch (const custody::NoteError& wrong) {
    refuse(given, wrong.what());
  }
}

Json quoted(std::uint64_t size, const std::vector<base::Digest>& hashes) {
  const base::Digest root = base::merkle_root(std::span(hashes).first(size));
  return Json::object(
      {{"last_good_size", std::to_string(size)}, {"last_good_root", base::to_base64(root.bytes)}});
}

// The ledger that gets a new key. Where this station lost its keys, it cannot tell by them which is its own.
std::string station_to_rekey(const store::CaseFolder& folder, const Arguments& arguments) {
  const std::vector<std::string> stations = folder.stations();
  if (const auto named = arguments.value("station")) {
    if (std::ranges::find(stations, *named) != stations.end()) return *named;
    throw base::Error(base::ErrorKind::not_found,
                      base::say("this case has no ledger of a station {}", *named),
                      base::say("No entry was made. `holdfast case show` names those that there are."));
  }
  return stations.size() == 1 ? stations.front() : station_of(folder);
}

std::string losses(const custody::Loss& loss) {
  if (loss.log_key && loss.high_water) return base::say("the ledger's key and the high-water mark are gone");
  return loss.log_key ? base::say("the ledger's key is gone") : base::say("the high-water mark is gone");
}

// Says what nobody can see any more, before two people sign.
void accept_loss(const custody::Loss& loss, std::uint64_t kept, std::uint64_t here,
                 const std::string& station, Console& console) {
  console.warn(base::say("on this station {} of the ledger of station {}", losses(loss), station));
  console.warn(base::say(
      "the ledger here holds {}, sound in themselves, and the first {} of the checkpoint that you give",
      base::say_counted(here, "entry", "entries"), base::say_counted(kept, "is that", "are those")));
  if (loss.high_water)
    console.warn(
        base::say("whether more entries followed, and were removed, this station cannot see any more: only a "
                  "later checkpoint, cosignature, bundle or copy in other hands would show it. Ask those who "
                  "may hold one before you go on"));
  console.warn(base::say("never do this where the station that kept this ledger still works"));
  if (!console.confirm(base::say("Give the ledger a new key, and state in it what was lost?")))
    throw base::Error(
        base::ErrorKind::usage, base::say("the ledger was given no new key"),
        base::say(
            "Nothing was written; the ledger can be read and verified as it is. Repeat and answer yes."));
}

struct Opened {
  store::CaseFolder folder;
  store::CaseFolder::Lock lock;
  std::string station;
  std::unique_ptr<custody::Signer> signer, second;
  std::unique_ptr<custody::Ledger> ledger;
};
Opened open(const Arguments& arguments, Console& console) {
  store::CaseFolder folder = the_case(arguments);
  auto lock = folder.lock();
  const std::string station = station_to_rekey(folder, arguments);
  const std::string identity = identity_name(arguments);
  auto signer =
      custody::unlock_signer(identities_folder(), identity, [&] { return console.passphrase(identity); });
  const std::string case_id = case_id_of(custody::read_ledger(folder.ledger(station)));
  auto ledger = custody::Ledger::open_for_new_key(ledger_places(folder, case_id, station), *signer);
  auto second = second_custodian(arguments, identity, console);
  return {std::move(folder), std::move(lock),   station,
          std::move(signer), std::move(second), std::move(ledger)};
}

int run(const Arguments& arguments, Console& console) {
  const Opened at = open(arguments, console);
  const std::string given = arguments.required("last-good");
  const custody::LedgerContent content = custody::read_ledger(at.folder.ledger(at.station));
  const custody::Loss loss = at.ledger->loss();
  if (loss.any()) {
    if (whole_number(given)) refuse(given, base::say("{}, and a number alone shows nothing", losses(loss)));
    std::error_code trouble;
    if (fs::exists(given, trouble) && lies_below(given, at.folder.root()))
      refuse(given,
             base::say("it lies in the case folder, and whoever cut the ledger back cut that back too"));
  }
  Json members = last_good(content, given);
  if (loss.any())
    accept_loss(loss, std::stoull(members.at("last_good_size").text()), content.entries.size(), at.station,
                console);
  members.set("reason", arguments.required("reason"));
  console.entry(at.ledger->replace_log_key({"log.replace", {}, std::move(members), true}, {at.second.get()}));
  console.note(
      base::say("Any old key is deleted. Tell witnesses and those who verify the new one, by another way "
                "than a stick:\n  {}",
                custody::log_vkey_of(custody::read_ledger(at.folder.ledger(at.station)))));
  return loss.any() ? kLookAtIt : kDone;
}

constexpr std::array kReplace{
    kLastGoodOption, kSecondCustodianOption,
    Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why")},
    Option{"station", OptionKind::value, "NAME",
           base::phrase("whose ledger, where there are several and this station lost its keys")}};

}  // namespace

std::unique_ptr<custody::Signer> second_custodian(const Arguments& arguments, const std::string& first,
                                                  Console& console) {
  const std::string name = arguments.required("with");
  if (name == first)
    throw base::Error(base::ErrorKind::usage, base::say("two custodians sign, and both are {}", name),
                      base::say("No entry was made. Name the second with --with."));
  return custody::unlock_signer(identities_folder(), name, [&] { return console.passphrase(name); });
}

Json last_good(const custody::LedgerContent& ledger, const std::string& given) {
  const std::vector<base::Digest> hashes = leaf_hashes(ledger);
  if (const auto size = whole_number(given)) {
    if (*size == 0 || *size > hashes.size())
      refuse(given, base::say("the ledger does not have that many entries"));
    return quoted(*size, hashes);
  }
  const custody::KeptState kept = kept_state(given);
  const std::string why = custody::why_not_continued(kept, hashes, custody::log_keys_of(ledger));
  if (why.empty()) return quoted(kept.size, hashes);
  if (kept.size <= hashes.size()) refuse(given, why);
  throw base::Error(
      base::ErrorKind::format, given + ": " + why,
      base::say("No entry was made. Look for a copy of the ledger that holds all: every destination of its "
                "acquisitions has one (CASE.ledger/STATION), and partners may."));
}

const Verb kLedgerReplaceLogKey{
    "ledger",
    "replace-log-key",
    base::phrase("give the ledger a new key"),
    kReplace,
    "  holdfast ledger replace-log-key --last-good 41 --with second-custodian --reason 'station was broken "
    "into'\n"
    "  holdfast ledger replace-log-key --last-good /media/partner/KK-2026.checkpoint --with second-custodian "
    "--reason 'disk of the station failed'",
    base::phrase("0 recorded; 2 usage; 3 recorded, and what was lost could hide a rollback; 4 failed"),
    run};

}  // namespace tools
