// SPDX-License-Identifier: Apache-2.0
// ledger erase: what the ledger says of an exhibit is taken away for good.
#include <array>

#include "base/words.h"
#include "chain-of-custody/erasure.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

int run(const Arguments& arguments, Console& console) {
  OpenCase open = open_case(arguments, console);
  const custody::LedgerContent ledger = custody::read_ledger(open.folder.ledger(open.station));
  const auto exhibit = exhibit_by_label(custody::exhibits_of(ledger), arguments.required("LABEL"));
  const base::Event event = custody::erasure_of(ledger, exhibit.uid, arguments.required("reason"));
  console.warn(
      base::say("copies of the ledger on other disks, bundles already given, images, segments and the index "
                "are not touched"));
  if (!console.confirm(base::say("Erase what {} entries say of {}? Nobody can bring it back.",
                                 event.exhibits[0].members.at("entries").items().size(),
                                 visible(exhibit.label))))
    throw base::Error(base::ErrorKind::usage, base::say("the erasure was not confirmed"),
                      base::say("Nothing was erased. Repeat it on a terminal, or with --yes."));
  console.entry(open.ledger->append(event));
  return kDone;
}

constexpr std::array kOptions{Option{"LABEL", OptionKind::positional, "LABEL", base::phrase("the exhibit")},
                              Option{"reason", OptionKind::value_required, "TEXT",
                                     base::phrase("by whose order; stays in the ledger, in clear")}};

}  // namespace

const Verb kLedgerErase{"ledger",
                        "erase",
                        base::phrase("erase what the ledger says of an exhibit; the ledger still verifies"),
                        kOptions,
                        "  holdfast ledger erase KK-A-0001 --reason 'order 4/2027 of the district court'\n"
                        "  holdfast verify . --trust officers/",
                        base::phrase("0 erased; 2 not confirmed; 4 no such exhibit, or failed"),
                        run};

}  // namespace tools
