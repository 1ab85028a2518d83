// SPDX-License-Identifier: Apache-2.0
// A QR code on a page of a PDF. Thread rule: one thread.
#pragma once

#include "tools/pdf.h"
#include "tools/qr_code.h"

namespace tools {

// `corner`: the upper left one; `side` in points, with the quiet zone.
void draw_code(Pdf& pdf, PdfPlace corner, double side, const QrCode& code);

}  // namespace tools
