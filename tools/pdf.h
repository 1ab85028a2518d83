// SPDX-License-Identifier: Apache-2.0
// A PDF file (ISO 32000-1) of pages with text in ASCII and black rectangles: all that a sheet of labels
// needs. Nothing is compressed, no font is embedded, no time is written: the same pages give the same bytes.
// Thread rule: one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace tools {

inline constexpr double kPointsPerMillimetre = 72 / 25.4;

// In points from the lower left corner of an A4 page.
struct PdfPlace {
  double x = 0, y = 0;
};
enum class PdfFont { regular, bold };  // Courier: each character is 0.6 of the size wide

class Pdf {
 public:
  void begin_page();
  // REQUIRES: a page was begun. What is no printable ASCII becomes a question mark.
  void text(PdfPlace at, PdfFont font, double size, std::string_view text);
  void rectangle(PdfPlace at, double width, double height);  // filled
  base::Buffer file() const;

 private:
  std::vector<std::string> pages_;  // their content streams
};

}  // namespace tools
