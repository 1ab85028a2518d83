// SPDX-License-Identifier: Apache-2.0
#include "tools/label_print.h"

#include <algorithm>

#include "tools/pdf_code.h"

namespace tools {
namespace {

constexpr std::size_t kColumns = 3;
constexpr double kMillimetre = kPointsPerMillimetre;
constexpr double kPageHeight = 297 * kMillimetre, kWidth = 70 * kMillimetre, kHeight = 37 * kMillimetre;
constexpr double kTop = 0.5 * kMillimetre;  // eight of 37 mm leave 1 mm of the page
constexpr double kCode = 33 * kMillimetre;  // with the quiet zone
constexpr double kTextWidth = kWidth - kCode - 3 * kMillimetre;
constexpr double kCellOfFont = 0.6;
constexpr std::size_t kPixelsPerModule = 8;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string text_of(const base::Json& members, std::string_view name) {
  const base::Json* member = members.find(name);
  return member != nullptr && member->is_text() && is_ascii(member->text()) ? member->text() : std::string();
}

std::vector<std::string> lines_of(const PrintedLabel& label) {
  std::vector<std::string> lines{label.kind};
  if (!label.serial.empty()) lines.push_back("SN " + label.serial);
  if (!label.seal.empty()) lines.push_back("seal " + label.seal);
  lines.push_back("case " + label.code.case_id);
  return lines;
}

// As large as it fits, and no larger than `wished`; what does not fit at 4 points loses its middle.
void line_of_text(Pdf& pdf, PdfPlace at, PdfFont font, double wished, std::string text) {
  constexpr double kSmallest = 4;
  const auto most = static_cast<std::size_t>(kTextWidth / (kCellOfFont * kSmallest));
  if (text.size() > most)
    text = text.substr(0, most / 2 - 1) + ".." + text.substr(text.size() - most / 2 + 1);
  const double fits = kTextWidth / (kCellOfFont * static_cast<double>(std::max<std::size_t>(1, text.size())));
  pdf.text(at, font, std::min(wished, fits), text);
}

void label_at(Pdf& pdf, PdfPlace corner, const PrintedLabel& label) {
  const double margin = 1.5 * kMillimetre;
  draw_code(pdf, {corner.x + margin, corner.y - margin}, kCode, QrCode(text_of(label.code)));
  const double x = corner.x + kCode + margin;
  double y = corner.y - 8 * kMillimetre;
  line_of_text(pdf, {x, y}, PdfFont::bold, 13, label.code.label);
  for (const std::string& line : lines_of(label)) {
    y -= 5 * kMillimetre;
    line_of_text(pdf, {x, y}, PdfFont::regular, 8, line);
  }
}

}  // namespace

PrintedLabel printed_label(const custody::ExhibitView& exhibit, const std::string& present_seal) {
  return {{exhibit.case_id, exhibit.label, exhibit.uid},
          is_ascii(exhibit.kind) ? exhibit.kind : "",
          text_of(exhibit.members, "serial"),
          is_ascii(present_seal) ? present_seal : ""};
}

base::Buffer labels_as_pdf(const std::vector<PrintedLabel>& labels) {
  Pdf pdf;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::size_t place = i % kLabelsAPage;
    if (place == 0) pdf.begin_page();
    const auto column = static_cast<double>(place % kColumns), row = static_cast<double>(place / kColumns);
    label_at(pdf, {column * kWidth, kPageHeight - kTop - row * kHeight}, labels[i]);
  }
  return pdf.file();
}

base::Buffer label_as_png(const PrintedLabel& label) {
  return QrCode(text_of(label.code)).png(kPixelsPerModule, label.code.label);
}

std::string labels_as_text(const std::vector<PrintedLabel>& labels) {
  std::string out;
  for (const PrintedLabel& label : labels) {
    out += QrCode(text_of(label.code)).text() + label.code.label + "\n";
    for (const std::string& line : lines_of(label)) out += line + "\n";
    out += text_of(label.code) + "\n\n";
  }
  return out;
}

}  // namespace tools
