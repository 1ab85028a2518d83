// SPDX-License-Identifier: Apache-2.0
// slip handover: the paper that somebody without a certificate signs.
#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/note.h"
#include "chain-of-custody/scans.h"
#include "chain-of-custody/whose_ledger.h"
#include "tools/carried_file.h"
#include "tools/exit_code.h"
#include "tools/handover_words.h"
#include "tools/slip.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

std::string text_of(const base::Json& object, std::string_view name) {
  const base::Json* member = object.find(name);
  return member != nullptr && member->is_text() ? member->text() : std::string();
}

// Who is the other side of the handover: the person of this station who will sign it.
std::string signer_in_words(const Arguments& arguments) {
  return custody::identity_facts(identities_folder(), identity_name(arguments)).subject;
}

// What is in a container goes with it, so whoever signs for the one signs for the other.
std::vector<std::string> with_contents(const Arguments& arguments,
                                       const std::vector<custody::ExhibitView>& exhibits,
                                       const custody::ExhibitStates& states) {
  std::vector<std::string> uids;
  const auto add = [&](const std::string& uid) {
    const bool known = std::ranges::find(exhibits, uid, &custody::ExhibitView::uid) != exhibits.end();
    if (known && std::ranges::find(uids, uid) == uids.end()) uids.push_back(uid);
  };
  for (const std::string& label : arguments.values("LABEL")) {
    const std::string uid = exhibit_by_label(exhibits, label).uid;
    add(uid);
    std::vector<std::string> inside = states.everything_in(uid);
    std::ranges::sort(inside, {}, [&](const std::string& one) { return label_of(exhibits, one); });
    for (const std::string& one : inside) add(one);
  }
  return uids;
}

Slip::Thing thing_of(const custody::ExhibitView& exhibit, const std::vector<custody::ExhibitView>& exhibits,
                     const custody::ExhibitStates& states) {
  Slip::Thing thing{exhibit.label, exhibit.kind, "", text_of(exhibit.members, "description"),
                    exhibit.uid,   "",           ""};
  const custody::ExhibitCustody* known = states.find(exhibit.uid);
  if (known == nullptr) return thing;
  thing.seal = known->seal;
  thing.container_uid = known->container;
  if (!known->container.empty()) thing.container = label_of(exhibits, known->container);
  return thing;
}

Slip slip_of(const Arguments& arguments, const custody::LedgerContent& ledger) {
  const auto exhibits = custody::exhibits_of(ledger);
  const custody::ExhibitStates states = custody::custody_of(ledger);
  const custody::Checkpoint checkpoint =
      custody::parse_checkpoint(custody::parse_note(ledger.checkpoint).text);
  Slip slip;
  slip.case_id = case_id_of(ledger);
  slip.ledger = custody::name_of(ledger);
  slip.purpose = arguments.required("purpose");
  slip.other = signer_in_words(arguments);
  slip.checkpoint_size = std::to_string(checkpoint.size);
  slip.checkpoint_root = checkpoint.root.hex();
  slip.printed_at = base::format_utc(base::now_utc_us() / 1'000'000 * 1'000'000);
  slip.nonce = base::to_hex(base::random_bytes(16));
  const std::vector<std::string> uids = with_contents(arguments, exhibits, states);
  for (const std::string& uid : uids)
    slip.things.push_back(
        thing_of(*std::ranges::find(exhibits, uid, &custody::ExhibitView::uid), exhibits, states));
  if (gives_on_paper(states, uids)) slip.direction = Slip::Direction::from_paper;
  return slip;
}

base::Buffer bytes_of(const Slip& slip, const std::string& extension) {
  if (extension == ".pdf") return slip.as_pdf();
  return base::to_buffer(base::as_bytes(extension == ".html" ? slip.as_html() : slip.as_text()));
}

int run_handover(const Arguments& arguments, Console& console) {
  const std::filesystem::path file = arguments.required("to");
  const std::string extension = file.extension().string();
  if (extension != ".txt" && extension != ".html" && extension != ".pdf")
    throw base::Error(base::ErrorKind::usage, base::say("--to takes a name that ends in .pdf, .html or .txt"),
                      base::say("Nothing was written. Choose such a name."));
  require_new(file);
  const store::CaseFolder folder = the_case(arguments);
  const Slip slip = slip_of(arguments, ledger_of(folder));
  if (slip.things.empty())
    throw base::Error(base::ErrorKind::usage, base::say("no exhibit is named"),
                      base::say("Nothing was written. Name its label."));
  if (extension == ".pdf" && !slip.fits_pdf())
    throw base::Error(
        base::ErrorKind::usage, base::say("the slip has letters that its PDF cannot print"),
        base::say(
            "Nothing was written. Give --to a name that ends in .html, and print that from a browser."));
  const std::filesystem::path slips = folder.root() / custody::kSlipsFolder;
  std::filesystem::create_directories(slips);
  base::write_durably(slips / (slip.digest() + ".json"), base::as_bytes(slip.statement().canonical()), 0600);
  write_carried(file, bytes_of(slip, extension));
  console.result(
      base::say("slip {}", file.string()),
      base::Json::object({{"event", "slip"}, {"file", file.string()}, {"statement_sha256", slip.digest()}}));
  console.note(
      base::say("Print it, let it be signed by hand, scan it, and give the scan to `handover both --slip`."));
  return kDone;
}

constexpr std::array kHandover{
    Option{"LABEL", OptionKind::positional_many, "LABEL", base::phrase("the exhibits, by their labels")},
    Option{"to", OptionKind::value_required, "FILE.pdf|.html|.txt", base::phrase("the file to print")},
    Option{"purpose", OptionKind::value_required, "TEXT",
           base::phrase("what for: storage, return to the owner")}};

}  // namespace

const Verb kSlipHandover{"slip",
                         "handover",
                         base::phrase("print the paper that somebody without a certificate signs"),
                         kHandover,
                         "  holdfast slip handover KK-A-0001 --purpose storage --to slip.pdf\n"
                         "  holdfast slip handover KK-A-0001 KK-A-0002 --purpose storage --to slip.txt",
                         base::phrase("0 written; 2 usage; 4 failed"),
                         run_handover};

}  // namespace tools
