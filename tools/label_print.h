// SPDX-License-Identifier: Apache-2.0
// Labels to stick on exhibits: a QR code (scanned_label.h) beside a few lines for people. docs/labels.md.
// Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "tools/scanned_label.h"

namespace tools {

struct PrintedLabel {
  ScannedLabel code;
  std::string kind, serial, seal;  // empty where there is none; not printed where they are no ASCII
};
PrintedLabel printed_label(const custody::ExhibitView& exhibit, const std::string& present_seal);

inline constexpr std::size_t kLabelsAPage = 24;  // three beside eight, 70 by 37 mm, on A4

base::Buffer labels_as_pdf(const std::vector<PrintedLabel>& labels);
base::Buffer label_as_png(const PrintedLabel& label);  // the code, and the label below it
std::string labels_as_text(const std::vector<PrintedLabel>& labels);

}  // namespace tools
