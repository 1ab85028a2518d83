// SPDX-License-Identifier: Apache-2.0
// HTML, written through a typed builder: tags and attribute names come from the source code only, everything
// else is escaped where it is written, and evidence has one way in. Thread rule: one thread per Markup.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace exporter {

// A string literal of ours; nothing computed at run time becomes one.
class Literal {
 public:
  template <std::size_t Size>
  constexpr Literal(const char (&text)[Size]) : text_(text, Size - 1) {}  // implicit on purpose
  template <std::size_t Size>
  Literal(char (&text)[Size]) = delete;  // a buffer is no literal
  constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

// A link inside the bundle: letters, digits and "._-/#" (asserted). An address from evidence cannot be one.
class Link {
 public:
  explicit Link(std::string target);
  const std::string& target() const { return target_; }

 private:
  std::string target_;
};

// Values are escaped; evidence is never one.
struct Attribute {
  template <std::size_t Name, std::size_t Value>
  Attribute(const char (&attribute)[Name], const char (&text)[Value])
      : name(attribute), value(Literal(text)) {}
  Attribute(Literal attribute, Link link) : name(attribute), value(std::move(link)) {}
  Attribute(Literal attribute, std::string text) : name(attribute), value(std::move(text)) {}
  Literal name;
  std::variant<Literal, Link, std::string> value;
};

class Markup {
 public:
  explicit Markup(std::string& out) : out_(&out) {}

  // Closes its element when it goes out of scope.
  class Element {
   public:
    Element(Element&&) = delete;
    ~Element();

   private:
    friend class Markup;
    Element(std::string& out, Literal tag) : out_(&out), tag_(tag) {}
    std::string* out_;
    Literal tag_;
  };
  [[nodiscard]] Element element(Literal tag, std::initializer_list<Attribute> attributes = {});
  void empty_element(Literal tag, std::initializer_list<Attribute> attributes = {});  // <meta …>, <br>

  // Words and values of ours: escaped.
  void words(std::string_view text);
  // Words in an element of their own.
  void words(Literal tag, std::string_view text, std::initializer_list<Attribute> attributes = {});
  void link(const Link& link, std::string_view text);
  // Text from evidence: isolated in <bdi dir="auto">, escaped, with controls and bad bytes made visible.
  void evidence(std::string_view bytes);
  // Text of ours that is no HTML: the style sheet.
  void style(Literal css);

  std::size_t size() const { return out_->size(); }

 private:
  void open(Literal tag, std::initializer_list<Attribute> attributes);
  std::string* out_;
};

// How `words` and `evidence` write a text, without the element around it.
std::string escaped_words(std::string_view text);
std::string escaped_evidence(std::string_view bytes);

}  // namespace exporter
