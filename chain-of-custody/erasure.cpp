// SPDX-License-Identifier: Apache-2.0
#include "chain-of-custody/erasure.h"

#include <algorithm>

#include "base/error.h"
#include "base/words.h"
#include "chain-of-custody/body.h"
#include "chain-of-custody/disclosure.h"
#include "chain-of-custody/ledger_view.h"

namespace custody {
namespace {

using base::Json;

// What opens an exhibit's statement in an entry: its disclosure, and those of the members hidden in it.
struct Found {
  std::vector<std::string> texts;
  ErasedStatement kept;
};
Found statement_on(const Entry& entry, const std::string& uid) {
  Found found;
  std::vector<std::string> hidden;
  for (const std::string& text : entry.disclosures) {
    const Disclosure disclosure = read_disclosure(text);
    if (disclosure.name || text_in(disclosure.value, "uid") != uid) continue;
    found.texts.push_back(text);
    found.kept = {disclosure_digest(text), uid};
    if (const Json* digests = disclosure.value.find("_sd"))
      for (const Json& digest : digests->items()) hidden.push_back(digest.text());
  }
  for (const std::string& text : entry.disclosures)
    if (std::ranges::find(hidden, disclosure_digest(text)) != hidden.end()) found.texts.push_back(text);
  return found;
}

// True where something was there to erase.
bool erase_in(LedgerStore& store, const Entry& entry, const std::string& uid) {
  const Found found = statement_on(entry, uid);
  if (found.texts.empty()) return false;
  store.erase(base::sha256(*entry.body).hex(), found.texts, found.kept);
  return true;
}

bool carry_out(LedgerStore& store, const OpenedBody::Exhibit& exhibit, std::uint64_t before) {
  bool erased = false;
  for (const Json& number : exhibit.members.at("entries").items()) {
    const std::optional<std::uint64_t> index = number_in(Json::object({{"entry", number}}), "entry");
    if (index && *index < before) erased = erase_in(store, store.read(*index), exhibit.uid) || erased;
  }
  return erased;
}

}  // namespace

base::Event erasure_of(const LedgerContent& content, const std::string& exhibit_uid,
                       const std::string& reason) {
  Json entries = Json::array();
  for (const Entry& entry : content.entries) {
    // An erasure that went before says nothing of the exhibit but which entries; it has to stay readable.
    if (open_body(entry).body.at("act").text() == "erase") continue;
    if (!statement_on(entry, exhibit_uid).texts.empty()) entries.push(std::to_string(entry.index));
  }
  if (entries.items().empty())
    throw base::Error(base::ErrorKind::not_found,
                      base::say("there is no disclosure of this exhibit to erase"),
                      base::say("Nothing was changed. `holdfast exhibit show` tells what is said of it."));
  base::Event event{"erase", {}, Json::object({{"reason", reason}}), false};
  event.exhibits.push_back({exhibit_uid, Json::object({{"entries", entries}}), Json::object()});
  return event;
}

void carry_out_erasures(LedgerStore& store) {
  bool erased = false;
  for (const std::uint64_t index : store.entries_of("erase")) {
    const OpenedBody opened = open_body(store.read(index));
    for (const OpenedBody::Exhibit& exhibit : opened.exhibits)
      erased = carry_out(store, exhibit, index) || erased;
  }
  if (erased) store.compact();
}

}  // namespace custody
