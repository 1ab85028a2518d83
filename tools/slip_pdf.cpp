// SPDX-License-Identifier: Apache-2.0
// A slip as pages to print: its words line by line, and the code below them.
#include <algorithm>
#include <cassert>

#include "tools/pdf_code.h"
#include "tools/slip.h"

namespace tools {
namespace {

constexpr double kMargin = 18 * kPointsPerMillimetre, kTop = 279 * kPointsPerMillimetre;
constexpr double kSize = 10, kLine = 13;  // 78 characters of 6 points are 165 mm
constexpr double kCodeSide = 36 * kPointsPerMillimetre;

// Line below line; a new page where there is no room.
class Pages {
 public:
  void line(std::string_view text, PdfFont font) {
    room(kLine);
    y_ -= kLine;
    pdf_.text({kMargin, y_}, font, kSize, text);
  }
  void code(const QrCode& code) {
    room(kCodeSide);
    draw_code(pdf_, {kMargin, y_}, kCodeSide, code);
    y_ -= kCodeSide;
  }
  base::Buffer file() const { return pdf_.file(); }

 private:
  void room(double height) {
    if (y_ - height >= kMargin) return;
    pdf_.begin_page();
    y_ = kTop;
  }
  Pdf pdf_;
  double y_ = 0;  // no page yet
};

}  // namespace

bool Slip::fits_pdf() const {
  return std::ranges::all_of(words(), [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); });
}

base::Buffer Slip::as_pdf() const {
  assert(fits_pdf());
  Pages pages;
  const std::string text = words();
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    pages.line(std::string_view(text).substr(from, end - from), from == 0 ? PdfFont::bold : PdfFont::regular);
    from = end + 1;
  }
  pages.code(QrCode(digest()));
  return pages.file();
}

}  // namespace tools
