// SPDX-License-Identifier: Apache-2.0
// The disclosure schedule: what stays behind, one by one and by counts. Format: docs/bundle-format.md.
#pragma once

#include <string>

#include "export/report.h"

namespace exporter {

std::string schedule_json(const Edition& edition);
// One line per redacted record: its citation and the fields that stay behind, with the number of their cause.
std::string redactions_text(const Edition& edition);
// schedule.html, schedule-0002.html …, with names below data/disclosure/.
void write_schedule_pages(const ReportInputs& inputs, const PageSink& page);

}  // namespace exporter
