// SPDX-License-Identifier: Apache-2.0
// exhibit return, destroy: how an exhibit ends. Nothing can be done to it here afterwards.
#include <array>

#include "base/words.h"
#include "chain-of-custody/scans.h"
#include "tools/at_hand.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using custody::ExhibitView;

void require_confirmed(Console& console, const base::Said& question, const base::Said& what) {
  if (console.confirm(question)) return;
  throw base::Error(base::ErrorKind::usage, base::say("{} was not confirmed", what),
                    base::say("Nothing was recorded. Repeat it on a terminal, or with --yes."));
}

std::unique_ptr<custody::Signer> second_signer(const std::string& name, Console& console) {
  return custody::unlock_signer(identities_folder(), name, [&] { return console.passphrase(name); });
}

int run_return(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const AtHand at_hand(open);
  const auto exhibits = at_hand.with_contents(at_hand.named(arguments, "LABEL"), console);
  base::Event event{"return", {}, base::Json::object({{"reason", arguments.required("reason")}}), false};
  base::Json said = base::Json::object();
  if (const auto condition = arguments.value("condition")) said.set("condition", *condition);
  for (const ExhibitView& exhibit : exhibits)
    event.exhibits.push_back({exhibit.uid, said, base::Json::object()});
  require_confirmed(console,
                    base::say("Return {}? Nothing can be done to them here afterwards.", labels_of(exhibits)),
                    base::say("the return"));
  const auto with = arguments.value("with");
  const std::unique_ptr<custody::Signer> receiver = with ? second_signer(*with, console) : nullptr;
  custody::Papers papers;
  if (const auto scan = arguments.value("slip"))
    papers.push_back({"receiving", custody::keep_slip(open.folder.root(), *scan)});
  console.entry(
      open.ledger->append(event, receiver ? custody::Signers{receiver.get()} : custody::Signers{}, papers));
  return kDone;
}

int run_destroy(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const auto exhibits = AtHand(open).named(arguments, "LABEL");
  base::Event event{"destroy", {}, base::Json::object({{"reason", arguments.required("reason")}}), false};
  for (const ExhibitView& exhibit : exhibits)
    event.exhibits.push_back(
        {exhibit.uid, base::Json::object({{"how", arguments.required("how")}}), base::Json::object()});
  require_confirmed(
      console,
      base::say("Were {} destroyed? Nothing can be done to them afterwards; images and records stay.",
                labels_of(exhibits)),
      base::say("the destruction"));
  const auto second = second_signer(arguments.required("with"), console);
  console.entry(open.ledger->append(event, {second.get()}));
  return kDone;
}

constexpr Option kLabels{"LABEL", OptionKind::positional_many, "LABEL",
                         base::phrase("the exhibits, by their labels")};
constexpr Option kReason{"reason", OptionKind::value_required, "TEXT",
                         base::phrase("why: the order, by its number")};
constexpr std::array kReturn{
    kLabels, kReason, Option{"condition", OptionKind::value, "TEXT", base::phrase("what it looks like")},
    Option{"with", OptionKind::value, "IDENTITY",
           base::phrase("who receives, where that person can sign here")},
    Option{"slip", OptionKind::value, "SCAN", base::phrase("the paper that the receiver signed by hand")}};
constexpr std::array kDestroy{
    kLabels, kReason, Option{"how", OptionKind::value_required, "TEXT", base::phrase("how it was destroyed")},
    Option{"with", OptionKind::value_required, "IDENTITY",
           base::phrase("the second custodian, who signs here as well")}};

}  // namespace

const Verb kExhibitReturn{
    "exhibit",
    "return",
    base::phrase("record that exhibits were given back for good"),
    kReturn,
    "  holdfast exhibit return KK-A-0001 --reason 'order 31/2027' --condition 'as seized'\n"
    "  holdfast exhibit return KK-A-0100 --reason 'order 31/2027' --slip scan.png",
    base::phrase("0 recorded; 2 refused: not held by you, packed, or not confirmed; 4 failed"),
    run_return};
const Verb kExhibitDestroy{
    "exhibit",
    "destroy",
    base::phrase("record that exhibits were destroyed, by two people"),
    kDestroy,
    "  holdfast exhibit destroy KK-A-0001 --how shredded --reason 'order 4/2028' --with "
    "clerk\n  holdfast exhibit destroy KK-A-0100 --how burnt --reason 'order 4/2028' --with "
    "clerk --yes",
    base::phrase("0 recorded; 2 refused: held by neither, packed, or not confirmed; 4 failed"),
    run_destroy};

}  // namespace tools
