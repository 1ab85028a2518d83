// SPDX-License-Identifier: Apache-2.0
#include "tools/intake_questions.h"

#include <fmt/format.h>

#include "base/time.h"
#include "base/words.h"
#include "tools/intake_answers.h"
#include "tools/intake_facts.h"
#include "tools/text.h"

namespace tools {
namespace {

using base::Json;

constexpr std::size_t kCells = 76;         // of a line of help
constexpr std::size_t kCellsOfPlace = 30;  // of the place that Enter means

bool has_any(const Json& facts, std::initializer_list<const char*> members) {
  for (const char* member : members)
    if (facts.find(member) != nullptr) return true;
  return false;
}

std::string text_of(const Json& facts, const char* member) {
  const Json* found = facts.find(member);
  return found == nullptr ? std::string() : found->text();
}

void merge(Json& facts, const Json& more) {
  for (const auto& [member, value] : more.members()) facts.set(member, value);
}

// One question after another until each is answered.
class Asking {
 public:
  Asking(Json& facts, const Intake& intake, Remembered& remembered, Console& console)
      : facts_(facts), intake_(intake), remembered_(remembered), console_(console) {}

  bool run() {
    if (!has_any(facts_, {"kind"}) && !kind()) return false;
    const std::string which = text_of(facts_, "kind");
    if (!has_any(facts_, {"serial", "serial_reason"})) serial(which);
    same_serial();
    if (has_power(which) && !has_any(facts_, {"power", "battery", "lock", "encryption"})) power(which);
    if (has_power(which) && !has_any(facts_, {"network", "isolation"})) isolation();
    seal_and_clock(which);
    if (!has_any(facts_, {"room", "floor", "desk"})) place();
    return true;
  }

 private:
  std::string ask(const std::string& question) {
    if (const auto answer = console_.ask(question)) return *answer;
    throw base::Error(base::ErrorKind::usage, base::say("the answers ended before the last question"),
                      base::say("Nothing was registered of this thing. Give the same command again."));
  }

  // Asks until `understand` makes facts of the answer and each of them may stand.
  template <typename Understand>
  void ask_until(const std::string& question, const std::string& help, const Understand& understand) {
    while (true) {
      const std::string answer = ask(question);
      const std::optional<Json> told = answer == "?" ? std::nullopt : understand(answer);
      const std::string fault = told ? fault_in(*told) : help;
      if (fault.empty()) return merge(facts_, *told);
      for (const std::string& line : wrapped(fault, kCells)) console_.note("  " + line);
    }
  }

  std::string fault_in(const Json& told) const {
    for (const auto& [member, value] : told.members())
      if (const auto fault = fault_of(member, value.text())) return visible(*fault);
    const Json* parent = told.find("parent");
    if (parent == nullptr || intake_.has_exhibit(parent->text())) return {};
    return base::say("no exhibit has the label {}", visible(parent->text()));
  }

  bool kind() {
    bool goes_on = true;
    ask_until(
        base::say("1 What is it? kind, then what it looks like [{}]: ", remembered_.kind),
        base::say("{}; a part: sim of LABEL; q ends", fmt::format("{}", fmt::join(kinds_of_exhibits(), " "))),
        [&](const std::string& answer) -> std::optional<Json> {
          goes_on = answer != "q";
          if (!goes_on) return Json::object();
          return answered_kind(answer.empty() ? remembered_.kind : answer);
        });
    if (goes_on) remembered_.kind = text_of(facts_, "kind");
    return goes_on;
  }

  void serial(const std::string& kind) {
    const std::string otherwise = has_number(kind) ? "" : "- a " + kind + " has none";
    ask_until(
        base::say("2 Serial number or IMEI; or - and why none can be read{}: ",
                  otherwise.empty() ? "" : " [" + otherwise + "]"),
        base::say("Type the number, or for instance: - label torn off"),
        [&](const std::string& answer) { return answered_serial(answer.empty() ? otherwise : answer); });
    if (!is_mistyped_imei(text_of(facts_, "serial"))) return;
    const std::string typed = text_of(facts_, "serial");
    const std::string again =
        ask(base::say("  The last digit of an IMEI does not fit. Again, or Enter to keep: "));
    if (!again.empty() && again != typed && !fault_of("serial", again)) facts_.set("serial", again);
  }

  // A number that another exhibit bears is a typing error more often than another thing.
  void same_serial() {
    if (has_any(facts_, {"same_serial_reason"})) return;
    const auto others = intake_.same_serial(facts_);
    if (others.empty()) return;
    ask_until(
        base::say("  {} bears this number. Another thing all the same? Why: ", others.front()),
        base::say("Type why, for instance: sticker copied. Ctrl-C ends; nothing is registered"),
        [](const std::string& why) {
          return why.empty() ? std::nullopt : std::optional(Json::object({{"same_serial_reason", why}}));
        });
  }

  void power(const std::string& kind) {
    const bool computer = is_computer(kind);
    const std::string words = computer ? base::say("on/off locked/unlocked/none, volumes open/closed")
                                       : base::say("on/off locked/unlocked/none, battery 45");
    ask_until(base::say("3 Power, lock: {} [unknown]: ", words),
              base::say("Any beginning of these words: {}", words),
              [](const std::string& answer) { return answered_power(answer); });
  }

  void isolation() {
    const bool is_off = text_of(facts_, "power") == "off";
    ask_until(base::say("4 Isolation: airplane/faraday/off/..., found online/offline [{}]: ",
                        is_off ? "off" : "none"),
              base::say("none airplane faraday sim-removed cable-pulled off other; online offline"),
              [&](const std::string& answer) {
                return answered_isolation(answer.empty() && is_off ? "off" : answer);
              });
  }

  void seal_and_clock(const std::string& kind) {
    const bool ask_seal = !has_any(facts_, {"seal"});
    bool ask_clock = !has_any(facts_, {"clock_offset_s", "clock_offset_reason"});
    const bool without_clock = !has_power(kind);
    if (ask_clock && without_clock) facts_.set("clock_offset_reason", "a " + kind + " has none");
    ask_clock = ask_clock && !without_clock;
    const std::string reason = text_of(facts_, "power") == "off" ? "it is off" : "not read";
    if (ask_seal && !ask_clock) return seal();
    if (!ask_clock) return;
    const std::string question =
        ask_seal ? base::say("5 Seal, clock: TE-0417, 14:03 (or - why) [no seal, {}]: ", reason)
                 : base::say("5 What does its clock show? 14:03 (or - why) [{}]: ", reason);
    ask_until(question,
              base::say("The clock: 14:03, 2026-11-21 14:03:10 +07:00, +30 (seconds ahead), or - and why"),
              [&](const std::string& answer) { return told_of_seal(answer, ask_seal, reason); });
  }

  std::optional<Json> told_of_seal(const std::string& answer, bool ask_seal, const std::string& reason) {
    const std::int64_t now = base::now_utc_us();
    std::optional<SealAndClock> told = SealAndClock();
    if (!answer.empty()) told = ask_seal ? answered_seal_and_clock(answer, now) : answered_clock(answer, now);
    if (!told) return {};
    Json members = told->clock;
    if (members.members().empty()) members.set("clock_offset_reason", reason);
    if (!told->seal.empty()) members.set("seal", told->seal);
    if (!told->words.empty()) console_.note(base::say("  its clock is {}", told->words));
    return members;
  }

  void seal() {
    ask_until(base::say("5 Number of its seal [no seal]: "),
              base::say("Type the number, or - where there is none"), [](const std::string& answer) {
                return std::optional(answer.empty() || answer == "-" ? Json::object()
                                                                     : Json::object({{"seal", answer}}));
              });
  }

  void place() {
    Json before = remembered_.place;
    if (const Json* site = facts_.find("site")) before.set("site", *site);  // an option says it
    std::string known;
    for (const char* member : {"room", "floor", "site"})  // the site, which changes least, may be cut
      if (const std::string value = text_of(before, member); !value.empty())
        known += (known.empty() ? "" : ", ") + std::string(member) + " " + visible(value);
    ask_until(base::say("6 Where? room, floor, desk (! why first) [{}]: ",
                        known.empty() ? base::say("unknown") : base::Said(beginning(known, kCellsOfPlace))),
              base::say("For instance 301, 3, 14: what is not known may be left out, a dash leaves it out; "
                        "then perhaps ! and why it should be taken before others"),
              [&](const std::string& answer) {
                Json told = answered_place(answer);
                if (trimmed(answer.substr(0, answer.find('!'))).empty()) merge(told, before);
                if (const Json* site = before.find("site")) told.set("site", *site);
                remember_place(told);
                return std::optional(told);
              });
  }

  // A desk, and why something comes first, are those of one thing.
  void remember_place(const Json& told) {
    remembered_.place = Json::object();
    for (const char* member : {"site", "room", "floor"})
      if (const Json* value = told.find(member)) remembered_.place.set(member, *value);
  }

  Json& facts_;
  const Intake& intake_;
  Remembered& remembered_;
  Console& console_;
};

}  // namespace

bool ask_facts(Json& facts, const Intake& intake, Remembered& remembered, Console& console) {
  return Asking(facts, intake, remembered, console).run();
}

}  // namespace tools
