// SPDX-License-Identifier: Apache-2.0
// A body in words: what a person sees before he signs is what reports print later.
#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

#include "base/counted.h"
#include "base/digest.h"
#include "chain-of-custody/act_table.h"
#include "chain-of-custody/as_utf8.h"
#include "chain-of-custody/ledger.h"
#include "chain-of-custody/party.h"
#include "chain-of-custody/verify.h"

namespace custody {
namespace {

using base::Json;

// Characters that could hide or reorder what stands on a line: controls, and the bidirectional and zero-width
// formatting characters (Unicode 15, general category Cf as far as it matters here).
bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xe0000 && c <= 0xe007f);
}

std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

char32_t decode(std::string_view sequence) {
  if (sequence.size() == 1) return static_cast<unsigned char>(sequence[0]);
  char32_t value = static_cast<unsigned char>(sequence[0]) & (0x7fu >> sequence.size());
  for (const char c : sequence.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  return value;
}

std::string visible(std::string_view any) {
  const std::string well_formed = as_utf8(any);
  std::string_view text = well_formed;
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(text[0]));
    const std::string_view sequence = text.substr(0, length);
    const char32_t c = decode(sequence);
    if (is_deceptive(c)) {
      char name[16];
      std::snprintf(name, sizeof name, "<U+%04X>", static_cast<unsigned>(c));
      out += name;
    } else {
      out += sequence;
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string label_of(std::string_view name) {
  std::string label(name);
  std::ranges::replace(label, '_', ' ');
  return label;
}

// Members whose base64 only programs read. A person is told size and digest, by which it can be compared.
constexpr std::array<std::string_view, 5> kOpaque{"certificate", "checkpoint", "crl", "proof", "token"};

std::string text_in_words(std::string_view name, const std::string& text) {
  if (std::ranges::find(kOpaque, name) == kOpaque.end()) return text;
  try {
    const base::Buffer bytes = base::from_base64(text);
    return base::counted(bytes.size(), "byte", "bytes") + ", SHA-256 " + base::sha256(bytes).hex();
  } catch (const std::invalid_argument&) {
    return text;  // something else bears the name; it is shown as it is
  }
}

// `name` is the innermost that `label` ends with.
void add_value(const std::string& label, std::string_view name, const Json& value,
               std::vector<std::string>& lines) {
  if (value.is_object()) {
    for (const auto& [inner, member] : value.members())
      add_value(label + ", " + label_of(inner), inner, member, lines);
  } else if (value.is_array()) {
    std::size_t number = 0;
    for (const Json& item : value.items())
      add_value(label + " " + std::to_string(++number), name, item, lines);
  } else if (value.is_text()) {
    lines.push_back(visible(label + ": " + text_in_words(name, value.text())));
  } else if (value.is_bool()) {
    lines.push_back(visible(label + ": " + (value.boolean() ? "yes" : "no")));
  } else {
    lines.push_back(visible(label + ": " + value.canonical()));
  }
}

std::string member_text(const Json& object, std::string_view outer, std::string_view inner) {
  const Json* found = object.find(outer);
  const Json* text = found ? found->find(inner) : nullptr;
  return text && text->is_text() ? text->text() : std::string("not stated");
}

std::string party_in_words(const Json& party) {
  const std::string &kind = party.at("kind").text(), &role = party.at("role").text();
  if (is_on_paper(party)) return "on paper, which is weaker: slip " + party_digest(party) + " (" + role + ")";
  return "signed by: certificate " + party_digest(party) + " (" + kind + ", " + role + ")";
}

constexpr std::array<std::string_view, 14> kFrame{
    "v",    "act",  "case",     "ledger",  "ledger_genesis", "nonce",   "parties",
    "time", "tool", "exhibits", "_sd_alg", "scope",          "scope_n", "scope_prev_body_sha256"};

}  // namespace

std::vector<std::string> body_in_words(const Json& body, const std::vector<Json>& opened_exhibits) {
  std::vector<std::string> lines;
  const ActRule* rule = find_act(body.at("act").text());
  lines.push_back(visible(rule ? std::string(rule->in_words) : "Act: " + body.at("act").text()));
  lines.push_back(visible("case: " + body.at("case").text() + ", ledger " + body.at("ledger").text()));
  lines.push_back(visible("time: " + member_text(body, "time", "utc") + ", by the " +
                          member_text(body, "time", "source")));
  for (const Json& party : body.at("parties").items()) lines.push_back(visible(party_in_words(party)));
  lines.push_back(visible("made with: " + member_text(body, "tool", "name") + " " +
                          member_text(body, "tool", "version")));
  for (const auto& [name, value] : body.members())
    if (std::ranges::find(kFrame, name) == kFrame.end()) add_value(label_of(name), name, value, lines);
  for (const Json& exhibit : opened_exhibits) {
    const Json* label = exhibit.find("label");
    const std::string whom = label && label->is_text() ? "exhibit " + label->text() : std::string("exhibit");
    for (const auto& [name, value] : exhibit.members())
      if (name != "label" || exhibit.members().size() == 1)
        add_value(whom + ", " + label_of(name), name, value, lines);
  }
  const std::size_t named = body.at("exhibits").items().size();
  if (named > opened_exhibits.size())
    lines.push_back("exhibits withheld here: " + std::to_string(named - opened_exhibits.size()));
  return lines;
}

std::vector<std::string> in_words(const VerifyReport& report, bool all) {
  std::vector<std::string> lines;
  std::size_t passed = 0;
  for (const Check& check : report.checks) {
    if (check.outcome == Outcome::passed) ++passed;
    if (check.outcome == Outcome::passed && !all) continue;
    std::string word = check.outcome == Outcome::passed   ? "passed"
                       : check.outcome == Outcome::failed ? "FAILED"
                                                          : "not possible";
    word.resize(14, ' ');
    lines.push_back(visible(word + check.code + "  " + check.object + ": " + check.what));
  }
  for (const std::string& statement : report.statements) lines.push_back(visible(statement));
  lines.push_back(std::to_string(passed) + " of " + std::to_string(report.checks.size()) + " checks passed");
  lines.push_back(visible(std::string(name_of(report.verdict())) + "  " + report.subject));
  return lines;
}

}  // namespace custody
