// SPDX-License-Identifier: Apache-2.0
// handover accept, receipt: the files that two ledgers exchange.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "base/words.h"
#include "tools/exit_code.h"
#include "tools/handover_words.h"
#include "tools/labels_elsewhere.h"
#include "tools/repeated.h"
#include "tools/verbs.h"

namespace tools {
namespace {

custody::ShownHandover shown_in(const std::filesystem::path& path, custody::HandoverKind kind) {
  return custody::check_handover(custody::read_handover(base::read_file(path, custody::kMaximalHandoverFile)),
                                 kind);
}

// What a person sees before signing. That the signers are who they say, only the fingerprint shows.
void tell(const custody::ShownHandover& shown, Console& console) {
  console.line(
      base::say("ledger {}, entry {} of {}", visible(shown.ledger), shown.index, shown.checkpoint.size));
  std::vector<base::Json> exhibits;
  for (const auto& exhibit : shown.act.exhibits) exhibits.push_back(exhibit.members);
  for (const std::string& line : custody::body_in_words(shown.act.body, exhibits))
    console.line("  " + visible(line));
  for (const auto& exhibit : shown.exhibits)
    console.line(
        base::say("  exhibit {}, {}, uid {}", visible(exhibit.label), visible(exhibit.kind), exhibit.uid));
  for (const base::Buffer& certificate : shown.signers)
    console.line(base::say("  signed by {}, certificate {}", visible(custody::subject_of(certificate)),
                           custody::fingerprint_of(certificate)));
}

void require_named(const custody::ShownHandover& offer, const custody::Signer& signer) {
  const base::Json* to = offer.act.body.find("to");
  const base::Json* named = to == nullptr ? nullptr : to->find("cert_sha256");
  if (named != nullptr && *named == base::Json(custody::fingerprint_of(signer.certificate()))) return;
  throw base::Error(
      base::ErrorKind::usage, base::say("the offer names another than {}", signer.subject()),
      base::say(
          "Nothing was accepted. Let whoever is named accept it, or have it withdrawn and offered anew."));
}

// An exhibit keeps its label where that is free here: its folder bears it.
void choose_labels(base::Event& event, const std::vector<custody::ExhibitView>& known,
                   const LabelsElsewhere& elsewhere, const Arguments& arguments) {
  const auto renamed = pairs_of(arguments, "label");
  for (base::ExhibitStatement& statement : event.exhibits) {
    std::string label = statement.members.at("label").text();
    if (const auto other = renamed.find(label); other != renamed.end()) label = other->second;
    if (!store::is_safe_label(label))
      throw base::Error(
          base::ErrorKind::usage, base::say("{} cannot be a label here", visible(label)),
          base::say("Nothing was accepted. Give another: --label '{}=KK-A-0001'.", visible(label)));
    for (const custody::ExhibitView& exhibit : known) {
      if (exhibit.uid == statement.uid ||
          std::find(exhibit.labels.begin(), exhibit.labels.end(), label) == exhibit.labels.end())
        continue;
      throw base::Error(base::ErrorKind::conflict,
                        base::say("another exhibit bears the label {} here", label),
                        base::say("Nothing was accepted. Give this one another: --label {}=NEW",
                                  statement.members.at("label").text()));
    }
    if (const auto ledger = elsewhere.taken_in(label, statement.uid))
      throw base::Error(base::ErrorKind::conflict,
                        base::say("the ledger {} of this case gave the label {} to another exhibit",
                                  visible(*ledger), label),
                        base::say("Nothing was accepted. Give this one another: --label {}=NEW",
                                  statement.members.at("label").text()));
    statement.members.set("label", label);
  }
}

void state_condition(base::Event& event, const custody::ShownHandover& offer, const Arguments& arguments) {
  const auto seals = pairs_of(arguments, "seal");
  for (base::ExhibitStatement& statement : event.exhibits) {
    const std::string label = statement.members.at("label").text();
    if (const auto seal = seals.find(label); seal != seals.end()) statement.members.set("seal", seal->second);
    if (const auto condition = arguments.value("condition")) statement.members.set("condition", *condition);
    for (const auto& offered : offer.act.exhibits)
      if (offered.uid == statement.uid && offered.members.find("image") != nullptr)
        statement.members.set("image", "pending").set("image_due", image_due(arguments));
  }
}

// What the verifier would find when it sees both ledgers is refused now.
void require_fitting(const custody::ShownHandover& offer, const base::Event& event) {
  for (const base::ExhibitStatement& statement : event.exhibits) {
    for (const auto& offered : offer.act.exhibits) {
      const base::Json* then = offered.members.find("seal");
      const base::Json* now = statement.members.find("seal");
      if (offered.uid != statement.uid || then == nullptr || now == nullptr || *then == *now) continue;
      throw base::Error(base::ErrorKind::conflict,
                        base::say("it was offered under the seal {} and bears {}", visible(then->text()),
                                  visible(now->text())),
                        base::say("Nothing was accepted. Do not open it; ask the one who offered it."));
    }
  }
}

// What follows the entry: folders for the exhibits, and the file that goes back. Given again after a kill,
// the same command does this alone.
void finish_acceptance(const OpenCase& open, std::uint64_t index, const Arguments& arguments,
                       Console& console) {
  const custody::LedgerContent ledger = ledger_of(open.folder);
  for (const auto& exhibit : custody::open_body(ledger.entries.at(index)).exhibits)
    if (const base::Json* label = exhibit.members.find("label"))  // that was not erased since
      std::filesystem::create_directories(open.folder.exhibit(label->text()));
  write_handover_file(open, index, custody::HandoverKind::acceptance,
                      arguments.value("to-file").value_or("."), console);
  console.note(base::say("Send it back: the ledger that offered them records it with `handover receipt`."));
}

int run_accept(const Arguments& arguments, Console& console) {
  const custody::ShownHandover offer = shown_in(arguments.required("FILE"), custody::HandoverKind::offer);
  tell(offer, console);
  OpenCase open = open_case(arguments, console);
  require_named(offer, *open.signer);
  const custody::LedgerContent ledger = ledger_of(open.folder);
  if (const auto index = entry_that_says(ledger, "handover.accept", "offer_sha256", offer.body_sha256)) {
    console.note(base::say("Accepted already, by entry {}: only its file is written again.", *index));
    finish_acceptance(open, *index, arguments, console);
    return kDone;
  }
  base::Event event = custody::acceptance_of(offer);
  choose_labels(event, custody::exhibits_of(ledger), LabelsElsewhere(open, console), arguments);
  state_condition(event, offer, arguments);
  require_fitting(offer, event);
  if (!console.confirm(
          base::say("Are the exhibits here, as described, and the certificate that of the person you know?")))
    throw base::Error(base::ErrorKind::usage, base::say("the acceptance was not confirmed"),
                      base::say("Nothing was accepted. Repeat it on a terminal, or with --yes."));
  const base::EntryReceipt receipt = open.ledger->append(event);
  console.entry(receipt);
  finish_acceptance(open, receipt.index, arguments, console);
  return kDone;
}

int run_receipt(const Arguments& arguments, Console& console) {
  const custody::ShownHandover acceptance =
      shown_in(arguments.required("FILE"), custody::HandoverKind::acceptance);
  tell(acceptance, console);
  OpenCase open = open_case(arguments, console);
  if (const auto index = entry_that_says(ledger_of(open.folder), "handover.receipt", "accept_sha256",
                                         acceptance.body_sha256)) {
    console.note(base::say("Recorded already, by entry {}. Nothing was recorded again.", *index));
    return kDone;
  }
  std::vector<custody::LedgerContent> others;
  for (const std::string& station : open.folder.stations())
    if (station != open.station) others.push_back(custody::read_ledger(open.folder.ledger(station)));
  const base::Event event =
      custody::receipt_of(acceptance, custody::read_ledger(open.folder.ledger(open.station)), others);
  console.entry(open.ledger->append(event));
  return kDone;
}

constexpr std::array kAccept{
    Option{"FILE", OptionKind::positional, "FILE", base::phrase("the offer, as it came")},
    Option{"label", OptionKind::value_many, "OLD=NEW",
           base::phrase("another label, where one is taken here")},
    Option{"seal", OptionKind::value_many, "LABEL=NUMBER", base::phrase("the seal as read; else as offered")},
    Option{"condition", OptionKind::value, "TEXT", base::phrase("what it looks like on arrival")},
    Option{"image-due", OptionKind::value, "UTC",
           base::phrase("until when the images are to be checked; else in 14 days")},
    Option{"to-file", OptionKind::value, "DIR",
           base::phrase("folder into which the acceptance is written; else here")}};
constexpr std::array kReceipt{
    Option{"FILE", OptionKind::positional, "FILE", base::phrase("the acceptance, as it came back")}};

}  // namespace

const Verb kHandoverAccept{
    "handover",
    "accept",
    base::phrase("accept what another station offers, into this ledger"),
    kAccept,
    "  holdfast handover accept KK-2026-A-17.offer.json --to-file /media/usb\n"
    "  holdfast handover accept KK-2026-A-17.offer.json --condition 'seal whole' --label KK-A-0001=KK-C-0009",
    base::phrase(
        "0 recorded and written; 2 refused: the offer names another; 4 the file does not hold, or failed"),
    run_accept};
const Verb kHandoverReceipt{
    "handover",
    "receipt",
    base::phrase("record that what was offered here was accepted there"),
    kReceipt,
    "  holdfast handover receipt KK-2026-C-9.acceptance.json\n  holdfast exhibit show "
    "KK-A-0001",
    base::phrase("0 recorded; 2 refused: no such offer is open; 4 the file does not hold, or failed"),
    run_receipt};

}  // namespace tools
