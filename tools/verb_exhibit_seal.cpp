// SPDX-License-Identifier: Apache-2.0
// exhibit seal, unseal, pack, unpack: what an exhibit is closed in.
#include <array>

#include "base/words.h"
#include "tools/at_hand.h"
#include "tools/exit_code.h"
#include "tools/handover_words.h"
#include "tools/verbs.h"

namespace tools {
namespace {

using custody::ExhibitView;

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was recorded. {}", advice)};
}

base::Json with_condition(const Arguments& arguments) {
  base::Json members = base::Json::object();
  if (const auto condition = arguments.value("condition")) members.set("condition", *condition);
  return members;
}

int run_seal(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const AtHand at_hand(open);
  base::Event event{"seal", {}, base::Json::object(), false};
  for (const std::string& given : arguments.values("LABEL=NUMBER")) {
    const std::size_t split = given.find('=');
    if (split == given.npos || split == 0 || split + 1 == given.size())
      throw usage(base::say("{} is no label with the number of a seal", visible(given)),
                  base::say("Give each as LABEL=NUMBER, for instance KK-A-0001=TE-004417."));
    event.exhibits.push_back({at_hand.one(given.substr(0, split)).uid,
                              with_condition(arguments).set("seal", given.substr(split + 1)),
                              base::Json::object()});
  }
  if (event.exhibits.empty())
    throw usage(base::say("no exhibit is named"), base::say("Give each as LABEL=NUMBER."));
  console.entry(open.ledger->append(event));
  return kDone;
}

// The number as it was read; else the last that is known, so that a mistake shows only where it is read.
int run_unseal(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const AtHand at_hand(open);
  const auto seals = pairs_of(arguments, "seal");
  const std::vector<ExhibitView> exhibits = at_hand.named(arguments, "LABEL");
  require_all_named(seals, exhibits, "seal");
  base::Event event{"unseal", {}, base::Json::object(), false};
  event.members.set("reason", arguments.required("reason"));
  for (const ExhibitView& exhibit : exhibits) {
    std::string seal = at_hand.state(exhibit).seal;
    for (const auto& [label, number] : seals)
      if (at_hand.one(label).uid == exhibit.uid) seal = number;
    if (seal.empty())
      throw usage(base::say("no seal is known to be on {}", visible(exhibit.label)),
                  base::say("`exhibit show` tells what is; what bears none is not unsealed."));
    event.exhibits.push_back(
        {exhibit.uid, with_condition(arguments).set("seal", seal), base::Json::object()});
  }
  console.entry(open.ledger->append(event));
  return kDone;
}

int run_pack(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const AtHand at_hand(open);
  const ExhibitView container = at_hand.one(arguments.required("into"));
  base::Event event{"pack", {}, base::Json::object(), false};
  for (const ExhibitView& exhibit : at_hand.named(arguments, "LABEL"))
    event.exhibits.push_back(
        {exhibit.uid, base::Json::object({{"container", container.uid}}), base::Json::object()});
  const base::EntryReceipt receipt = open.ledger->append(event);
  console.note(
      base::say("In {} now: {}.", visible(container.label), labels_of(AtHand(open).contents_of(container))));
  console.entry(receipt);
  return kDone;
}

int run_unpack(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const AtHand at_hand(open);
  std::vector<ExhibitView> exhibits;
  if (const auto container = arguments.value("all-in")) {
    const ExhibitView box = at_hand.one(*container);
    // What is in a box in it stays there.
    for (const ExhibitView& one : at_hand.contents_of(box))
      if (at_hand.state(one).container == box.uid) exhibits.push_back(one);
    if (exhibits.empty())
      throw usage(base::say("nothing is in {}", visible(box.label)),
                  base::say("`exhibit show` tells what is in it."));
  }
  if (arguments.has("LABEL") || exhibits.empty())
    for (const ExhibitView& one : at_hand.named(arguments, "LABEL")) exhibits.push_back(one);
  base::Event event{"unpack", {}, base::Json::object(), false};
  for (const ExhibitView& exhibit : exhibits)
    event.exhibits.push_back({exhibit.uid, with_condition(arguments), base::Json::object()});
  const base::EntryReceipt receipt = open.ledger->append(event);
  console.note(base::say("Taken out: {}.", labels_of(exhibits)));
  console.entry(receipt);
  return kDone;
}

constexpr Option kLabels{"LABEL", OptionKind::positional_many, "LABEL",
                         base::phrase("the exhibits, by their labels")};
constexpr Option kCondition{"condition", OptionKind::value, "TEXT", base::phrase("what it looks like")};
constexpr std::array kSeal{Option{"LABEL=NUMBER", OptionKind::positional_many, "LABEL=NUMBER",
                                  base::phrase("what was sealed, and the number of the seal on it")},
                           kCondition};
constexpr std::array kUnseal{
    kLabels, Option{"reason", OptionKind::value_required, "TEXT", base::phrase("why it was opened")},
    Option{"seal", OptionKind::value_many, "LABEL=NUMBER",
           base::phrase("the seal as read off it; else the last known")},
    kCondition};
constexpr std::array kPack{kLabels, Option{"into", OptionKind::value_required, "LABEL",
                                           base::phrase("an exhibit of kind container")}};
constexpr std::array kUnpack{
    kLabels, Option{"all-in", OptionKind::value, "LABEL", base::phrase("everything in this container")},
    kCondition};

}  // namespace

const Verb kExhibitSeal{
    "exhibit",
    "seal",
    base::phrase("record that exhibits were sealed, and with which seals"),
    kSeal,
    "  holdfast exhibit seal KK-A-0001=TE-004417\n"
    "  holdfast exhibit seal KK-A-0001=TE-004417 KK-A-0002=TE-004418",
    base::phrase("0 recorded; 2 refused: it bears a seal, is packed, is not held by you; 4 failed"),
    run_seal};
const Verb kExhibitUnseal{
    "exhibit",
    "unseal",
    base::phrase("record that seals were taken off exhibits, and why"),
    kUnseal,
    "  holdfast exhibit unseal KK-A-0001 --reason imaging\n"
    "  holdfast exhibit unseal KK-A-0001 --seal KK-A-0001=TE-004417 --reason imaging",
    base::phrase("0 recorded; 2 refused: another seal was on it, it is not held by you; 4 failed"),
    run_unseal};
const Verb kExhibitPack{
    "exhibit",
    "pack",
    base::phrase("record that exhibits were put into a container"),
    kPack,
    "  holdfast exhibit pack KK-A-0001 KK-A-0002 --into KK-A-0100\n"
    "  holdfast exhibit pack KK-A-0100 --into KK-A-0200",
    base::phrase("0 recorded; 2 refused: no container, or sealed, or not held by you; 4 failed"),
    run_pack};
const Verb kExhibitUnpack{"exhibit",
                          "unpack",
                          base::phrase("record that exhibits were taken out of their container"),
                          kUnpack,
                          "  holdfast exhibit unpack KK-A-0001\n"
                          "  holdfast exhibit unpack --all-in KK-A-0100 --condition 'bag torn'",
                          base::phrase("0 recorded; 2 refused: in no container, or it is sealed; 4 failed"),
                          run_unpack};

}  // namespace tools
