// SPDX-License-Identifier: Apache-2.0
// Where the preferences lie and what they hold: IPED (sepinf-inc/IPED, iped/parsers/whatsapp/WAAccount.java).
#include "parse/apps/whatsapp_beside.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace parse::whatsapp {
namespace {

constexpr std::uint64_t kLargestPreferences = 16 * 1024 * 1024;
constexpr std::array<std::string_view, 12> kContactColumns{
    "_id",        "jid",     "is_whatsapp_user", "status",   "number",  "display_name",
    "given_name", "wa_name", "family_name",      "nickname", "company", "title"};

void append_utf8(std::string& out, std::uint32_t code) {
  auto push = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return push(code);
  if (code < 0x800) return push(0xC0 | code >> 6), push(0x80 | (code & 0x3F));
  if (code < 0x10000)
    return push(0xE0 | code >> 12), push(0x80 | (code >> 6 & 0x3F)), push(0x80 | (code & 0x3F));
  push(0xF0 | code >> 18);
  push(0x80 | (code >> 12 & 0x3F));
  push(0x80 | (code >> 6 & 0x3F));
  push(0x80 | (code & 0x3F));
}

// A character by number ("#38", "#x26"); false where it is none.
bool append_numbered(std::string& out, std::string_view entity) {
  if (!entity.starts_with('#')) return false;
  entity.remove_prefix(1);
  bool hexadecimal = entity.starts_with('x');
  if (hexadecimal) entity.remove_prefix(1);
  std::uint32_t code = 0;
  auto [end, error] =
      std::from_chars(entity.data(), entity.data() + entity.size(), code, hexadecimal ? 16 : 10);
  bool surrogate = code >= 0xD800 && code < 0xE000;
  if (error != std::errc() || end != entity.data() + entity.size() || code > 0x10FFFF || surrogate)
    return false;
  append_utf8(out, code);
  return true;
}

// XML 1.0 §4.6: the five predefined entities, and characters by number; others stay as they are.
std::string without_entities(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto end = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
    auto entity = end == std::string_view::npos ? std::string_view() : text.substr(at + 1, end - at - 1);
    auto named =
        std::find_if(kEntities.begin(), kEntities.end(), [&](auto& known) { return known.first == entity; });
    if (named != kEntities.end())
      out += named->second;
    else if (!append_numbered(out, entity)) {
      out += text[at];
      continue;
    }
    at = end;
  }
  return out;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `registration_jid` is the whole number; older versions keep country code and the rest apart.
std::optional<std::string> number_of_account(std::string_view xml) {
  if (auto whole = preference(xml, "registration_jid")) {
    auto number = whole->substr(0, whole->find('@'));
    if (is_number(number)) return number;
  }
  auto country = preference(xml, "cc"), rest = preference(xml, "ph");
  if (country && rest && is_number(*country) && is_number(*rest)) return *country + *rest;
  return std::nullopt;
}

// The folder of the package: …/<package>/databases/msgstore.db. A clone's own name is in its preferences'
// names.
std::string package_of(const std::string& path) {
  auto databases = path.rfind('/');
  if (databases == std::string::npos || databases == 0) return "";
  auto package = path.rfind('/', databases - 1);
  if (package == std::string::npos || package == 0) return "";
  auto before = path.rfind('/', package - 1);
  auto start = before == std::string::npos ? 0 : before + 1;
  return path.substr(start, package - start);
}

std::vector<std::string> preference_files(const std::string& path) {
  std::vector<std::string> packages{"com.whatsapp", "com.whatsapp.w4b"};
  if (auto package = package_of(path); !package.empty() && package != packages[0] && package != packages[1])
    packages.push_back(package);
  std::vector<std::string> files;
  for (const auto& package : packages)
    for (const char* end : {"_preferences_light.xml", "_preferences.xml"})
      files.push_back("../shared_prefs/" + package + end);
  return files;
}

base::Place whole_file(const base::RecordId& source) {
  base::Place place;
  place.source = source;
  return place;
}

std::optional<std::string> read_preferences(EvidenceFile::Companion& companion, base::RecordSink& sink) {
  try {
    auto bytes = base::read_all(*companion.bytes, kLargestPreferences);
    return std::string(base::as_text(bytes));
  } catch (const base::ReadError& error) {
    sink.anomaly("unreadable", whole_file(companion.source), "offset " + std::to_string(error.offset));
    return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> preference(std::string_view xml, std::string_view name) {
  const std::string start = "<string name=\"" + std::string(name) + "\">";
  auto found = xml.find(start);
  if (found == std::string_view::npos) return std::nullopt;
  auto value = xml.substr(found + start.size());
  auto end = value.find("</string>");
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  return without_entities(value.substr(0, end));
}

Owner read_owner(EvidenceFile& file, base::RecordSink& sink) {
  Owner owner;
  for (const auto& path : preference_files(file.facts().locator.last_path())) {
    auto companion = file.relative(path);
    auto xml = companion ? read_preferences(*companion, sink) : std::nullopt;
    if (!xml) continue;
    auto number = number_of_account(*xml);
    auto name = preference(*xml, "push_name");
    if (!number && !name) continue;
    base::Account account;
    account.app = word("whatsapp");
    if (number) account.identifier = base::Text{*number};
    if (name) account.name = base::Text{*name};
    base::emit(sink, account, whole_file(companion->source));
    if (!owner.number) owner.number = number;
  }
  return owner;
}

void AddressBook::read() {
  tables_.read("wa_contacts", kContactColumns, [&](EvidenceRow& row) {
    Entry entry{row.rowid(), row.bytes("jid").value_or(""), {}};
    base::Contact& contact = entry.contact;
    contact.app = word("whatsapp");
    contact.name = row.text("display_name");
    contact.push_name = row.text("wa_name");
    contact.given_name = row.text("given_name");
    contact.family_name = row.text("family_name");
    contact.nickname = row.text("nickname");
    contact.organisation = row.text("company");
    contact.title = row.text("title");
    contact.about = row.text("status");
    contact.app_user = row.spare_flag("is_whatsapp_user");
    for (std::string_view column : {"jid", "number"})
      if (auto identifier = row.text(column)) contact.identifiers.push_back(*identifier);
    entries_.push_back(std::move(entry));
    return kEmitted;
  });
}

NamesByHandle AddressBook::names() const {
  NamesByHandle names;
  for (const auto& entry : entries_) {
    const auto& name = entry.contact.name ? entry.contact.name : entry.contact.push_name;
    if (name && !entry.jid.empty()) names.emplace(entry.jid, name->bytes);
  }
  return names;
}

void AddressBook::emit(const Parties* parties) {
  for (auto& entry : entries_) {
    if (parties && !entry.jid.empty()) entry.contact.participant = parties->find(entry.jid);
    tables_.emit(entry.contact, tables_.row("wa_contacts", entry.rowid));
  }
}

}  // namespace parse::whatsapp
