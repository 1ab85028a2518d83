// SPDX-License-Identifier: Apache-2.0
#include "export/leak_scan.h"

#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "export/code_points.h"
#include "export/proofs.h"

namespace exporter {
namespace {

constexpr std::size_t kShortestRun = 8;

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}
bool is_base64_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
         c == '-' || c == '_';
}

bool is_readable(std::string_view text) {
  if (text.empty() || !base::is_utf8(text)) return false;
  for (std::string_view left = text; !left.empty();) {
    const CodePoint point = first_code_point(left);
    if (point.value < 0x20 && point.value != '\n' && point.value != '\t') return false;
    left.remove_prefix(point.bytes);
  }
  return true;
}

void append_readable(std::string& out, const base::Buffer& bytes) {
  if (const std::string_view text = base::as_text(bytes); is_readable(text)) out.append(text).append("\n");
}

void decode_hex(std::string& out, std::string_view run) {
  if (run.size() % 2 == 0) append_readable(out, base::from_hex(run));
}

void decode_base64(std::string& out, std::string_view run) {
  std::string digits(run);
  std::replace(digits.begin(), digits.end(), '-', '+');
  std::replace(digits.begin(), digits.end(), '_', '/');
  digits.resize(digits.size() - (digits.size() % 4 == 1 ? 1 : 0));
  digits.append((4 - digits.size() % 4) % 4, '=');
  try {
    append_readable(out, base::from_base64(digits));
  } catch (const std::invalid_argument&) {
    return;  // letters that are no base64
  }
}

template <typename IsDigit, typename Decode>
void visit_runs(std::string_view content, IsDigit is_digit, Decode decode) {
  std::size_t start = 0;
  for (std::size_t i = 0; i <= content.size(); ++i) {
    if (i < content.size() && is_digit(content[i])) continue;
    if (i - start >= kShortestRun) decode(content.substr(start, i - start));
    start = i + 1;
  }
}

}  // namespace

std::string decoded_runs(std::string_view content) {
  std::string out;
  visit_runs(content, is_hex_digit, [&](std::string_view run) { decode_hex(out, run); });
  visit_runs(content, is_base64_digit, [&](std::string_view run) { decode_base64(out, run); });
  return out;
}

namespace {

bool is_barred(const Secret& secret) {
  return secret.barred != custody::Barrier::none;
}

// Those of the secrets that are meant and stand in the text.
template <typename IsMeant>
std::set<std::string> standing_in(std::string_view text, const Edition& edition, IsMeant is_meant) {
  Needles all;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < edition.secrets.size(); ++i) {
    const Secret& secret = edition.secrets[i];
    if (secret.exact || !is_meant(secret) || !is_searchable(secret.text) || !seen.insert(secret.text).second)
      continue;
    all.add(secret.text, static_cast<Needles::Origin>(i));
  }
  std::set<std::string> out;
  for (const Needles::Origin origin : all.find_all(text)) out.insert(edition.secrets[origin].text);
  return out;
}

// Withheld texts that are words of ours, which stand in every bundle.
std::set<std::string> common_texts(const Edition& edition, std::string_view vocabulary) {
  return standing_in(vocabulary, edition, [](const Secret&) { return true; });
}

// Texts outside the authority that stand in records that it covers. What is privileged was withheld wherever
// it is repeated.
std::set<std::string> released_texts(const Edition& edition) {
  const auto is_meant = [](const Secret& secret) {
    return is_barred(secret) && secret.barred != custody::Barrier::privilege;
  };
  if (std::none_of(edition.secrets.begin(), edition.secrets.end(), is_meant)) return {};
  return standing_in(records_text(edition), edition, is_meant);
}

bool is_decided(const Request& request, const Secret& secret) {
  return std::any_of(request.not_searched.begin(), request.not_searched.end(), [&](const auto& entry) {
    return entry.record == secret.record && entry.field == secret.field;
  });
}

}  // namespace

LeakScan::LeakScan(const Edition& edition, std::string_view vocabulary) : edition_(&edition) {
  const std::set<std::string> common = common_texts(edition, vocabulary);
  const std::set<std::string> released = released_texts(edition);
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < edition.secrets.size(); ++i) {
    const Secret& secret = edition.secrets[i];
    const auto leave = [&](const char* why) {
      if (is_barred(secret))
        ++unsearched_barred_;
      else
        unsearched_.push_back({secret.record, secret.field, why});
    };
    if (secret.exact) {
      needles_.add_exact(secret.text, static_cast<Needles::Origin>(i));
    } else if (!is_barred(secret) && is_decided(edition.request, secret)) {
      leave("the request says so");
    } else if (!is_searchable(secret.text)) {
      leave("too short");
    } else if (common.count(secret.text) != 0) {
      leave("stands in every bundle");
    } else if (released.count(secret.text) != 0) {
      leave("stands in what is released in its own right");
    } else if (seen.insert(secret.text).second) {
      needles_.add(secret.text, static_cast<Needles::Origin>(i));
    }
  }
}

void LeakScan::check(const std::string& name, std::string_view content) const {
  auto found = needles_.find(name);
  if (!found) found = needles_.find(content);
  if (!found) found = needles_.find(decoded_runs(content));
  if (!found) return;
  const Secret& secret = edition_->secrets[*found];
  throw base::Error(base::ErrorKind::conflict,
                    base::say("{} would hold a text that is withheld: field {} of record {}", name,
                              secret.field, secret.record),
                    base::say("Nothing was exported. Redact the field that repeats it, or list it under "
                              "not_searched in the request if a person has decided that it tells nothing."));
}

}  // namespace exporter
