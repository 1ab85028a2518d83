// SPDX-License-Identifier: Apache-2.0
// WhatsApp for Android, all schemas: `messages` (before 2022), both tables (2022), `message` (since), with
// the map of lids of 2025. WhatsApp Business, clones and other Android users use the same files. What is read
// from which table, and what is not: docs/extractors/whatsapp_android.md.
#include "parse/apps/whatsapp_android.h"

#include <algorithm>
#include <array>

#include "parse/apps/whatsapp_beside.h"
#include "parse/apps/whatsapp_store.h"

namespace parse {
namespace {

using whatsapp::AddressBook;

constexpr std::string_view kStore = "msgstore.db", kContacts = "wa.db";

std::string name_of_file(const EvidenceFile& file) {
  auto path = file.facts().locator.last_path();
  return path.substr(path.rfind('/') + 1);
}

// wa.db beside the store. Where it is no database, the messages do without it.
std::optional<AddressBook> address_book_beside(EvidenceFile& file, base::RecordSink& sink) {
  auto companion = file.sibling(kContacts);
  if (!companion) return std::nullopt;
  try {
    AddressBook book(EvidenceTables(file.database(*companion), sink, companion->source));
    book.read();
    return book;
  } catch (const base::SqliteError& error) {
    base::Place place;
    place.source = companion->source;
    sink.anomaly("companion_unreadable", place, "SQLite code " + std::to_string(error.code));
    return std::nullopt;
  }
}

// The store's tables; where it is no database, the contacts come out before the pair fails.
EvidenceTables open_store(EvidenceFile& file, base::RecordSink& sink, std::optional<AddressBook>& book) {
  try {
    return EvidenceTables(file.database(), sink, file.source());
  } catch (const base::SqliteError&) {
    if (book) book->emit(nullptr);
    throw;
  }
}

void extract_store(EvidenceFile& file, base::RecordSink& sink) {
  auto owner = whatsapp::read_owner(file, sink);
  auto book = address_book_beside(file, sink);
  auto names = book ? book->names() : whatsapp::NamesByHandle();
  EvidenceTables tables = open_store(file, sink, book);
  whatsapp::Parties parties(tables, owner, names);
  whatsapp::Store(tables, parties).read();
  if (book) book->emit(&parties);
}

// wa.db belongs to the store where there is one; alone, its contacts still come out.
void extract_contacts(EvidenceFile& file, base::RecordSink& sink) {
  auto names = file.sibling_names();
  if (std::find(names.begin(), names.end(), kStore) != names.end()) return;
  AddressBook book(EvidenceTables(file.database(), sink, file.source()));
  book.read();
  book.emit(nullptr);
  whatsapp::read_owner(file, sink);
}

void extract(EvidenceFile& file, base::RecordSink& sink) {
  if (name_of_file(file) == kContacts)
    extract_contacts(file, sink);
  else
    extract_store(file, sink);
}

constexpr std::array<std::string_view, 2> kPaths{kStore, kContacts};
constexpr std::array<std::string_view, 13> kEmits{
    "account",          "participant", "conversation", "membership",     "contact", "message", "media",
    "message_location", "receipt",     "reaction",     "message_change", "call",    "count"};

}  // namespace

const Extractor kWhatsAppAndroid{"whatsapp_android",
                                 1,
                                 "whatsapp",
                                 "WhatsApp and WhatsApp Business for Android: messages, calls, contacts.",
                                 kPaths,
                                 kEmits,
                                 extract};

}  // namespace parse
