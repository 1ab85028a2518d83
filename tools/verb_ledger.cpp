// SPDX-License-Identifier: Apache-2.0
// ledger log, amend, add-key: the chain of custody itself.
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/signed_how.h"
#include "chain-of-custody/whose_ledger.h"
#include "tools/exit_code.h"
#include "tools/labels_elsewhere.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

void log_of(const custody::LedgerContent& ledger, Console& console) {
  const std::string name = name_of(ledger);
  const custody::SignedHow signed_how(ledger);
  for (const custody::Entry& entry : ledger.entries) {
    const custody::OpenedBody opened = custody::open_body(entry);
    std::vector<base::Json> exhibits;
    for (const auto& exhibit : opened.exhibits) exhibits.push_back(exhibit.members);
    console.object(base::Json::object({{"ledger", name},
                                       {"index", std::to_string(entry.index)},
                                       {"body", opened.body},
                                       {"signers", signed_how.to_json(opened.body)},
                                       {"exhibits", base::Json(exhibits)}}));
    console.line(base::say("entry {}", entry.index));
    for (const std::string& sentence : signed_how.sentences(opened.body))
      console.line("  " + visible(sentence));
    for (const std::string& line : custody::body_in_words(opened.body, exhibits))
      console.line("  " + visible(line));
  }
}

// Of every ledger that is here, this station's first.
int run_log(const Arguments& arguments, Console& console) {
  const GatheredCase gathered(the_case(arguments));
  for (const custody::LedgerContent& ledger : gathered.ledgers()) {
    if (gathered.ledgers().size() > 1) console.line(base::say("ledger {}", visible(name_of(ledger))));
    log_of(ledger, console);
  }
  return kDone;
}

// Under which authority it was seized: a mistake of the desk, and one person mends it.
int amend_authority(const Arguments& arguments, Console& console) {
  if (arguments.has("with"))
    throw base::Error(base::ErrorKind::usage,
                      base::say("--with belongs to --label; an authority is amended by one person"),
                      base::say("Nothing was changed. Leave it out."));
  OpenCase open = open_case(arguments, console);
  const auto exhibit =
      exhibit_by_label(custody::exhibits_of(ledger_of(open.folder)), arguments.required("exhibit"));
  base::Event event{"amend", {}, base::Json::object({{"reason", arguments.required("reason")}}), false};
  event.exhibits.push_back({exhibit.uid, base::Json::object({{"authority", arguments.required("authority")}}),
                            base::Json::object()});
  console.entry(open.ledger->append(event));
  return kDone;
}

int run_amend(const Arguments& arguments, Console& console) {
  if (arguments.has("label") == arguments.has("authority"))
    throw base::Error(
        base::ErrorKind::usage, base::say("neither or both are given of --label and --authority"),
        base::say("Nothing was changed. Give one of them: what is amended has an entry of its own."));
  if (arguments.has("authority")) return amend_authority(arguments, console);
  if (!arguments.has("with"))
    throw base::Error(base::ErrorKind::usage,
                      base::say("a label is amended by two people, and --with is missing"),
                      base::say("Nothing was changed. Name the second person's identity: --with IDENTITY."));
  const std::string label = arguments.required("label");
  if (!store::is_safe_label(label)) {
    throw base::Error(base::ErrorKind::usage,
                      base::say("a label may hold only A-Z a-z 0-9 - _ and up to 40 of them"),
                      base::say("Nothing was changed. Choose a label such as KK-A-0001."));
  }
  OpenCase open = open_case(arguments, console);
  const auto exhibits = custody::exhibits_of(ledger_of(open.folder));
  const auto exhibit = exhibit_by_label(exhibits, arguments.required("exhibit"));
  for (const auto& other : exhibits) {
    if (other.label == label) {
      throw base::Error(base::ErrorKind::conflict,
                        base::say("the label {} belongs to another exhibit", label),
                        base::say("Nothing was changed. Choose another label, or amend that one first."));
    }
  }
  if (const auto ledger = LabelsElsewhere(open, console).taken_in(label, exhibit.uid))
    throw base::Error(
        base::ErrorKind::conflict,
        base::say("the ledger {} of this case gave the label {} to another exhibit", visible(*ledger), label),
        base::say("Nothing was changed. Choose another label, with a letter for your own station."));
  base::Event event{"amend", {}, base::Json::object({{"reason", arguments.required("reason")}}), false};
  event.exhibits.push_back({exhibit.uid, base::Json::object({{"label", label}}), base::Json::object()});
  const std::string with = arguments.required("with");
  const auto second =
      custody::unlock_signer(identities_folder(), with, [&] { return console.passphrase(with); });
  const base::EntryReceipt receipt = open.ledger->append(event, {second.get()});
  console.note(
      base::say("{} is now called {}; the earlier label stays in the ledger and finds it too. Print its "
                "label anew: holdfast exhibit label {} --to FILE.png",
                exhibit.label, label, label));
  console.entry(receipt);
  return kDone;
}

// Of a file; or of an identity of this station, by its name.
base::Buffer certificate_named(const std::string& given) {
  if (!std::filesystem::exists(given))
    for (const custody::IdentityFacts& one : custody::list_identities(identities_folder()))
      if (one.name == given && !one.retired) return one.sign_certificate;
  return custody::certificate_from_pem(base::as_text(base::read_file(given)));
}

int run_add_key(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const base::Buffer certificate = certificate_named(arguments.required("CERT"));
  base::Event event{"key.add", {}, base::Json::object(), true};
  event.members.set("cert_sha256", custody::fingerprint_of(certificate));
  event.members.set("certificate", base::to_base64(certificate));
  event.members.set("subject", custody::subject_of(certificate));
  console.entry(open.ledger->append(event));
  return kDone;
}

constexpr std::array kAmend{
    Option{"exhibit", OptionKind::value_required, "LABEL", base::phrase("the exhibit, by its present label")},
    Option{"label", OptionKind::value, "NEW", base::phrase("the label that it should bear")},
    Option{"with", OptionKind::value, "IDENTITY",
           base::phrase("for a label: the second person, who signs here as well")},
    Option{"authority", OptionKind::value, "NUMBER",
           base::phrase("what it was seized under; one person amends that")},
    Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why")}};
constexpr std::array kAddKey{Option{
    "CERT", OptionKind::positional, "CERT.pem|NAME",
    base::phrase("of the person who may sign from now on: a certificate, or an identity of this station")}};

}  // namespace

const Verb kLedgerLog{"ledger",
                      "log",
                      base::phrase("every entry in words"),
                      {},
                      "  holdfast ledger log\n  holdfast ledger log --json",
                      base::phrase("0; 4 failed"),
                      run_log};
const Verb kLedgerAmend{
    "ledger",
    "amend",
    base::phrase("correct an exhibit's label (two people) or authority; adds, never changes"),
    kAmend,
    "  holdfast ledger amend --exhibit KK-A-0007 --label KK-A-0017 --with deputy --reason "
    "'misread seal'\n"
    "  holdfast ledger amend --exhibit KK-A-0007 --authority 'order 17/2026' --reason 'left out at intake'",
    base::phrase("0 recorded; 2 usage; 4 failed"),
    run_amend};
const Verb kLedgerAddKey{
    "ledger",
    "add-key",
    base::phrase("let another person sign in this case"),
    kAddKey,
    "  holdfast ledger add-key second-examiner.pem\n  holdfast ledger add-key storekeeper",
    base::phrase("0 recorded; 4 failed"),
    run_add_key};

}  // namespace tools
