// SPDX-License-Identifier: Apache-2.0
// SMS of Android: table `sms` of mmssms.db, and Samsung's `spam_sms`, whose columns are the same.
// References: AOSP packages/providers/TelephonyProvider MmsSmsDatabaseHelper.java (tables), AOSP
// frameworks/base android.provider.Telephony (codes of type and status; units of date); checked on
// log2timeline/plaso test_data/android/mmssms.db.
#include "parse/apps/android_messages.h"

#include <array>

#include "parse/apps/android_mms.h"

namespace parse {
namespace android {

// android.provider.Telephony.TextBasedSmsColumns.MESSAGE_TYPE_*, BaseMmsColumns.MESSAGE_BOX_*.
std::string_view folder_of(std::int64_t box) {
  constexpr std::array<std::string_view, 7> kFolders{"",       "inbox",  "sent",  "draft",
                                                     "outbox", "failed", "queued"};
  return box >= 1 && box <= 6 ? kFolders[static_cast<std::size_t>(box)] : "";
}

std::string_view direction_of(std::int64_t box) {
  if (box == 1) return "incoming";
  return box >= 2 && box <= 6 ? "outgoing" : "";
}

namespace {

constexpr std::array<std::string_view, 2> kAddressColumns{"_id", "address"};
constexpr std::array<std::string_view, 4> kThreadColumns{"_id", "recipient_ids", "archived", "date"};

}  // namespace

void Threads::read() {
  tables_.read("canonical_addresses", kAddressColumns, [&](EvidenceRow& row) {
    auto address = row.bytes("address");
    if (!address) return excluded("no_address");
    addresses_.emplace(row.key(),
                       participants_.named(*address, tables_.row("canonical_addresses", row.rowid())));
    return kEmitted;
  });
  tables_.read("threads", kThreadColumns, [&](EvidenceRow& row) {
    base::Conversation conversation;
    conversation.app = word("sms");
    conversation.identifier = base::Text{std::to_string(row.key())};
    conversation.kind = word("thread");
    conversation.participants = recipients(row.bytes("recipient_ids").value_or(""));
    conversation.archived = row.spare_flag("archived");
    known_.emplace(row.key(), tables_.emit(conversation, tables_.row("threads", row.rowid())));
    return kEmitted;
  });
}

// `recipient_ids` is a list of canonical_addresses._id with single spaces between them.
base::RecordList Threads::recipients(std::string_view ids) const {
  base::RecordList found;
  std::int64_t id = 0;
  bool digits = false;
  auto take = [&] {
    if (auto known = addresses_.find(id); digits && known != addresses_.end()) found.push_back(known->second);
    id = 0;
    digits = false;
  };
  constexpr std::int64_t kTooLarge = 100'000'000'000'000'000;
  for (char c : ids) {
    if (c >= '0' && c <= '9' && id < kTooLarge) {
      id = id * 10 + (c - '0');
      digits = true;
    } else {
      take();
    }
  }
  take();
  return found;
}

base::OptionalRecord Threads::of(std::optional<std::int64_t> thread, const base::Position& naming_row) {
  if (!thread) return std::nullopt;
  if (auto known = known_.find(*thread); known != known_.end()) return known->second;
  tables_.anomaly("thread_missing", naming_row, "threads has no row " + std::to_string(*thread));
  base::Conversation conversation;
  conversation.app = word("sms");
  conversation.identifier = base::Text{std::to_string(*thread)};
  conversation.kind = word("thread");
  return known_.emplace(*thread, tables_.emit(conversation, naming_row, 1)).first->second;
}

namespace {

constexpr std::array<std::string_view, 13> kSmsColumns{
    "_id",  "thread_id", "address", "date", "date_sent",      "read",  "status",
    "type", "subject",   "body",    "seen", "service_center", "sub_id"};

struct Sms {
  std::optional<std::int64_t> type, thread;
  std::optional<std::string> address;
  base::Message message;  // all that the row says by itself
};

// android.provider.Telephony.TextBasedSmsColumns.STATUS_*; -1 is STATUS_NONE.
void set_status(base::Message& message, std::optional<std::int64_t> status) {
  if (!status || *status == -1) return;
  message.status_code = status;
  if (*status == 0) message.status = word("delivered");
  if (*status == 32) message.status = word("pending");
  if (*status == 64) message.status = word("failed");
}

Sms decode_sms(EvidenceRow& row, std::string_view folder) {
  Sms sms{row.integer("type"), row.integer("thread_id"), row.bytes("address"), {}};
  base::Message& message = sms.message;
  message.app = word("sms");
  message.kind = word("text");
  message.kind_code = sms.type;
  message.key = base::Text{"sms/" + std::to_string(row.key())};  // as in content://sms/7
  message.time = unix_ms(row.integer("date"));
  message.sent = unix_ms(row.spare_integer("date_sent"));
  message.text = row.text("body");
  message.subject = row.text("subject");
  message.service_centre = row.text("service_center");
  message.read = row.spare_flag("read");
  if (auto sim = row.spare_integer("sub_id"); sim && *sim >= 0) message.sim = sim;
  if (folder.empty() && sms.type) folder = folder_of(*sms.type);
  if (!folder.empty()) message.folder = word(folder);
  set_status(message, row.spare_integer("status"));
  return sms;
}

// The one address of an SMS is the other side: who sent it, or to whom it goes.
void set_parties(Sms& sms, Participants& participants, const base::Position& position) {
  std::string_view direction = sms.type ? direction_of(*sms.type) : "";
  base::OptionalRecord other;
  if (sms.address) other = participants.named(*sms.address, position);
  if (!direction.empty()) sms.message.direction = word(direction);
  if (direction == "outgoing") {
    sms.message.sender = participants.own();
    if (other) sms.message.recipients.push_back(*other);
  } else {
    sms.message.sender = other;
  }
}

void read_sms(std::string_view table, std::string_view folder, EvidenceTables& tables,
              Participants& participants, Threads& threads) {
  tables.read(table, kSmsColumns, [&](EvidenceRow& row) {
    Sms sms = decode_sms(row, folder);
    auto position = tables.row(table, row.rowid());
    set_parties(sms, participants, position);
    sms.message.conversation = threads.of(sms.thread, position);
    tables.emit(sms.message, position);
    return kEmitted;
  });
}

void extract_messages(EvidenceFile& file, base::RecordSink& sink) {
  EvidenceTables tables(file.database(), sink, file.source());
  Participants participants(tables, "sms");
  Threads threads(tables, participants);
  threads.read();
  read_sms("sms", "", tables, participants, threads);
  read_sms("spam_sms", "spam", tables, participants, threads);
  read_mms({"pdu", "addr", "part", ""}, tables, participants, threads);
  read_mms({"spam_pdu", "spam_addr", "spam_part", "spam"}, tables, participants, threads);
}

constexpr std::array<std::string_view, 1> kPaths{"mmssms.db"};
constexpr std::array<std::string_view, 6> kEmits{"participant", "conversation", "message",
                                                 "media",       "count",        "anomaly"};

}  // namespace
}  // namespace android

const Extractor kAndroidMessages{"android_messages",
                                 1,
                                 "sms",
                                 "SMS and MMS of Android's telephony provider, with Samsung's spam tables.",
                                 android::kPaths,
                                 android::kEmits,
                                 android::extract_messages};

}  // namespace parse
