// SPDX-License-Identifier: Apache-2.0
#include "tools/pdf.h"

#include <fmt/format.h>

namespace tools {
namespace {

constexpr int kWidth = 595, kHeight = 842;  // A4 in points, ISO 216
constexpr int kFirstPage = 5;               // objects 1 to 4: catalogue, pages, two fonts

// ISO 32000-1, 7.3.4.2: a backslash before brackets and backslashes.
std::string literal(std::string_view text) {
  std::string out = "(";
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return out + ")";
}

std::string font_object(std::string_view name) {
  return fmt::format("<</Type/Font/Subtype/Type1/BaseFont/{}/Encoding/WinAnsiEncoding>>", name);
}

std::string page_object(int content) {
  return fmt::format(
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents {} 0 "
      "R>>",
      kWidth, kHeight, content);
}

// Objects in the order of their numbers, from 1.
std::vector<std::string> objects_of(const std::vector<std::string>& pages) {
  std::string kids;
  for (std::size_t i = 0; i < pages.size(); ++i)
    kids += fmt::format("{} 0 R ", kFirstPage + 2 * static_cast<int>(i));
  std::vector<std::string> objects{"<</Type/Catalog/Pages 2 0 R>>",
                                   fmt::format("<</Type/Pages/Count {}/Kids[{}]>>", pages.size(), kids),
                                   font_object("Courier"), font_object("Courier-Bold")};
  for (const std::string& page : pages) {
    objects.push_back(page_object(static_cast<int>(objects.size()) + 2));
    objects.push_back(fmt::format("<</Length {}>>\nstream\n{}endstream", page.size(), page));
  }
  return objects;
}

}  // namespace

void Pdf::begin_page() {
  pages_.emplace_back();
}

void Pdf::text(PdfPlace at, PdfFont font, double size, std::string_view text) {
  pages_.back() += fmt::format("BT /{} {:.2f} Tf {:.2f} {:.2f} Td {} Tj ET\n",
                               font == PdfFont::bold ? "F2" : "F1", size, at.x, at.y, literal(text));
}

void Pdf::rectangle(PdfPlace at, double width, double height) {
  pages_.back() += fmt::format("{:.3f} {:.3f} {:.3f} {:.3f} re f\n", at.x, at.y, width, height);
}

base::Buffer Pdf::file() const {
  std::string out = "%PDF-1.4\n";
  std::string table = "0000000000 65535 f \n";  // 7.5.4: entries of 20 bytes
  const auto objects = objects_of(pages_);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const std::size_t start = out.size();
  out += fmt::format("xref\n0 {}\n{}trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n",
                     objects.size() + 1, table, objects.size() + 1, start);
  return base::to_buffer(base::as_bytes(out));
}

}  // namespace tools
