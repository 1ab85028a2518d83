// SPDX-License-Identifier: Apache-2.0
// Call log of Android: table `calls`, in contacts2.db up to Android 7 and in calllog.db since;
// calllog_shadow.db is what the phone keeps before it is first unlocked. Samsung's own provider has the same
// files and table. References: AOSP packages/providers/ContactsProvider CallLogDatabaseHelper.java and
// ContactsDatabaseHelper.java (tables), AOSP frameworks/base android.provider.CallLog (codes of type,
// presentation and features; date in milliseconds, duration in seconds); checked on log2timeline/plaso
// test_data/android/contacts2.db.
#include "parse/apps/android_calls.h"

#include <array>

#include "parse/apps/handles.h"

namespace parse {
namespace {

constexpr std::array<std::string_view, 9> kColumns{
    "_id", "number", "date", "duration", "type", "name", "features", "geocoded_location", "subscription_id"};
constexpr std::int64_t kVideo = 1;  // CallLog.Calls.FEATURES_VIDEO

// CallLog.Calls.*_TYPE.
struct CallType {
  std::int64_t code;
  std::string_view direction, result;
};
constexpr std::array kTypes{CallType{1, "incoming", "answered"},
                            CallType{2, "outgoing", ""},
                            CallType{3, "incoming", "missed"},
                            CallType{4, "incoming", "voicemail"},
                            CallType{5, "incoming", "rejected"},
                            CallType{6, "incoming", "blocked"},
                            CallType{7, "incoming", "answered elsewhere"}};

// Direction and result by the type. An outgoing call has one type, answered or not: only its duration tells.
void set_type(base::Call& call, std::optional<std::int64_t> type) {
  call.result_code = type;
  for (const auto& known : kTypes) {
    if (known.code != type) continue;
    call.direction = word(known.direction);
    if (!known.result.empty()) call.result = word(known.result);
    if (known.direction == "outgoing" && call.duration_s.value_or(0) > 0) call.result = word("answered");
    return;
  }
  if (type) call.result = word("other");
}

// "-1" to "-3" stand for numbers that the network withheld or did not know (before `presentation`,
// Android 4.4).
bool is_withheld(const std::string& number) {
  return number == "-1" || number == "-2" || number == "-3";
}

// A SIM is named by a small number, or by the text of its card number, which no integer field can hold.
base::OptionalInteger sim_of(const EvidenceRow& row) {
  auto stored = row.bytes("subscription_id");
  constexpr std::size_t kDigitsOfCardNumber = 18;
  if (!stored || stored->size() >= kDigitsOfCardNumber) return std::nullopt;
  try {
    auto sim = row.integer("subscription_id");
    return sim && *sim >= 0 ? sim : std::nullopt;
  } catch (const BadValue&) {
    return std::nullopt;  // text is lawful here: the name of an account
  }
}

void extract(EvidenceFile& file, base::RecordSink& sink) {
  EvidenceTables tables(file.database(), sink, file.source());
  Participants participants(tables, "phone");
  tables.read("calls", kColumns, [&](EvidenceRow& row) {
    base::Call call;
    auto type = row.integer("type");
    call.app = word("phone");
    call.time = unix_ms(row.integer("date"));
    call.duration_s = row.spare_integer("duration");
    set_type(call, type);
    auto features = row.spare_integer("features");
    call.kind = word(features && (*features & kVideo) ? "video" : "voice");
    call.name = row.text("name");
    call.place = row.text("geocoded_location");
    call.sim = sim_of(row);
    auto position = tables.row("calls", row.rowid());
    if (auto number = row.bytes("number"); number && !is_withheld(*number))
      call.participant = participants.named(*number, position);
    tables.emit(call, position);
    return kEmitted;
  });
}

constexpr std::array<std::string_view, 3> kPaths{"calllog.db", "calllog_shadow.db", "contacts2.db"};
constexpr std::array<std::string_view, 4> kEmits{"participant", "call", "count", "anomaly"};

}  // namespace

const Extractor kAndroidCalls{
    "android_calls", 1,      "phone", "The call log of Android's contacts provider, AOSP and Samsung.",
    kPaths,          kEmits, extract};

}  // namespace parse
