// SPDX-License-Identifier: Apache-2.0
// checklist show, done, skip, annex: what a procedure asks, and what was done of it.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "export/checklist_annex.h"
#include "tools/carried_file.h"
#include "tools/checklist.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

// The file as it was when its steps were signed stays with the case.
std::filesystem::path kept_file(const store::CaseFolder& folder, const Checklist& checklist) {
  return folder.root() / "checklists" / (checklist.sha256 + ".json");
}
void keep(const store::CaseFolder& folder, const Checklist& checklist) {
  const std::filesystem::path file = kept_file(folder, checklist);
  if (std::filesystem::exists(file)) return;
  std::filesystem::create_directories(file.parent_path());
  base::write_durably(file, checklist.bytes);
}

std::string labels_of(const std::vector<custody::ExhibitView>& exhibits, const StepTold& told) {
  std::string labels;
  for (const std::string& uid : told.exhibit_uids)
    labels += (labels.empty() ? "" : ", ") + label_of(exhibits, uid);
  return labels;
}

int record(const Arguments& arguments, Console& console, const char* outcome) {
  const Checklist checklist = read_checklist(arguments.required("FILE"));
  const std::vector<std::string> steps = arguments.values("STEP");
  if (steps.empty())
    throw base::Error(base::ErrorKind::usage, base::say("no step is named"),
                      base::say("No entry was made. `holdfast checklist show` lists the steps."));
  for (const std::string& step : steps) checklist.step(step);
  OpenCase open = open_case(arguments, console);
  const auto exhibits = custody::exhibits_of(ledger_of(open.folder));
  base::Event event{"checklist.step", {}, base::Json::object(), true};
  for (const std::string& label : arguments.values("exhibit"))
    event.exhibits.push_back(
        {exhibit_by_label(exhibits, label).uid, base::Json::object(), base::Json::object()});
  keep(open.folder, checklist);
  event.members.set("checklist", checklist.id)
      .set("checklist_sha256", checklist.sha256)
      .set("outcome", outcome);
  if (const auto reason = arguments.value("reason")) event.members.set("reason", *reason);
  for (const std::string& step : steps) {
    event.members.set("step", step);
    console.result(base::say("step {}, {}: {}", step, outcome, visible(checklist.step(step).text)),
                   base::Json::object({{"event", "step"}, {"step", step}, {"outcome", outcome}}));
    console.entry(open.ledger->append(event));
  }
  return kDone;
}
int run_done(const Arguments& arguments, Console& console) {
  return record(arguments, console, "done");
}
int run_skip(const Arguments& arguments, Console& console) {
  return record(arguments, console, "skipped");
}

std::string time_in_words(const std::string& utc) {
  const auto instant = base::parse_utc(utc);
  return instant ? base::format_utc_for_people(*instant) : utc;
}

std::string said_of(const std::vector<StepTold>& told, const std::string& step,
                    const std::vector<custody::ExhibitView>& exhibits) {
  std::string said;
  for (const StepTold& one : told) {
    if (one.step != step) continue;
    const std::string labels = labels_of(exhibits, one);
    said += (said.empty() ? "" : "; ") + one.outcome + (labels.empty() ? "" : base::say(" for {}", labels));
    if (!one.reason.empty()) said += " (" + one.reason + ")";
  }
  return said;
}

int run_show(const Arguments& arguments, Console& console) {
  const Checklist checklist = read_checklist(arguments.required("FILE"));
  const GatheredCase gathered(the_case(arguments));
  const std::vector<StepTold> told = steps_told(gathered.ledgers(), checklist.sha256);
  const auto exhibits = gathered.exhibits();
  std::size_t open = 0, width = 0;
  for (const Checklist::Step& step : checklist.steps) width = std::max(width, step.id.size());
  console.line(visible(checklist.title));
  for (const Checklist::Step& step : checklist.steps) {
    const std::string said = said_of(told, step.id, exhibits);
    if (said.empty()) ++open;
    console.object(base::Json::object({{"step", step.id}, {"text", step.text}, {"said", said}}));
    console.line(fmt::format("{:<{}}  {}", step.id, width, visible(step.text)));
    console.line(fmt::format("{:<{}}  {}", "", width, said.empty() ? "- open" : "- " + visible(said)));
  }
  if (open > 0) console.note(base::say("{} of {} steps are open", open, checklist.steps.size()));
  return open == 0 ? kDone : kLookAtIt;
}

int run_annex(const Arguments& arguments, Console& console) {
  const Checklist checklist = read_checklist(arguments.required("FILE"));
  const std::filesystem::path to = arguments.required("to");
  require_new(to);
  const GatheredCase gathered(the_case(arguments));
  const std::vector<StepTold> told = steps_told(gathered.ledgers(), checklist.sha256);
  const auto exhibits = gathered.exhibits();
  exporter::Annex annex{
      case_id_of(gathered.ledgers().front()), checklist.title, checklist.id, checklist.sha256, {}};
  for (const Checklist::Step& step : checklist.steps) {
    exporter::AnnexStep& shown = annex.steps.emplace_back(exporter::AnnexStep{step.id, step.text, {}});
    for (const StepTold& one : told)
      if (one.step == step.id)
        shown.lines.push_back({one.outcome, one.reason, time_in_words(one.time), one.signer,
                               base::say("entry {} of {}", one.entry, one.ledger), labels_of(exhibits, one)});
  }
  write_carried(to, base::as_bytes(exporter::annex_page(annex)));
  console.result(base::say("annex written to {}", to.string()),
                 base::Json::object({{"event", "annex"}, {"file", to.string()}}));
  return kDone;
}

constexpr Option kFile{"FILE", OptionKind::positional, "FILE",
                       base::phrase("the checklist (docs/checklists.md)")};
constexpr Option kSteps{"STEP", OptionKind::positional_many, "STEP", base::phrase("ids of its steps")};
constexpr Option kExhibits{"exhibit", OptionKind::value_many, "LABEL",
                           base::phrase("the exhibit that the step was about; may be given again")};
constexpr std::array kDoneOptions{kFile, kSteps, kExhibits,
                                  Option{"reason", OptionKind::value, "TEXT",
                                         base::phrase("a remark; every recipient of the case can read it")}};
constexpr std::array kSkipOptions{kFile, kSteps, kExhibits,
                                  Option{"reason", OptionKind::value_required, "TEXT",
                                         base::phrase("why; every recipient of the case can read it")}};
constexpr std::array kShowOptions{kFile};
constexpr std::array kAnnexOptions{
    kFile, Option{"to", OptionKind::value_required, "FILE.html", base::phrase("the page, made anew")}};

}  // namespace

const Verb kChecklistShow{"checklist",
                          "show",
                          base::phrase("the steps of a checklist, and what was done of each"),
                          kShowOptions,
                          "  holdfast checklist show phone.json\n  holdfast checklist show phone.json --json",
                          base::phrase("0 every step done or skipped; 3 some are open; 4 failed"),
                          run_show};
const Verb kChecklistDone{"checklist",
                          "done",
                          base::phrase("record that steps were done, an entry each"),
                          kDoneOptions,
                          "  holdfast checklist done phone.json 1 2 3 --exhibit KK-A-0001\n"
                          "  holdfast checklist done raid.json uplink --reason 'dish and router, 06:12'",
                          base::phrase("0 recorded; 2 usage; 4 failed"),
                          run_done};
const Verb kChecklistSkip{
    "checklist",
    "skip",
    base::phrase("record that steps were not done, and why"),
    kSkipOptions,
    "  holdfast checklist skip phone.json 4 --exhibit KK-A-0001 --reason 'no SIM in it'\n"
    "  holdfast checklist skip raid.json 7 --reason 'the room was empty'",
    base::phrase("0 recorded; 2 usage; 4 failed"),
    run_skip};
const Verb kChecklistAnnex{"checklist",
                           "annex",
                           base::phrase("print a checklist with what was done of it"),
                           kAnnexOptions,
                           "  holdfast checklist annex phone.json --to annex-phone.html\n"
                           "  holdfast checklist annex raid.json --to /media/stick/annex.html",
                           base::phrase("0 written; 4 failed"),
                           run_annex};

}  // namespace tools
