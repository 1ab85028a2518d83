// SPDX-License-Identifier: Apache-2.0
// Address book of Android: contacts2.db of com.android.providers.contacts and Samsung's of the same shape.
// One record for each row of `raw_contacts`, also deleted ones; its details stand in `data`, whose rows say
// by `mimetypes` what they are. References: AOSP packages/providers/ContactsProvider
// ContactsDatabaseHelper.java (tables), AOSP frameworks/base
// android.provider.ContactsContract.CommonDataKinds (meaning of data1, data2 … by mimetype).
#include "parse/apps/android_contacts.h"

#include <algorithm>
#include <array>
#include <map>

#include "parse/apps/evidence_table.h"

namespace parse {
namespace {

constexpr std::array<std::string_view, 2> kMimetypeColumns{"_id", "mimetype"};
constexpr std::array<std::string_view, 3> kAccountColumns{"_id", "account_name", "account_type"};
constexpr std::array<std::string_view, 7> kDataColumns{"_id",   "raw_contact_id", "mimetype_id", "data1",
                                                       "data2", "data3",          "data4"};
constexpr std::array<std::string_view, 6> kRawColumns{"_id",        "display_name", "deleted",
                                                      "account_id", "account_name", "account_type"};
constexpr std::string_view kKinds = "vnd.android.cursor.item/";

// An address-book account as "name (type)"; either part may be missing.
base::OptionalText account_of(const EvidenceRow& row) {
  auto name = row.bytes("account_name"), type = row.bytes("account_type");
  if (!name) return type ? std::optional(base::Text{*type}) : std::nullopt;
  return base::Text{type && *type != *name ? *name + " (" + *type + ")" : *name};
}

void keep_first(base::OptionalText& field, base::OptionalText value) {
  if (!field) field = std::move(value);
}

// False where rows of this kind are not read (pictures, addresses, dates, groups).
bool take_detail(base::Contact& contact, std::string_view kind, const EvidenceRow& row) {
  if (kind == "name") {
    keep_first(contact.name, row.text("data1"));
    keep_first(contact.given_name, row.text("data2"));
    keep_first(contact.family_name, row.text("data3"));
  } else if (kind == "nickname") {
    keep_first(contact.nickname, row.text("data1"));
  } else if (kind == "organization") {
    keep_first(contact.organisation, row.text("data1"));
    keep_first(contact.title, row.text("data4"));
  } else if (kind == "note") {
    keep_first(contact.note, row.text("data1"));
  } else if (kind == "phone_v2" || kind == "email_v2" || kind == "im" || kind == "sip_address" ||
             kind == "website" || kind.starts_with("vnd.")) {
    // Messengers put their own handles under kinds of their own: vnd.com.whatsapp.profile and the like.
    if (auto identifier = row.text("data1")) contact.identifiers.push_back(*identifier);
  } else {
    return false;
  }
  return true;
}

class Book {
 public:
  Book(EvidenceTables& tables) : tables_(tables), keys_(tables.keys("raw_contacts")) {}
  void read();

 private:
  void read_details();
  Fate take_details_of_row(EvidenceRow& row);
  void read_contacts();

  EvidenceTables& tables_;
  std::vector<std::int64_t> keys_;
  std::map<std::int64_t, std::string> kinds_;
  std::map<std::int64_t, base::OptionalText> accounts_;
  std::map<std::int64_t, base::Contact> details_;
};

void Book::read() {
  tables_.read("mimetypes", kMimetypeColumns, [&](EvidenceRow& row) {
    kinds_.emplace(row.key(), row.bytes("mimetype").value_or(""));
    return excluded("part_of_a_contact");
  });
  tables_.read("accounts", kAccountColumns, [&](EvidenceRow& row) {
    accounts_.emplace(row.key(), account_of(row));
    return excluded("part_of_a_contact");
  });
  read_details();
  read_contacts();
}

void Book::read_details() {
  tables_.read("data", kDataColumns, [&](EvidenceRow& row) { return take_details_of_row(row); });
}

// Details of a contact whose row is gone are what is left of it.
Fate Book::take_details_of_row(EvidenceRow& row) {
  auto contact = row.integer("raw_contact_id");
  auto kind_row = row.integer("mimetype_id");
  auto kind = kinds_.find(kind_row.value_or(0));
  if (kind == kinds_.end()) return excluded("kind_unknown");
  std::string_view name = kind->second;
  if (name.starts_with(kKinds)) name.remove_prefix(kKinds.size());
  if (contact && std::binary_search(keys_.begin(), keys_.end(), *contact))
    return excluded(take_detail(details_[*contact], name, row) ? "part_of_a_contact" : "kind_not_read");
  base::Contact left;
  left.app = word("contacts");
  if (!take_detail(left, name, row)) return excluded("kind_not_read");
  auto position = tables_.row("data", row.rowid());
  tables_.anomaly("contact_missing", position, "a detail of a contact whose row is gone");
  tables_.emit(left, position);
  return kEmitted;
}

void Book::read_contacts() {
  tables_.read("raw_contacts", kRawColumns, [&](EvidenceRow& row) {
    auto details = details_.find(row.key());
    base::Contact contact = details == details_.end() ? base::Contact() : details->second;
    contact.app = word("contacts");
    if (auto shown = row.text("display_name")) contact.name = shown;
    contact.deleted = row.spare_flag("deleted");
    contact.account = account_of(row);
    auto account = accounts_.find(row.spare_integer("account_id").value_or(0));
    if (!contact.account && account != accounts_.end()) contact.account = account->second;
    tables_.emit(contact, tables_.row("raw_contacts", row.rowid()));
    return kEmitted;
  });
}

void extract(EvidenceFile& file, base::RecordSink& sink) {
  EvidenceTables tables(file.database(), sink, file.source());
  Book(tables).read();
}

constexpr std::array<std::string_view, 1> kPaths{"contacts2.db"};
constexpr std::array<std::string_view, 3> kEmits{"contact", "count", "anomaly"};

}  // namespace

const Extractor kAndroidContacts{"android_contacts",
                                 1,
                                 "contacts",
                                 "The address book of Android's contacts provider, AOSP and Samsung.",
                                 kPaths,
                                 kEmits,
                                 extract};

}  // namespace parse
