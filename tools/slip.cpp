// SPDX-License-Identifier: Apache-2.0
#include "tools/slip.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "export/markup.h"
#include "tools/console.h"
#include "tools/qr_code.h"
#include "tools/text.h"

namespace tools {
namespace {

constexpr std::size_t kColumns = 78;
constexpr std::size_t kPixels = 6;  // a module

struct Line {
  std::string what, value;
};

std::string grouped(std::string_view digits) {
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += 8)
    out += (at == 0 ? "" : " ") + std::string(digits.substr(at, 8));
  return out;
}

std::string heading(const Slip& slip) {
  return slip.direction == Slip::Direction::to_paper ? "RECEIPT: exhibits taken over, signed on paper"
                                                     : "RETURN: exhibits given back, signed on paper";
}
std::string declaration(const Slip& slip) {
  return slip.direction == Slip::Direction::to_paper
             ? "I have taken over the things named here, with the seals named here, as they are described."
             : "I have handed over the things named here, with the seals named here, as they are described.";
}

std::vector<Line> facts_of(const Slip& slip) {
  const bool takes = slip.direction == Slip::Direction::to_paper;
  return {{"case", slip.case_id},
          {"ledger", slip.ledger},
          {takes ? "handed over by" : "taken over by", slip.other},
          {"purpose", slip.purpose},
          {"printed", slip.printed_at + " (UTC)"},
          {"ledger then", slip.checkpoint_size + " entries, root " +
                              grouped(std::string_view(slip.checkpoint_root).substr(0, 40))}};
}

std::string words_of(const Slip::Thing& thing) {
  std::string words = thing.kind;
  if (!thing.seal.empty())
    words += ", seal " + thing.seal;
  else if (thing.container.empty())
    words += ", no seal stated";
  if (!thing.container.empty()) words += ", in " + thing.container;
  if (!thing.description.empty()) words += ", " + thing.description;
  return words;
}

constexpr std::string_view kBlanks[] = {"name", "badge or document", "office", "date and time", "signature"};

}  // namespace

base::Json Slip::statement() const {
  base::Json list = base::Json::array();
  for (const Thing& thing : things) {
    base::Json one = base::Json::object({{"label", thing.label}, {"uid", thing.uid}, {"kind", thing.kind}});
    if (!thing.seal.empty()) one.set("seal", thing.seal);
    if (!thing.container_uid.empty()) one.set("container", thing.container_uid);
    if (!thing.description.empty()) one.set("description", thing.description);
    list.push(std::move(one));
  }
  return base::Json::object({{"v", "holdfast-slip/1"},
                             {"act", "handover"},
                             {"direction", direction == Direction::to_paper ? "to_paper" : "from_paper"},
                             {"case", case_id},
                             {"ledger", ledger},
                             {"size", checkpoint_size},
                             {"root", checkpoint_root},
                             {"other", other},
                             {"purpose", purpose},
                             {"printed_at", printed_at},
                             {"nonce", nonce},
                             {"exhibits", std::move(list)}});
}

std::string Slip::digest() const {
  return base::sha256(base::as_bytes(statement().canonical())).hex();
}

std::string Slip::words() const {
  const std::string rule(kColumns, '-');
  std::string out = heading(*this) + "\n" + rule + "\n";
  const auto add = [&](const std::string& what, const std::string& value) {
    bool first = true;
    for (const std::string& line : wrapped(visible(value), kColumns - 18)) {
      out += fmt::format("{:<18}{}\n", first ? what : "", line);
      first = false;
    }
  };
  for (const Line& line : facts_of(*this)) add(line.what, line.value);
  out += "\n";
  for (const Thing& thing : things) add(visible(thing.label), words_of(thing));
  out += "\n";
  for (const std::string& line : wrapped(declaration(*this), kColumns)) out += line + "\n";
  out += "\n";
  for (const std::string_view blank : kBlanks)
    out += fmt::format("{:<18}{}\n\n", blank, std::string(kColumns - 18, '_'));
  return out + rule + "\nSHA-256 of what is signed (as kept in slips/ of the case)\n" + grouped(digest()) +
         "\n\n";
}

std::string Slip::as_text() const {
  return words() + QrCode(digest()).text();
}

std::string Slip::as_html() const {
  std::string out = "<!DOCTYPE html>\n";
  exporter::Markup markup(out);
  const auto html = markup.element("html", {{"lang", "en"}});
  {
    const auto head = markup.element("head");
    markup.empty_element("meta", {{"charset", "utf-8"}});
    markup.words("title", heading(*this));
    markup.style(
        "body{font:12pt/1.4 sans-serif;max-width:18cm;margin:1cm auto}h1{font-size:16pt}"
        "table{border-collapse:collapse}td{padding:.1cm .4cm .1cm 0;vertical-align:top}"
        ".blank td{height:1.1cm;border-bottom:1px solid #000;vertical-align:bottom}"
        "code{font-size:10pt}");
  }
  const auto body = markup.element("body");
  markup.words("h1", heading(*this));
  const auto row = [&](const std::string& what, const std::string& value) {
    const auto tr = markup.element("tr");
    markup.words("td", what);
    const auto td = markup.element("td");
    markup.evidence(value);
  };
  {
    const auto table = markup.element("table");
    for (const Line& line : facts_of(*this)) row(line.what, line.value);
    for (const Thing& thing : things) row(thing.label, words_of(thing));
  }
  markup.words("p", declaration(*this));
  {
    const auto table = markup.element("table", {{"class", "blank"}, {"width", "100%"}});
    for (const std::string_view blank : kBlanks) {
      const auto tr = markup.element("tr");
      markup.words("td", blank, {{"width", "30%"}});
      markup.words("td", "");
    }
  }
  markup.words("p", "SHA-256 of what is signed (as kept in slips/ of the case):");
  markup.words("code", grouped(digest()));
  markup.words("p", "");
  markup.empty_element("img",
                       {{"alt", "the same as a QR code"},
                        {"src", "data:image/png;base64," + base::to_base64(QrCode(digest()).png(kPixels))}});
  return out;
}

}  // namespace tools
