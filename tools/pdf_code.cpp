// SPDX-License-Identifier: Apache-2.0
#include "tools/pdf_code.h"

#include <algorithm>

namespace tools {

// Dark modules side by side are one rectangle, so that no hair lines show.
void draw_code(Pdf& pdf, PdfPlace corner, double side, const QrCode& code) {
  const double module = side / static_cast<double>(code.side());
  for (std::size_t y = 0; y < code.side(); ++y) {
    for (std::size_t x = 0; x < code.side();) {
      std::size_t end = x;
      while (end < code.side() && code.dark(end, y)) ++end;
      if (end > x)
        pdf.rectangle(
            {corner.x + static_cast<double>(x) * module, corner.y - static_cast<double>(y + 1) * module},
            static_cast<double>(end - x) * module, module);
      x = std::max(end, x + 1);
    }
  }
}

}  // namespace tools
