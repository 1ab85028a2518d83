// SPDX-License-Identifier: Apache-2.0
// Source of message types, events, states and call results: IPED (sepinf-inc/IPED, iped-parsers-impl,
// iped/parsers/whatsapp/ExtractorAndroidNew.java and ExtractorAndroid.java). Ranks as published queries on
// group_participant_user read them: 0 member, 1 admin, 2 creator and admin.
#include "parse/apps/whatsapp_words.h"

#include <algorithm>
#include <array>

namespace parse::whatsapp {
namespace {

struct CodeWord {
  std::int64_t code;
  std::string_view word;
};

template <std::size_t size>
std::string_view find(const std::array<CodeWord, size>& words, std::int64_t code,
                      std::string_view otherwise) {
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const auto& entry) { return entry.code == code; });
  return found == words.end() ? otherwise : found->word;
}

constexpr std::array kKinds{
    CodeWord{0, "text"},          CodeWord{1, "image"},         CodeWord{2, "audio"},
    CodeWord{3, "video"},         CodeWord{4, "contact card"},  CodeWord{5, "location"},
    CodeWord{7, "event"},         CodeWord{8, "call"},          CodeWord{9, "document"},
    CodeWord{10, "call"},         CodeWord{11, "waiting"},      CodeWord{13, "animation"},
    CodeWord{14, "contact card"}, CodeWord{15, "revoked"},      CodeWord{16, "live location"},
    CodeWord{20, "sticker"},      CodeWord{24, "group invite"}, CodeWord{25, "template"},
    CodeWord{26, "template"},     CodeWord{27, "template"},     CodeWord{28, "template"},
    CodeWord{32, "template"},     CodeWord{36, "event"},        CodeWord{42, "view once"},
    CodeWord{43, "view once"},    CodeWord{44, "order"},        CodeWord{64, "revoked"},
    CodeWord{66, "poll"},         CodeWord{82, "view once"},    CodeWord{90, "call"},
    CodeWord{106, "poll"}};

constexpr std::array kEvents{CodeWord{1, "subject changed"},
                             CodeWord{4, "member added"},
                             CodeWord{5, "member left"},
                             CodeWord{6, "group picture changed"},
                             CodeWord{7, "member removed"},
                             CodeWord{10, "number changed"},
                             CodeWord{11, "group created"},
                             CodeWord{12, "member added"},
                             CodeWord{13, "member left"},
                             CodeWord{14, "member removed"},
                             CodeWord{15, "made admin"},
                             CodeWord{16, "no longer admin"},
                             CodeWord{18, "encryption key changed"},
                             CodeWord{19, "encryption announced"},
                             CodeWord{20, "member joined by link"},
                             CodeWord{21, "group link reset"},
                             CodeWord{27, "group description changed"},
                             CodeWord{28, "number changed"},
                             CodeWord{29, "only admins may edit the group"},
                             CodeWord{30, "all members may edit the group"},
                             CodeWord{31, "only admins may send"},
                             CodeWord{32, "all members may send"},
                             CodeWord{46, "business chat"},
                             CodeWord{52, "member joined by invitation"},
                             CodeWord{56, "disappearing messages changed"},
                             CodeWord{57, "device changed"},
                             CodeWord{58, "contact blocked or unblocked"},
                             CodeWord{59, "disappearing messages changed"},
                             CodeWord{67, "encryption announced"},
                             CodeWord{68, "disappearing messages by default"},
                             CodeWord{70, "call"},
                             CodeWord{75, "group added to community"},
                             CodeWord{78, "group removed from community"},
                             CodeWord{79, "member joined from community"},
                             CodeWord{108, "group added to community"},
                             CodeWord{118, "message pinned"}};

constexpr std::array kCallResults{CodeWord{2, "missed"}, CodeWord{3, "unavailable"}, CodeWord{4, "rejected"},
                                  CodeWord{5, "answered"}};
constexpr std::array kRanks{CodeWord{0, "member"}, CodeWord{1, "admin"}, CodeWord{2, "owner"}};
// What the other side did with a message that went out.
constexpr std::array kStates{CodeWord{0, "not sent"}, CodeWord{4, "sent"}, CodeWord{5, "delivered"},
                             CodeWord{13, "read"}};

constexpr std::size_t kDigitsOfPhoneNumber = 7;  // the jid of WhatsApp itself is 0@s.whatsapp.net

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string_view kind_of_message(std::int64_t type) {
  return find(kKinds, type, "other");
}
std::string_view event_of(std::int64_t action) {
  return find(kEvents, action, "");
}
std::string_view call_result_of(std::int64_t result) {
  return find(kCallResults, result, "other");
}

std::string_view status_of(std::int64_t status, bool from_me) {
  return from_me ? find(kStates, status, "") : "";
}

std::string rank_of(std::int64_t rank) {
  auto word = find(kRanks, rank, "");
  return word.empty() ? std::to_string(rank) : std::string(word);
}

std::string_view server_of(std::string_view jid) {
  auto at = jid.find('@');
  return at == std::string_view::npos ? std::string_view() : jid.substr(at + 1);
}

std::string_view kind_of_chat(std::string_view jid) {
  auto server = server_of(jid);
  if (server == "g.us") return "group";
  if (server == "broadcast" || server == "newsletter") return server;
  return kind_of_jid(jid) == "unknown" ? "unknown" : "one to one";
}

bool is_device(std::string_view jid) {
  auto user = jid.substr(0, jid.find('@'));
  return kind_of_jid(jid) != "unknown" && user.find(':') != std::string_view::npos;
}

std::string_view kind_of_jid(std::string_view jid) {
  auto server = server_of(jid);
  if (server == "lid" || server == "hosted.lid") return "lid";
  return server == "s.whatsapp.net" || server == "c.us" || server == "hosted" ? "jid" : "unknown";
}

std::optional<std::string> number_of_jid(std::string_view jid) {
  if (kind_of_jid(jid) != "jid") return std::nullopt;
  auto user = jid.substr(0, jid.find_first_of(".:@"));
  if (user.size() < kDigitsOfPhoneNumber || !std::all_of(user.begin(), user.end(), is_digit))
    return std::nullopt;
  return std::string(user);
}

}  // namespace parse::whatsapp
