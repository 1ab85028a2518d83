// SPDX-License-Identifier: Apache-2.0
#include "export/markup.h"

#include <algorithm>
#include <cassert>

#include "export/code_points.h"

namespace exporter {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void append_chip(std::string& out, const CodePoint& point) {
  out += "<span class=\"cc\">" + visible_name(point) + "</span>";
}

bool is_link_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-/#").find(c) != std::string_view::npos;
}

}  // namespace

Link::Link(std::string target) : target_(std::move(target)) {
  assert(!target_.empty() && target_.front() != '/');
  assert(std::all_of(target_.begin(), target_.end(), is_link_character));
}

std::string escaped_words(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string escaped_evidence(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const CodePoint point = first_code_point(bytes);
    const bool line_end = bytes.starts_with("\r\n");
    if (!line_end && (!point.valid || is_invisible_control(point.value))) {
      append_chip(out, point);
    } else if (!line_end) {
      append_escaped(out, bytes.substr(0, point.bytes));
    }
    bytes.remove_prefix(point.bytes);
  }
  return out;
}

Markup::Element::~Element() {
  out_->append("</").append(tag_.view()).append(">");
}

void Markup::open(Literal tag, std::initializer_list<Attribute> attributes) {
  out_->append("<").append(tag.view());
  for (const Attribute& attribute : attributes) {
    out_->append(" ").append(attribute.name.view()).append("=\"");
    if (const auto* literal = std::get_if<Literal>(&attribute.value)) append_escaped(*out_, literal->view());
    if (const auto* link = std::get_if<Link>(&attribute.value)) out_->append(link->target());
    if (const auto* text = std::get_if<std::string>(&attribute.value)) append_escaped(*out_, *text);
    out_->append("\"");
  }
  out_->append(">");
}

Markup::Element Markup::element(Literal tag, std::initializer_list<Attribute> attributes) {
  open(tag, attributes);
  return Element(*out_, tag);
}

void Markup::empty_element(Literal tag, std::initializer_list<Attribute> attributes) {
  open(tag, attributes);
}

void Markup::words(std::string_view text) {
  append_escaped(*out_, text);
}

void Markup::words(Literal tag, std::string_view text, std::initializer_list<Attribute> attributes) {
  const Element wrapper = element(tag, attributes);
  words(text);
}

void Markup::link(const Link& link, std::string_view text) {
  const Element anchor = element("a", {{"href", link}});
  words(text);
}

void Markup::evidence(std::string_view bytes) {
  const Element isolate = element("bdi", {{"dir", "auto"}, {"lang", ""}});
  out_->append(escaped_evidence(bytes));
}

void Markup::style(Literal css) {
  const Element sheet = element("style");
  out_->append(css.view());
}

}  // namespace exporter
