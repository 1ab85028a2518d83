// SPDX-License-Identifier: Apache-2.0
// A QR code (ISO/IEC 18004) of bytes, for paper: as a picture or as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace tools {

class QrCode {
 public:
  // In byte mode, so that what is read is what was given; level M: a seventh of it may be soiled.
  // Error(usage) where it does not fit.
  explicit QrCode(std::string_view text);
  // With the quiet zone of four modules around it.
  base::Buffer png(std::size_t pixels_per_module) const;
  // The same with a line below it, of characters that labels hold, as wide as the code allows.
  base::Buffer png(std::size_t pixels_per_module, std::string_view line) const;
  std::string text() const;  // UTF-8, two rows of modules a line; dark as printed
  // One module, and how many are beside each other, with the quiet zone.
  bool dark(std::size_t x, std::size_t y) const;
  std::size_t side() const;

 private:
  std::size_t width_ = 0;
  std::vector<bool> modules_;
};

}  // namespace tools
