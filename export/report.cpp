// SPDX-License-Identifier: Apache-2.0
#include "export/report.h"

#include "export/report_parts.h"

namespace exporter {

void write_report(const ReportInputs& inputs, const PageSink& page) {
  Report report(inputs);
  std::vector<Section> sections;
  const auto take = [&](std::vector<Section> more) {
    for (Section& section : more) sections.push_back(std::move(section));
  };
  sections.push_back(plan_overview(report));
  sections.push_back(plan_exhibits(report));
  take(plan_chats(report));
  take(plan_timeline(report));
  take(plan_addresses(report));
  take(plan_tables(report));
  for (const Section& section : sections)
    report.navigation.push_back({Link(section.first_page), section.label});
  for (const Section& section : sections) section.write(report, page);
}

}  // namespace exporter
