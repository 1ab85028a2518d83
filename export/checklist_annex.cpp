// SPDX-License-Identifier: Apache-2.0
#include "export/checklist_annex.h"

#include <algorithm>

#include "base/counted.h"
#include "export/report_frame.h"

namespace exporter {
namespace {

bool has(const AnnexStep& step, std::string_view outcome) {
  return std::ranges::any_of(step.lines, [&](const AnnexLine& line) { return line.outcome == outcome; });
}

std::string summary(const Annex& annex) {
  std::size_t done = 0, skipped = 0, open = 0;
  for (const AnnexStep& step : annex.steps) {
    if (has(step, "done"))
      ++done;
    else if (has(step, "skipped"))
      ++skipped;
    else
      ++open;
  }
  return base::counted(annex.steps.size(), "step", "steps") + ": " + std::to_string(done) + " done, " +
         std::to_string(skipped) + " skipped with a reason, " + std::to_string(open) +
         " of which nothing is said.";
}

void write_line(Markup& markup, const AnnexLine& line) {
  const auto said = markup.element("div");
  markup.words("strong", line.outcome);
  if (!line.exhibits.empty()) markup.words(", " + line.exhibits);
  if (!line.reason.empty()) {
    markup.words(": ");
    markup.evidence(line.reason);
  }
  markup.empty_element("br");
  markup.words("span", line.time + ", " + line.signer + ", " + line.entry, {{"class", "from"}});
}

void write_step(Markup& markup, const AnnexStep& step) {
  const auto row = markup.element("tr");
  markup.words("th", step.id, {{"scope", "row"}});
  {
    const auto text = markup.element("td");
    markup.evidence(step.text);
  }
  const auto said = markup.element("td");
  if (step.lines.empty()) markup.words("nothing is said of it");
  for (const AnnexLine& line : step.lines) write_line(markup, line);
}

void write_table(Markup& markup, const Annex& annex) {
  const auto scroll = markup.element("div", {{"class", "scroll"}});
  const auto table = markup.element("table");
  {
    const auto head = markup.element("thead");
    const auto row = markup.element("tr");
    for (const std::string_view name : {"Step", "What it asks", "What the ledgers say"})
      markup.words("th", name, {{"scope", "col"}});
  }
  const auto body = markup.element("tbody");
  for (const AnnexStep& step : annex.steps) write_step(markup, step);
}

}  // namespace

std::string annex_page(const Annex& annex) {
  Frame frame;
  frame.title = annex.title;
  frame.case_line = "Case " + annex.case_id + " · checklist " + annex.checklist;
  frame.foot = "Checklist " + annex.checklist + ", SHA-256 " + annex.sha256 +
               ": a rendering of what signed entries say. Times are claimed by those who signed.";
  return page_of(frame, [&](Markup& markup) {
    {
      const auto heading = markup.element("h1");
      markup.evidence(annex.title);
    }
    markup.words("p", summary(annex), {{"class", "lead"}});
    write_table(markup, annex);
  });
}

}  // namespace exporter
