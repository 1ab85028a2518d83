// SPDX-License-Identifier: Apache-2.0
// MMS of Android: tables `pdu`, `addr` and `part` of mmssms.db, and Samsung's `spam_…` of the same columns.
// References: AOSP packages/providers/TelephonyProvider MmsSmsDatabaseHelper.java (tables); AOSP frameworks
// com.google.android.mms.pdu: PduHeaders (address types, message types), PduPersister (subjects are stored as
// the bytes of their character set, one code point for each byte), CharacterSets (106 is UTF-8, by IANA).
#include "parse/apps/android_mms.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace parse::android {
namespace {

constexpr std::array<std::string_view, 11> kPduColumns{
    "_id", "thread_id", "date", "date_sent", "msg_box", "read", "m_id", "sub", "sub_cs", "m_type", "sub_id"};
constexpr std::array<std::string_view, 4> kAddressColumns{"_id", "msg_id", "address", "type"};
constexpr std::array<std::string_view, 9> kPartColumns{"_id", "mid", "ct",    "name", "fn",
                                                       "cl",  "cid", "_data", "text"};

// PduHeaders.
constexpr std::int64_t kBcc = 129, kCc = 130, kFrom = 137, kTo = 151;
constexpr std::int64_t kSendRequest = 128, kNotification = 130, kRetrieved = 132;
constexpr std::int64_t kUtf8 = 106;
constexpr std::string_view kInsertAddress = "insert-address-token";  // "the network fills in the sender"
constexpr std::string_view kLayout = "application/smil";

struct Parties {
  base::OptionalRecord from;
  base::RecordList to;
};

struct Part {
  std::int64_t rowid;
  std::optional<std::int64_t> message;
  base::Media media;
};

// The bytes that a text stands for which holds one byte in each code point; nothing where it holds others.
std::optional<std::string> bytes_in_code_points(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
      bytes += text[at];
      continue;
    }
    if ((first != 0xC2 && first != 0xC3) || at + 1 == text.size()) return std::nullopt;
    auto second = static_cast<unsigned char>(text[++at]);
    bytes += static_cast<char>(((first & 0x03) << 6) | (second & 0x3F));
  }
  return bytes;
}

base::OptionalText subject_of(EvidenceRow& row) {
  auto stored = row.bytes("sub");
  if (!stored) return std::nullopt;
  if (row.spare_integer("sub_cs") == kUtf8)
    if (auto bytes = bytes_in_code_points(*stored); bytes && base::is_utf8(*bytes)) stored = bytes;
  return base::Text{*stored};
}

std::string_view direction_of_mms(std::optional<std::int64_t> box, std::optional<std::int64_t> type) {
  if (auto direction = direction_of(box.value_or(0)); !direction.empty()) return direction;
  if (type == kSendRequest) return "outgoing";
  return type == kNotification || type == kRetrieved ? "incoming" : "";
}

class Reader {
 public:
  Reader(const MmsTables& names, EvidenceTables& tables, Participants& participants, Threads& threads)
      : names_(names), tables_(tables), participants_(participants), threads_(threads) {}
  void read();

 private:
  void read_addresses();
  void read_parts();
  Fate take_part(EvidenceRow& row);
  Fate take_text(EvidenceRow& row, std::optional<std::int64_t> message, std::string text);
  void read_messages();
  void set_parties(base::Message& message, std::int64_t key, std::string_view direction);
  bool is_there(std::optional<std::int64_t> message) const {
    return message && std::binary_search(keys_.begin(), keys_.end(), *message);
  }

  const MmsTables& names_;
  EvidenceTables& tables_;
  Participants& participants_;
  Threads& threads_;
  std::vector<std::int64_t> keys_;
  std::map<std::int64_t, Parties> parties_;
  std::map<std::int64_t, std::string> texts_;
  std::vector<Part> files_;
  std::map<std::int64_t, base::RecordId> emitted_;
};

void Reader::read() {
  keys_ = tables_.keys(names_.pdu);
  read_addresses();
  read_parts();
  read_messages();
  for (Part& part : files_) {
    if (auto message = emitted_.find(part.message.value_or(0)); part.message && message != emitted_.end())
      part.media.message = message->second;
    tables_.emit(part.media, tables_.row(names_.part, part.rowid));
  }
}

void Reader::read_addresses() {
  tables_.read(names_.addr, kAddressColumns, [&](EvidenceRow& row) {
    auto message = row.integer("msg_id");
    auto type = row.integer("type");
    auto address = row.bytes("address");
    if (!address || *address == kInsertAddress) return excluded("no_address");
    auto party = participants_.named(*address, tables_.row(names_.addr, row.rowid()));
    if (!is_there(message)) return excluded("its_message_is_gone");
    if (type == kFrom)
      parties_[*message].from = party;
    else if (type == kTo || type == kCc || type == kBcc)
      parties_[*message].to.push_back(party);
    return excluded("part_of_a_message");
  });
}

void Reader::read_parts() {
  tables_.read(names_.part, kPartColumns, [&](EvidenceRow& row) { return take_part(row); });
}

Fate Reader::take_part(EvidenceRow& row) {
  auto message = row.integer("mid");
  auto type = row.bytes("ct").value_or("");
  if (type == kLayout) return excluded("layout_of_a_message");
  if (auto text = row.bytes("text"); text && type.starts_with("text/plain"))
    return take_text(row, message, std::move(*text));
  Part part{row.rowid(), message, {}};
  part.media.path = row.text("_data");
  part.media.mime = row.text("ct");
  for (std::string_view column : {"name", "fn", "cl", "cid"})
    if (!part.media.name) part.media.name = row.text(column);
  files_.push_back(std::move(part));
  return kEmitted;
}

// Words whose message is gone are a message all the same: nothing but its head is missing.
Fate Reader::take_text(EvidenceRow& row, std::optional<std::int64_t> message, std::string text) {
  if (is_there(message)) {
    std::string& all = texts_[*message];
    all += (all.empty() ? "" : "\n") + text;
    return excluded("part_of_a_message");
  }
  auto position = tables_.row(names_.part, row.rowid());
  tables_.anomaly("message_missing", position, "the words of an MMS whose row is gone");
  base::Message orphan;
  orphan.app = word("sms");
  orphan.kind = word("mms");
  orphan.text = base::Text{std::move(text)};
  if (!names_.folder.empty()) orphan.folder = word(names_.folder);
  tables_.emit(orphan, position);
  return kEmitted;
}

void Reader::read_messages() {
  tables_.read(names_.pdu, kPduColumns, [&](EvidenceRow& row) {
    auto box = row.integer("msg_box");
    auto type = row.integer("m_type");
    auto thread = row.integer("thread_id");
    base::Message message;
    message.app = word("sms");
    message.kind = word("mms");
    message.kind_code = type;
    message.key = row.text("m_id");
    if (!message.key) message.key = base::Text{"mms/" + std::to_string(row.key())};  // as in content://mms/7
    message.time = unix_s(row.integer("date"));
    message.sent = unix_s(row.spare_integer("date_sent"));
    message.read = row.spare_flag("read");
    message.subject = subject_of(row);
    if (auto sim = row.spare_integer("sub_id"); sim && *sim >= 0) message.sim = sim;
    auto folder = names_.folder.empty() ? folder_of(box.value_or(0)) : names_.folder;
    if (!folder.empty()) message.folder = word(folder);
    if (auto text = texts_.find(row.key()); text != texts_.end()) message.text = base::Text{text->second};
    set_parties(message, row.key(), direction_of_mms(box, type));
    auto position = tables_.row(names_.pdu, row.rowid());
    message.conversation = threads_.of(thread, position);
    emitted_.emplace(row.key(), tables_.emit(message, position));
    return kEmitted;
  });
}

void Reader::set_parties(base::Message& message, std::int64_t key, std::string_view direction) {
  if (!direction.empty()) message.direction = word(direction);
  if (direction == "outgoing") message.sender = participants_.own();
  auto known = parties_.find(key);
  if (known == parties_.end()) return;
  if (!message.sender) message.sender = known->second.from;
  message.recipients = known->second.to;
}

}  // namespace

void read_mms(const MmsTables& names, EvidenceTables& tables, Participants& participants, Threads& threads) {
  Reader(names, tables, participants, threads).read();
}

}  // namespace parse::android
