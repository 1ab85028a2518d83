// SPDX-License-Identifier: Apache-2.0
// handover both, offer, withdraw: an exhibit passes from one person to another, on this side.
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/handover.h"
#include "chain-of-custody/scans.h"
#include "tools/acquisition_check.h"
#include "tools/at_hand.h"
#include "tools/exit_code.h"
#include "tools/handover_words.h"
#include "tools/repeated.h"
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
    throw base::Error(
        base::ErrorKind::conflict,
        base::say("the image {} {} is {}", exhibit.label, acquisition.name, check_in_words(result)),
        base::say("Nothing was handed over. `holdfast exhibit check` records it; hand over "
                  "when it is understood."));
  }
  members.set("image", "equal");
}

// What is in a container goes with it, and is named for that.
std::vector<custody::ExhibitView> chosen_of(const AtHand& at_hand, const Arguments& arguments,
                                            Console& console) {
  if (arguments.values("LABEL").empty())
    throw base::Error(base::ErrorKind::usage, base::say("no exhibit is named"),
                      base::say("Nothing was handed over. Name its label."));
  return at_hand.with_contents(at_hand.named(arguments, "LABEL"), console);
}

// An offer tells the other side what is packed in what; both present see it.
enum class TellContainer { no, yes };

// What is handed over, and what the ledger says of it.
struct Chosen {
  AtHand at_hand;
  std::vector<custody::ExhibitView> exhibits;
};
Chosen chosen_in(const OpenCase& open, const Arguments& arguments, Console& console) {
  AtHand at_hand(open);
  auto exhibits = chosen_of(at_hand, arguments, console);
  return {std::move(at_hand), std::move(exhibits)};
}

std::vector<base::ExhibitStatement> statements_of(const OpenCase& open, const Chosen& chosen,
                                                  const Arguments& arguments, TellContainer tell,
                                                  Console& console) {
  const auto seals = pairs_of(arguments, "seal");
  std::vector<base::ExhibitStatement> statements;
  for (const custody::ExhibitView& exhibit : chosen.exhibits) {
    base::Json members = base::Json::object();
    const custody::ExhibitCustody& known = chosen.at_hand.state(exhibit);
    if (!known.seal.empty()) members.set("seal", known.seal);
    for (const std::string& label : exhibit.labels)
      if (const auto seal = seals.find(label); seal != seals.end()) members.set("seal", seal->second);
    if (tell == TellContainer::yes && !known.container.empty()) members.set("container", known.container);
    if (const auto condition = arguments.value("condition")) members.set("condition", *condition);
    state_image(open, exhibit, arguments, console, members);
    statements.push_back({exhibit.uid, std::move(members), base::Json::object()});
  }
  return statements;
}

// The scans of those who signed on paper, kept in the case: the other side, and who looked on.
custody::Papers papers_of(const OpenCase& open, const base::Event& event, const Arguments& arguments) {
  custody::Papers papers;
  std::vector<std::string> uids;
  for (const base::ExhibitStatement& statement : event.exhibits) uids.push_back(statement.uid);
  const custody::LedgerContent ledger = ledger_of(open.folder);
  if (const auto scan = arguments.value("slip")) {
    require_new_slip(ledger, *scan);
    const bool gives = gives_on_paper(custody::custody_of(ledger), uids);
    papers.push_back({gives ? "releasing" : "receiving", custody::keep_slip(open.folder.root(), *scan)});
  }
  for (const std::string& scan : arguments.values("witness-slip"))
    papers.push_back({"witness", custody::keep_slip(open.folder.root(), scan)});
  return papers;
}

// Told before any passphrase is asked for.
void require_scan(const std::string& scan) {
  if (std::filesystem::exists(scan)) return;
  throw base::Error(base::ErrorKind::not_found, base::say("there is no scan {}", scan),
                    base::say("Nothing was handed over. `holdfast slip handover` prints the paper; it is "
                              "signed by hand and scanned."));
}

int run_both(const Arguments& arguments, Console& console) {
  if (arguments.has("with") == arguments.has("slip"))
    throw base::Error(base::ErrorKind::usage, base::say("either --with or --slip says who is the other side"),
                      base::say("Nothing was handed over. --with IDENTITY signs here; --slip is the scan of "
                                "a paper that `slip handover` prints."));
  if (const auto scan = arguments.value("slip")) require_scan(*scan);
  if (const auto with = arguments.value("with"))
    custody::identity_facts(identities_folder(), *with);  // is one
  OpenCase open = open_case(arguments, console);
  const Chosen chosen = chosen_in(open, arguments, console);
  base::Event event{"handover", statements_of(open, chosen, arguments, TellContainer::no, console),
                    base::Json::object(), false};
  event.members.set("purpose", arguments.required("purpose"));
  const custody::Papers papers = papers_of(open, event, arguments);
  if (arguments.has("slip")) {
    const base::EntryReceipt receipt = open.ledger->append(event, {}, papers);
    console.note(
        base::say("Handed over; the other side signed on paper, which is weaker. Keep the slip itself too."));
    console.entry(receipt);
    return kDone;
  }
  const std::string with = arguments.required("with");
  const auto receiver =
      custody::unlock_signer(identities_folder(), with, [&] { return console.passphrase(with); });
  const base::EntryReceipt receipt = open.ledger->append(event, {receiver.get()}, papers);
  console.note(base::say("Handed over to {}; both signed.", visible(receiver->subject())));
  console.entry(receipt);
  return kDone;
}

// The open offer of just these exhibits to the same person, for the same purpose.
std::optional<std::uint64_t> offered_before(const OpenCase& open, const Chosen& chosen,
                                            const Arguments& arguments, const base::Buffer& to) {
  const auto& exhibits = chosen.exhibits;
  const custody::ExhibitCustody& first = chosen.at_hand.state(exhibits.front());
  const auto in_it = [&](const custody::ExhibitView& exhibit) {
    const custody::ExhibitCustody& state = chosen.at_hand.state(exhibit);
    return state.where == custody::Whereabouts::offered && state.offer_sha256 == first.offer_sha256;
  };
  if (!std::ranges::all_of(exhibits, in_it)) return {};
  const custody::LedgerContent ledger = ledger_of(open.folder);
  const auto index = entry_with_body(ledger, first.offer_sha256);
  if (!index) return {};  // of the ledger that this one continues
  const custody::OpenedBody offer = custody::open_body(ledger.entries.at(*index));
  const bool same = offer.exhibits.size() == exhibits.size() &&
                    offer.body.at("purpose").text() == arguments.required("purpose") &&
                    offer.body.at("to").at("cert_sha256").text() == custody::fingerprint_of(to);
  return same ? index : std::nullopt;
}

int run_offer(const Arguments& arguments, Console& console) {
  const base::Buffer to =
      custody::certificate_from_pem(base::as_text(base::read_file(arguments.required("to"))));
  OpenCase open = open_case(arguments, console);
  const Chosen chosen = chosen_in(open, arguments, console);
  if (const auto index = offered_before(open, chosen, arguments, to)) {
    // A kill between entry and file leaves an offer that nobody can accept.
    console.note(base::say("Offered already, by entry {}: only its file is written again.", *index));
    write_handover_file(open, *index, custody::HandoverKind::offer, arguments.required("to-file"), console);
    return kDone;
  }
  base::Event event{"handover.offer", statements_of(open, chosen, arguments, TellContainer::yes, console),
                    base::Json::object(), false};
  event.members.set("purpose", arguments.required("purpose"));
  event.members.set("to", base::Json::object({{"cert_sha256", custody::fingerprint_of(to)},
                                              {"subject", custody::subject_of(to)}}));
  const base::EntryReceipt receipt = open.ledger->append(event);
  console.entry(receipt);
  write_handover_file(open, receipt.index, custody::HandoverKind::offer, arguments.required("to-file"),
                      console);
  console.note(
      base::say("Give it to {} with the exhibits. Until the acceptance is back (handover receipt) nothing "
                "may be done to them here.",
                visible(custody::subject_of(to))));
  return kDone;
}

int run_withdraw(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const AtHand at_hand(open);
  base::Event event{"handover.withdraw", {}, base::Json::object(), false};
  event.members.set("reason", arguments.required("reason")).set("offer_sha256", "");
  for (const custody::ExhibitView& exhibit : chosen_of(at_hand, arguments, console)) {
    event.members.set("offer_sha256", at_hand.state(exhibit).offer_sha256);
    event.exhibits.push_back({exhibit.uid, base::Json::object(), base::Json::object()});
  }
  console.entry(open.ledger->append(event));
  return kDone;
}

constexpr Option kLabels{"LABEL", OptionKind::positional_many, "LABEL",
                         base::phrase("the exhibits, by their labels")};
constexpr Option kPurpose{"purpose", OptionKind::value_required, "TEXT",
                          base::phrase("what for: storage, analysis, return")};
constexpr Option kSeal{"seal", OptionKind::value_many, "LABEL=NUMBER",
                       base::phrase("the seal that it bears; else the last")};
constexpr Option kCondition{"condition", OptionKind::value, "TEXT", base::phrase("what it looks like now")};
constexpr Option kCheck{"check", OptionKind::flag, "", base::phrase("read the images now and compare them")};
constexpr Option kImageDue{"image-due", OptionKind::value, "UTC",
                           base::phrase("until when the images are to be checked; else in 14 days")};
constexpr std::array kBoth{
    kLabels,
    Option{"with", OptionKind::value, "IDENTITY", base::phrase("who receives, and signs here as well")},
    Option{"slip", OptionKind::value, "SCAN",
           base::phrase("the other side signed on paper: the scan of that slip")},
    Option{"witness-slip", OptionKind::value_many, "SCAN",
           base::phrase("of somebody who looked on, and signed on paper")},
    kPurpose,
    kSeal,
    kCondition,
    kCheck,
    kImageDue};
constexpr std::array kOffer{kLabels,
                            Option{"to", OptionKind::value_required, "CERT.pem",
                                   base::phrase("certificate of the one who alone may accept")},
                            kPurpose,
                            kSeal,
                            kCondition,
                            kCheck,
                            kImageDue,
                            Option{"to-file", OptionKind::value_required, "DIR",
                                   base::phrase("folder into which the offer is written")}};
constexpr std::array kWithdraw{kLabels,
                               Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why")}};

}  // namespace

const Verb kHandoverBoth{
    "handover",
    "both",
    base::phrase("hand exhibits over, both people present"),
    kBoth,
    "  holdfast handover both KK-A-0001 --with storekeeper --purpose storage --seal KK-A-0001=TE-004417\n"
    "  holdfast handover both KK-A-0001 --slip signed.png --purpose storage",
    base::phrase("0 recorded; 2 refused: not held here, another seal, may not sign; 4 failed"),
    run_both};
const Verb kHandoverOffer{
    "handover",
    "offer",
    base::phrase("offer exhibits to somebody who accepts them at another station"),
    kOffer,
    "  holdfast handover offer KK-A-0001 --to partner.pem --purpose analysis --to-file /media/usb\n"
    "  holdfast handover offer KK-A-0001 --to partner.pem --purpose trial --to-file . --check",
    base::phrase("0 recorded and written; 2 refused; 4 failed"),
    run_offer};
const Verb kHandoverWithdraw{"handover",
                             "withdraw",
                             base::phrase("take an offer back that nobody accepted"),
                             kWithdraw,
                             "  holdfast handover withdraw KK-A-0001 --reason 'courier did not come'\n"
                             "  holdfast handover withdraw KK-A-0001 KK-A-0002 --reason 'wrong addressee'",
                             base::phrase("0 recorded; 2 refused: no offer is open; 4 failed"),
                             run_withdraw};

}  // namespace tools
