// SPDX-License-Identifier: Apache-2.0
// handover both, offer, withdraw: an exhibit passes from one person to another, on this side.
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "base/time.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/handover.h"
#include "tools/acquisition_check.h"
#include "tools/exit_code.h"
#include "tools/handover_words.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

// How the image stands at this moment: read now, or to be checked by a time that both can hold each other to.
void state_image(const OpenCase& open, const custody::ExhibitView& exhibit, const Arguments& arguments,
                 Console& console, base::Json& members) {
  const auto acquisitions = GatheredCase(open.folder).acquisitions_of(exhibit.uid);
  if (acquisitions.empty()) return;
  if (!arguments.has("check")) {
    members.set("image", "pending").set("image_due", image_due(arguments));
    return;
  }
  for (const AcquisitionView& acquisition : acquisitions) {
    const std::string result = check_acquisition(acquisition, console);
    if (result == "equal") continue;
    throw base::Error(base::ErrorKind::conflict,
                      fmt::format("the image {} {} is {}", exhibit.label, acquisition.name, result),
                      "Nothing was handed over. `holdfast exhibit check` records it; hand over when it is "
                      "understood.");
  }
  members.set("image", "equal");
}

std::vector<base::ExhibitStatement> statements_of(const OpenCase& open, const Arguments& arguments,
                                                  Console& console) {
  const custody::LedgerContent ledger = ledger_of(open.folder);
  const auto exhibits = custody::exhibits_of(ledger);
  const custody::ExhibitStates states = custody::custody_of(ledger);
  const auto seals = pairs_of(arguments, "seal");
  std::vector<base::ExhibitStatement> statements;
  for (const std::string& label : arguments.values("LABEL")) {
    const custody::ExhibitView exhibit = exhibit_by_label(exhibits, label);
    base::Json members = base::Json::object();
    const custody::ExhibitCustody* known = states.find(exhibit.uid);
    if (known != nullptr && !known->seal.empty()) members.set("seal", known->seal);
    for (const std::string& name : {label, exhibit.label})  // a label may have been scanned, and then typed
      if (const auto seal = seals.find(name); seal != seals.end()) members.set("seal", seal->second);
    if (const auto condition = arguments.value("condition")) members.set("condition", *condition);
    state_image(open, exhibit, arguments, console, members);
    statements.push_back({exhibit.uid, std::move(members), base::Json::object()});
  }
  if (statements.empty())
    throw base::Error(base::ErrorKind::usage, "no exhibit is named",
                      "Nothing was handed over. Name its label.");
  return statements;
}

int run_both(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const std::string with = arguments.required("with");
  base::Event event{"handover", statements_of(open, arguments, console), base::Json::object(), false};
  event.members.set("purpose", arguments.required("purpose"));
  const auto receiver =
      custody::unlock_signer(identities_folder(), with, [&] { return console.passphrase(with); });
  const base::EntryReceipt receipt = open.ledger->append(event, {receiver.get()});
  console.note("Handed over to " + visible(receiver->subject()) + "; both signed.");
  console.entry(receipt);
  return kDone;
}

int run_offer(const Arguments& arguments, Console& console) {
  const base::Buffer to =
      custody::certificate_from_pem(base::as_text(base::read_file(arguments.required("to"))));
  OpenCase open = open_case(arguments, console);
  base::Event event{"handover.offer", statements_of(open, arguments, console), base::Json::object(), false};
  event.members.set("purpose", arguments.required("purpose"));
  event.members.set("to", base::Json::object({{"cert_sha256", custody::fingerprint_of(to)},
                                              {"subject", custody::subject_of(to)}}));
  const base::EntryReceipt receipt = open.ledger->append(event);
  console.entry(receipt);
  write_handover_file(open, receipt.index, custody::HandoverKind::offer, arguments.required("to-file"),
                      console);
  console.note("Give it to " + visible(custody::subject_of(to)) +
               " with the exhibits. Until the acceptance is back (handover receipt) nothing may be done to "
               "them here.");
  return kDone;
}

int run_withdraw(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const custody::LedgerContent ledger = ledger_of(open.folder);
  const custody::ExhibitStates states = custody::custody_of(ledger);
  const auto exhibits = custody::exhibits_of(ledger);
  base::Event event{"handover.withdraw", {}, base::Json::object(), false};
  event.members.set("reason", arguments.required("reason")).set("offer_sha256", "");
  for (const std::string& label : arguments.values("LABEL")) {
    const custody::ExhibitView exhibit = exhibit_by_label(exhibits, label);
    const custody::ExhibitCustody* known = states.find(exhibit.uid);
    if (known != nullptr) event.members.set("offer_sha256", known->offer_sha256);
    event.exhibits.push_back({exhibit.uid, base::Json::object(), base::Json::object()});
  }
  console.entry(open.ledger->append(event));
  return kDone;
}

constexpr Option kLabels{"LABEL", OptionKind::positional_many, "LABEL", "the exhibits, by their labels"};
constexpr Option kPurpose{"purpose", OptionKind::value_required, "TEXT",
                          "what for: storage, analysis, return"};
constexpr Option kSeal{"seal", OptionKind::value_many, "LABEL=NUMBER",
                       "the seal that it bears; else the last"};
constexpr Option kCondition{"condition", OptionKind::value, "TEXT", "what it looks like now"};
constexpr Option kCheck{"check", OptionKind::flag, "", "read the images now and compare them"};
constexpr Option kImageDue{"image-due", OptionKind::value, "UTC",
                           "until when the images are to be checked; else in 14 days"};
constexpr std::array kBoth{
    kLabels,
    Option{"with", OptionKind::value_required, "IDENTITY", "who receives, and signs here as well"},
    kPurpose,
    kSeal,
    kCondition,
    kCheck,
    kImageDue};
constexpr std::array kOffer{
    kLabels,
    Option{"to", OptionKind::value_required, "CERT.pem", "certificate of the one who alone may accept"},
    kPurpose,
    kSeal,
    kCondition,
    kCheck,
    kImageDue,
    Option{"to-file", OptionKind::value_required, "DIR", "folder into which the offer is written"}};
constexpr std::array kWithdraw{kLabels, Option{"reason", OptionKind::value_required, "TEXT", "why"}};

}  // namespace

const Verb kHandoverBoth{
    "handover",
    "both",
    "hand exhibits over, both people present",
    kBoth,
    "  holdfast handover both KK-A-0001 --with storekeeper --purpose storage --seal KK-A-0001=TE-004417\n"
    "  holdfast handover both KK-A-0001 KK-A-0002 --with analyst --purpose analysis --check",
    "0 recorded; 2 refused: not held here, another seal, may not sign; 4 failed",
    run_both};
const Verb kHandoverOffer{
    "handover",
    "offer",
    "offer exhibits to somebody who accepts them at another station",
    kOffer,
    "  holdfast handover offer KK-A-0001 --to partner.pem --purpose analysis --to-file /media/usb\n"
    "  holdfast handover offer KK-A-0001 --to partner.pem --purpose trial --to-file . --check",
    "0 recorded and written; 2 refused; 4 failed",
    run_offer};
const Verb kHandoverWithdraw{"handover",
                             "withdraw",
                             "take an offer back that nobody accepted",
                             kWithdraw,
                             "  holdfast handover withdraw KK-A-0001 --reason 'courier did not come'\n"
                             "  holdfast handover withdraw KK-A-0001 KK-A-0002 --reason 'wrong addressee'",
                             "0 recorded; 2 refused: no offer is open; 4 failed",
                             run_withdraw};

}  // namespace tools
