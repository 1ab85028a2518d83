// SPDX-License-Identifier: Apache-2.0
#include "tools/qr_code.h"

#include <algorithm>
#include <memory>

#include <png.h>
#include <qrencode.h>

#include "base/error.h"
#include "base/handle.h"
#include "base/words.h"
#include "tools/pixel_font.h"

namespace tools {
namespace {

constexpr std::size_t kQuiet = 4;

base::Error cannot(const base::Said& what) {
  return base::Error(base::ErrorKind::usage, base::say("no QR code can be made: {}", what),
                     base::say("Nothing was written. The checkpoint itself is printed without --qr."));
}

}  // namespace

QrCode::QrCode(std::string_view text) {
  const std::unique_ptr<QRcode, base::Free<QRcode_free>> code(QRcode_encodeData(
      static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M));
  if (!code) throw cannot(base::say("the text of {} bytes does not fit", text.size()));
  width_ = static_cast<std::size_t>(code->width);
  for (std::size_t i = 0; i < width_ * width_; ++i) modules_.push_back((code->data[i] & 1) != 0);
}

std::size_t QrCode::side() const {
  return width_ + 2 * kQuiet;
}

bool QrCode::dark(std::size_t x, std::size_t y) const {
  const bool inside = x >= kQuiet && y >= kQuiet && x < kQuiet + width_ && y < kQuiet + width_;
  return inside && modules_[(y - kQuiet) * width_ + (x - kQuiet)];
}

base::Buffer QrCode::png(std::size_t pixels_per_module) const {
  return png(pixels_per_module, "");
}

base::Buffer QrCode::png(std::size_t pixels_per_module, std::string_view line) const {
  const std::size_t pixels = side() * pixels_per_module;
  // One dot of the line; a character is five wide, and one stands between two.
  const std::size_t dots = std::max<std::size_t>(1, line.size() * (kGlyphWidth + 1));
  const std::size_t dot =
      std::clamp<std::size_t>((pixels - 2 * pixels_per_module) / dots, 1, pixels_per_module);
  const std::size_t left = (pixels - std::min(pixels, dots * dot)) / 2;
  const std::size_t height = pixels + (line.empty() ? 0 : (kGlyphHeight + 2) * dot);
  const auto is_dark = [&](std::size_t x, std::size_t y) {
    if (y < pixels) return dark(x / pixels_per_module, y / pixels_per_module);
    const std::size_t at = x < left ? dots : (x - left) / dot, character = at / (kGlyphWidth + 1);
    return character < line.size() && is_black(line[character], at % (kGlyphWidth + 1), (y - pixels) / dot);
  };
  std::vector<unsigned char> grey(pixels * height);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < pixels; ++x) grey[y * pixels + x] = is_dark(x, y) ? 0 : 255;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(pixels);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t size = 0;
  if (png_image_write_to_memory(&image, nullptr, &size, 0, grey.data(), 0, nullptr) == 0)
    throw cannot(image.message);
  base::Buffer file(size);
  if (png_image_write_to_memory(&image, file.data(), &size, 0, grey.data(), 0, nullptr) == 0)
    throw cannot(image.message);
  file.resize(size);
  return file;
}

std::string QrCode::text() const {
  std::string out;
  for (std::size_t y = 0; y < side(); y += 2) {
    for (std::size_t x = 0; x < side(); ++x) {
      const bool upper = dark(x, y), lower = dark(x, y + 1);
      out += upper ? (lower ? "\u2588" : "\u2580") : (lower ? "\u2584" : " ");
    }
    out += '\n';
  }
  return out;
}

}  // namespace tools
