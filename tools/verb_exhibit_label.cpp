// SPDX-License-Identifier: Apache-2.0
// exhibit label: what is stuck on the thing, with a code that every later step reads.
#include <array>
#include <filesystem>

#include "base/counted.h"
#include "base/words.h"
#include "chain-of-custody/exhibit_state.h"
#include "tools/carried_file.h"
#include "tools/exit_code.h"
#include "tools/label_print.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

base::Error usage(const base::Said& what, const base::Said& advice) {
  return {base::ErrorKind::usage, what, base::say("Nothing was written. {}", advice)};
}

std::vector<PrintedLabel> labels_of(const Arguments& arguments) {
  const custody::LedgerContent ledger = ledger_of(the_case(arguments));
  const auto exhibits = custody::exhibits_of(ledger);
  const custody::ExhibitStates states = custody::custody_of(ledger);
  std::vector<custody::ExhibitView> chosen;
  for (const std::string& label : arguments.values("LABEL"))
    chosen.push_back(exhibit_by_label(exhibits, label));
  if (chosen.empty() == !arguments.has("all"))
    throw usage(base::say("either exhibits are named, or all of them by --all"),
                base::say("Name some, or all: holdfast exhibit label --all --to labels.pdf"));
  if (chosen.empty()) chosen = exhibits;
  std::vector<PrintedLabel> labels;
  for (const custody::ExhibitView& exhibit : chosen) {
    const custody::ExhibitCustody* state = states.find(exhibit.uid);
    labels.push_back(printed_label(exhibit, state == nullptr ? std::string() : state->seal));
  }
  if (labels.empty())
    throw usage(base::say("no exhibit is registered"), base::say("`holdfast exhibit add` registers one."));
  return labels;
}

int run(const Arguments& arguments, Console& console) {
  const std::vector<PrintedLabel> labels = labels_of(arguments);
  const std::filesystem::path file = arguments.required("to");
  const std::string extension = file.extension().string();
  if (extension == ".pdf") {
    write_carried(file, labels_as_pdf(labels));
  } else if (extension == ".txt") {
    write_carried(file, base::as_bytes(labels_as_text(labels)));
  } else if (extension == ".png") {
    if (labels.size() != 1)
      throw usage(base::say("a .png holds one label"), base::say("Choose a .pdf for a sheet of many."));
    write_carried(file, label_as_png(labels.front()));
  } else {
    throw usage(base::say("--to takes a name that ends in .pdf, .png or .txt"),
                base::say("Choose a .pdf for a sheet of many."));
  }
  for (const PrintedLabel& label : labels)
    console.object(
        base::Json::object({{"event", "label"}, {"label", label.code.label}, {"text", text_of(label.code)}}));
  console.line(base::say("{} in {}", base::say_counted(labels.size(), "label", "labels"), file.string()));
  return kDone;
}

constexpr std::array kOptions{
    Option{"LABEL", OptionKind::positional_many, "LABEL", base::phrase("the exhibits, by their labels")},
    Option{"all", OptionKind::flag, "", base::phrase("of every exhibit of this station's ledger")},
    Option{"to", OptionKind::value_required, "FILE",
           base::phrase(".pdf: sheets of 24 labels on A4; .png: one code with its label; .txt: codes in "
                        "block characters")}};

}  // namespace

const Verb kExhibitLabel{"exhibit",
                         "label",
                         base::phrase("labels to print, with a code to scan at every later step"),
                         kOptions,
                         "  holdfast exhibit label --all --to labels.pdf\n"
                         "  holdfast exhibit label KK-A-0007 --to KK-A-0007.png",
                         base::phrase("0 written; 2 usage; 4 failed"),
                         run};

}  // namespace tools
