// SPDX-License-Identifier: Apache-2.0
#include "parse/apps/handles.h"

namespace parse {
namespace {

constexpr std::size_t kDigitsOfPhoneNumber = 7;  // ITU-T E.164 numbers have more; short codes have fewer

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_separator(char c) {
  return std::string_view(" -().\t/").find(c) != std::string_view::npos;
}

// The handle without separators, where digits and one leading + are all that is left.
std::optional<std::string> dialled(std::string_view handle) {
  std::string number;
  for (char c : handle) {
    if (is_digit(c) || (c == '+' && number.empty()))
      number += c;
    else if (!is_separator(c))
      return std::nullopt;
  }
  if (number.empty() || number == "+") return std::nullopt;
  return number;
}

}  // namespace

std::string_view kind_of_handle(std::string_view handle) {
  if (auto number = dialled(handle)) {
    std::size_t digits = number->size() - (number->front() == '+' ? 1 : 0);
    return digits >= kDigitsOfPhoneNumber ? "phone" : "short code";
  }
  return handle.find('@') != std::string_view::npos ? "email" : "unknown";
}

std::optional<std::string> number_in(std::string_view handle) {
  return dialled(handle);
}

base::RecordId Participants::named(const std::string& handle, const base::Position& first_row) {
  if (auto known = known_.find(handle); known != known_.end()) return known->second;
  base::Participant participant;
  participant.app = word(app_);
  participant.identifier = base::Text{handle};
  participant.identifier_kind = word(kind_of_handle(handle));
  if (auto number = number_in(handle)) participant.number = base::Text{*number};
  auto id = tables_.emit(participant, first_row, ++ordinals_[first_row]);
  known_.emplace(handle, id);
  return id;
}

base::RecordId Participants::own() {
  if (!own_) {
    base::Participant participant;
    participant.app = word(app_);
    participant.identifier_kind = word("own");
    participant.own = true;
    own_ = tables_.emit(participant, base::Whole{});
  }
  return *own_;
}

}  // namespace parse
