// SPDX-License-Identifier: Apache-2.0
// Codes of WhatsApp for Android in our words, and what its handles (jids) say of themselves. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parse::whatsapp {

inline constexpr std::int64_t kEventType = 7;

// Kind of a message by `message_type` (old schema: `media_wa_type`); "other" where the code is not known.
std::string_view kind_of_message(std::int64_t type);
// What an event says, by `message_system.action_type` (old schema: `media_size`); empty where not known.
std::string_view event_of(std::int64_t action);
// Delivery state of an outgoing message by `status`; empty where not known, and for incoming ones.
std::string_view status_of(std::int64_t status, bool from_me);
// Result of a call by `call_log.call_result`; "other" where not known.
std::string_view call_result_of(std::int64_t result);
// Rank by `group_participant_user.rank` (old schema: `admin`); the number itself where not known.
std::string rank_of(std::int64_t rank);

// The part of a jid behind the '@'; empty where there is none.
std::string_view server_of(std::string_view jid);
// one to one, group, broadcast, newsletter or unknown.
std::string_view kind_of_chat(std::string_view jid);
// True for the handle of a person's device ("99900110001.0:3@s.whatsapp.net").
bool is_device(std::string_view jid);
// "jid", "lid" or "unknown".
std::string_view kind_of_jid(std::string_view jid);
// The phone number in a jid that holds one: digits, with country code, without '+'.
std::optional<std::string> number_of_jid(std::string_view jid);

}  // namespace parse::whatsapp
