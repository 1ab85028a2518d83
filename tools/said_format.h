// SPDX-License-Identifier: Apache-2.0
// What is said (base/words.h) as an argument of fmt::format: in the person's language.
#pragma once

#include <fmt/format.h>

#include "base/words.h"

template <>
struct fmt::formatter<base::Said> : fmt::formatter<fmt::string_view> {
  template <typename Context>
  auto format(const base::Said& said, Context& context) const {
    return fmt::formatter<fmt::string_view>::format(said.here, context);
  }
};

template <>
struct fmt::formatter<base::Phrase> : fmt::formatter<fmt::string_view> {
  template <typename Context>
  auto format(const base::Phrase& phrase, Context& context) const {
    return fmt::formatter<fmt::string_view>::format(phrase.here(), context);
  }
};
