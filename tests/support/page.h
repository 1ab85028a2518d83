// SPDX-License-Identifier: Apache-2.0
// Pages of docs/ that are computed, whole or in part. A test compares the page with what the code gives; run
// with HOLDFAST_REWRITE_DOCS=1 it writes the page instead.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"

namespace support {

inline std::filesystem::path page_path(const std::string& name) {
  return std::filesystem::path(HOLDFAST_SOURCE_DIR) / "docs" / name;
}

inline std::string page_text(const std::string& name) {
  return std::string(base::as_text(base::read_file(page_path(name))));
}

// The page is exactly `text`.
inline void expect_page(const std::string& name, const std::string& text) {
  if (std::getenv("HOLDFAST_REWRITE_DOCS") != nullptr)
    base::write_durably(page_path(name), base::as_bytes(text));
  EXPECT_EQ(page_text(name), text) << "docs/" << name
                                   << " is not what the code gives; HOLDFAST_REWRITE_DOCS=1 rewrites it";
}

// `text` stands between the lines "<!-- computed: block -->" and "<!-- end of block -->".
inline void expect_page_block(const std::string& name, const std::string& block, const std::string& text) {
  const std::string page = page_text(name);
  const std::string begin = "<!-- computed: " + block + " -->\n", end = "<!-- end of " + block + " -->\n";
  const std::size_t from = page.find(begin), to = page.find(end);
  ASSERT_NE(from, page.npos) << "docs/" << name << " has no " << begin;
  ASSERT_NE(to, page.npos) << "docs/" << name << " has no " << end;
  expect_page(name, page.substr(0, from + begin.size()) + text + page.substr(to));
}

}  // namespace support
