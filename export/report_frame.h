// SPDX-License-Identifier: Apache-2.0
// The frame of every page that a bundle holds: head with a strict content security policy, one style sheet,
// navigation, foot. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "export/markup.h"

namespace exporter {

struct NavigationEntry {
  Link link;
  std::string label;
};

struct Frame {
  std::string title;      // of the page
  std::string case_line;  // "KK-2026 · Operation …", at the top
  std::vector<NavigationEntry> navigation;
  std::string foot;                        // "Edition …: a rendering of records.jsonl"
  const Literal* further_style = nullptr;  // beside the one of all pages
};

// A whole page; `content` writes into <main>.
template <typename Content>
std::string page_of(const Frame& frame, Content content);

// The halves of a page, for page_of.
void open_page(std::string& out, const Frame& frame);
void close_page(std::string& out, const Frame& frame);

template <typename Content>
std::string page_of(const Frame& frame, Content content) {
  std::string out;
  open_page(out, frame);
  Markup markup(out);
  content(markup);
  close_page(out, frame);
  return out;
}

}  // namespace exporter
