// SPDX-License-Identifier: Apache-2.0
#include "bundle_edit.h"

#include <algorithm>

#include "base/merkle.h"
#include "chain-of-custody/custody_files.h"
#include "fixed_keys.h"

namespace fuzz {
namespace {

using base::Json;

base::Buffer buffer(std::string_view text) {
  return base::to_buffer(base::as_bytes(text));
}

// Files whose names begin alike stand together, so that a change of the number finds one of the same kind.
Files::iterator file_of(Files& files, Choices& choices) {
  return std::next(files.begin(), static_cast<std::ptrdiff_t>(choices.below(files.size())));
}

void change_bytes(base::Buffer& bytes, Choices& choices) {
  const std::size_t at = choices.below(bytes.size() + 1);
  const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const unsigned what = choices.next() % 4;
  if (what == 0 && at < bytes.size()) {
    *place ^= static_cast<std::byte>(1u << choices.next() % 8);
  } else if (what == 1 && at < bytes.size()) {
    *place = static_cast<std::byte>(choices.next());
  } else if (what == 2) {
    const std::size_t count = std::min<std::size_t>(1 + choices.next(), bytes.size() - at);
    bytes.erase(place, place + static_cast<std::ptrdiff_t>(count));
  } else {
    const base::Bytes more = choices.take(choices.next());
    bytes.insert(place, more.begin(), more.end());
  }
}

Json some_value(Choices& choices) {
  const unsigned what = choices.next() % 8;
  if (what == 0) return Json(static_cast<int>(choices.next()) - 2);
  if (what == 1) return Json(std::to_string(choices.next()));
  if (what == 2) return Json(std::string(64, "0af"[choices.next() % 3]));
  if (what == 3) return Json::array();
  if (what == 4) return Json::object();
  if (what == 5) return Json(true);
  if (what == 6) return Json();
  const std::string text(base::as_text(choices.take(choices.next() % 40)));
  return base::is_utf8(text) ? Json(text) : Json("?");
}

}  // namespace

void change_json(Json& value, Choices& choices) {
  if (value.is_object() && !value.members().empty()) {
    auto& members = value.members();
    const std::size_t which = choices.below(members.size());
    const unsigned what = choices.next() % 5;
    if (what == 0) {
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(which));
    } else if (what == 1) {
      const std::string_view name = base::as_text(choices.take(1 + choices.next() % 12));
      value.set(name, some_value(choices));
    } else {
      change_json(members[which].second, choices);
    }
  } else if (value.is_array() && !value.items().empty()) {
    auto& items = value.items();
    const std::size_t which = choices.below(items.size());
    const unsigned what = choices.next() % 5;
    if (what == 0) items.erase(items.begin() + static_cast<std::ptrdiff_t>(which));
    if (what == 1) items.push_back(Json(items[which]));
    if (what > 1) change_json(items[which], choices);
  } else {
    value = some_value(choices);
  }
}

void change_line(base::Buffer& bytes, Choices& choices) {
  std::string text(base::as_text(bytes));
  const std::size_t count = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  std::size_t from = 0;
  for (std::size_t skip = count > 1 ? choices.below(count) : 0; skip > 0; --skip)
    from = text.find('\n', from) + 1;
  const std::size_t end = std::min(text.find('\n', from), text.size());
  std::string line = text.substr(from, end - from);
  const bool encoded = !line.empty() && line.starts_with("WyJ");  // a disclosure: base64url of ["
  try {
    if (encoded) line = base::as_text(base::from_base64url(line));
    Json value = base::parse_json(base::as_bytes(line));
    change_json(value, choices);
    line = value.canonical();
    if (encoded) line = base::to_base64url(base::as_bytes(line));
    bytes = buffer(text.replace(from, end - from, line));
  } catch (const std::runtime_error&) {
    change_bytes(bytes, choices);  // it is no JSON
  } catch (const std::invalid_argument&) {
    change_bytes(bytes, choices);
  }
}

namespace {

void add_file(Files& files, Choices& choices) {
  const auto [name, bytes] = *file_of(files, choices);
  std::string other = name;
  const unsigned what = choices.next() % 4;
  if (what == 0) other += base::as_text(choices.take(choices.next() % 8));
  if (what == 1) {
    const std::size_t at = choices.below(other.size());
    other.insert(at, base::as_text(choices.take(choices.next() % 8)));
  }
  if (what == 2) std::ranges::transform(other, other.begin(), [](char c) { return c == 'a' ? 'A' : c; });
  if (what == 3)
    std::ranges::transform(other, other.begin(), [&](char c) {
      return c == '0' ? static_cast<char>('0' + choices.next() % 10) : c;
    });
  files[other] = bytes;
}

custody::Entry read_entry(const Files& files, std::uint64_t index) {
  const std::string name = custody::entry_name(index);
  custody::Entry entry;
  entry.index = index;
  const auto body = files.find(kLedgerPrefix + ("bodies/" + name + ".json"));
  if (body != files.end()) entry.body = body->second;
  for (int party = 0;; ++party) {
    const auto found =
        files.find(kLedgerPrefix + ("signatures/" + name + "." + std::to_string(party) + ".p7s"));
    if (found == files.end()) return entry;
    entry.signatures.push_back(found->second);
  }
}

// Where a body was changed, its first party signs it anew.
void sign_entry(Files& files, const Files& original, custody::Entry& entry) {
  const std::string name = custody::entry_name(entry.index);
  const auto before = original.find(kLedgerPrefix + ("bodies/" + name + ".json"));
  if (!entry.body || (before != original.end() && before->second == *entry.body)) return;
  const std::string minutes = entry.index < 10 ? "0" + std::to_string(entry.index) : "59";
  entry.signatures = {cms_by(officer(), *entry.body, "26010100" + minutes + "00Z")};
  files[kLedgerPrefix + ("signatures/" + name + ".0.p7s")] = entry.signatures[0];
}

void seal_again(Files& files, const Files& original, bool sign_entries) {
  std::vector<base::Digest> hashes;
  std::vector<custody::Entry> entries;
  for (std::uint64_t index = 0;; ++index) {
    const auto file = files.find(kLedgerPrefix + ("leaves/" + custody::entry_name(index) + ".json"));
    if (file == files.end()) break;
    custody::Entry entry = read_entry(files, index);
    if (sign_entries) sign_entry(files, original, entry);
    try {
      custody::Leaf leaf = custody::parse_leaf(file->second);
      if (entry.body) leaf.body_sha256 = base::sha256(*entry.body);
      if (entry.body) leaf.sigs_sha256 = custody::digest_of_signatures(entry.signatures);
      leaf.prev = hashes.empty() ? base::Digest{} : hashes.back();
      file->second = buffer(leaf.canonical());
    } catch (const base::JsonError&) {
      // It is no leaf any more, and is sealed as it is.
    }
    entry.leaf = file->second;
    hashes.push_back(base::leaf_hash(entry.leaf));
    entries.push_back(std::move(entry));
  }
  const custody::Checkpoint checkpoint{kOrigin, hashes.size(), base::merkle_root(hashes)};
  files[kLedgerPrefix + std::string("checkpoint")] =
      buffer(custody::format_note(signed_note(checkpoint.text(), 1'767'229'200)));
  std::erase_if(
      files, [](const auto& file) { return file.first.starts_with(kLedgerPrefix + std::string("tile/")); });
  for (auto& [name, bytes] : custody::tiles_of(entries)) files[kLedgerPrefix + name] = std::move(bytes);
}

}  // namespace

void change_files(Files& files, Choices& choices) {
  for (int changes = 0; changes < 6 && !choices.empty() && !files.empty(); ++changes) {
    const unsigned what = choices.next() % 8;
    if (what == 0) files.erase(file_of(files, choices));
    if (what == 1) add_file(files, choices);
    if (what == 2) {
      base::Buffer& one = file_of(files, choices)->second;
      std::swap(one, file_of(files, choices)->second);
    }
    if (what == 3) change_bytes(file_of(files, choices)->second, choices);
    if (what > 3) change_line(file_of(files, choices)->second, choices);
  }
}

void put_right(Files& files, const Files& original, Forger forger) {
  if (forger >= Forger::log_keeper) seal_again(files, original, forger == Forger::everybody);
  if (forger >= Forger::bagger) put_manifests_right(files);
  if (forger >= Forger::officer) sign_bundle(files);
}

}  // namespace fuzz
