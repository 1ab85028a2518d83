// SPDX-License-Identifier: Apache-2.0
// Random acts on a few exhibits, containers and people, and the entries that say them.
#pragma once

#include <random>

#include "custody_model.h"
#include "stations.h"

namespace custody::test {

using model::Act;
using model::World;

inline constexpr int kPhones = 3, kThings = 6, kPeople = 3;
inline constexpr std::array<std::string_view, 24> kActs{"seal",
                                                        "unseal",
                                                        "pack",
                                                        "unpack",
                                                        "locate",
                                                        "isolate",
                                                        "access",
                                                        "live",
                                                        "acquire.begin",
                                                        "acquire.end",
                                                        "handover",
                                                        "handover.offer",
                                                        "handover.receipt",
                                                        "handover.withdraw",
                                                        "handover.accept",
                                                        "return",
                                                        "destroy",
                                                        "extract",
                                                        "amend",
                                                        "restrict",
                                                        "unrestrict",
                                                        "receive",
                                                        "copy",
                                                        "copy.destroy"};

inline const Signer& person(int number) {
  return number == 0 ? anna() : number == 1 ? boris() : clara();
}
inline std::string uid_of(std::uint64_t sequence, int thing) {
  std::string digits = std::to_string(sequence * 10 + static_cast<std::uint64_t>(thing) + 10);
  return std::string(32 - digits.size(), 'a') + digits;
}
inline std::string label_of(std::uint64_t sequence, int thing) {
  return "KK-A-" + std::to_string(sequence) + "-" + std::to_string(thing);
}
inline std::string seal_text(int number) {
  return "S-" + std::to_string(number);
}
inline std::size_t index(int number) {
  return static_cast<std::size_t>(number);
}

// Chooses acts that are often, and not always, possible.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : numbers_(seed) {}
  int below(int limit) { return static_cast<int>(numbers_() % static_cast<std::uint64_t>(limit)); }
  bool percent(int chance) { return below(100) < chance; }

  World world() {
    World things(kThings);
    for (int i = 0; i < kThings; ++i) {
      things[index(i)].is_box = i >= kPhones;
      things[index(i)].holder = percent(85) ? 0 : below(kPeople);
      things[index(i)].seal = percent(20) ? 1 + below(3) : model::kSealUnknown;
    }
    return things;
  }

  Act act(const World& world, const std::vector<std::string>& offers) {
    Act act;
    act.things.push_back(below(kThings));
    for (int tries = 0; tries < 3 && is_over(world[index(act.things.front())]); ++tries)
      act.things.front() = below(kThings);
    act.name = name_for(world[index(act.things.front())]);
    choose_more(world, act);
    const model::Thing& leading = world[index(act.things.front())];
    act.first = percent(80) ? leading.holder : below(kPeople);
    act.second = (act.first + 1 + below(kPeople - 1)) % kPeople;
    for (const int thing : act.things) say_of(world, thing, act);
    if (act.name == "handover.accept")
      act.offer = offers.empty() || percent(25) ? "x" + std::to_string(below(1000)) : offers.back();
    else
      act.offer = percent(80) ? leading.offer : "another";
    return act;
  }

 private:
  std::string_view name_for(const model::Thing& thing) {
    if (thing.place == model::kLeft && percent(80)) return "handover.accept";
    if (thing.place == model::kOffered && percent(70))
      return percent(75) ? "handover.receipt" : "handover.withdraw";
    if (thing.barred && percent(30)) return "unrestrict";
    if (percent(15)) return thing.box == model::kNoBox ? "pack" : "unpack";
    if (percent(thing.copies == 0 ? 10 : 25))
      return thing.copies == 0 ? "receive" : percent(50) ? "copy" : "copy.destroy";
    const std::string_view any = kActs[index(below(static_cast<int>(kActs.size())))];
    const bool ends = any == "return" || any == "destroy";  // seldom: little may follow
    return ends && percent(90) ? kActs[index(below(static_cast<int>(kActs.size())))] : any;
  }
  static bool is_over(const model::Thing& thing) {
    return thing.place == model::kReturned || thing.place == model::kDestroyed;
  }
  void choose_more(const World& world, Act& act) {
    const model::Thing& leading = world[index(act.things.front())];
    for (int tries = below(3); tries > 0; --tries) {
      const int other = below(kThings);
      const model::Thing& thing = world[index(other)];
      if (percent(10) || (thing.place == leading.place && thing.holder == leading.holder)) add(act, other);
    }
    const bool moves = act.name.starts_with("handover") || act.name == "return";
    if (percent(moves ? 15 : 95)) return;
    for (std::size_t i = 0; i < act.things.size(); ++i) {  // with what is in it, and what it is in
      const int box = world[index(act.things[i])].box;
      if (box != model::kNoBox) add(act, box);
      for (int other = 0; other < kThings; ++other)
        if (world[index(other)].box == act.things[i]) add(act, other);
    }
  }
  static void add(Act& act, int thing) {
    if (!model::names(act, thing)) act.things.push_back(thing);
  }
  void say_of(const World& world, int thing, Act& act) {
    const model::Thing& one = world[index(thing)];
    const bool of_seal = act.name == "seal" || act.name == "unseal";
    const int known = std::max(one.seal, 0), any = 1 + below(3);
    act.seals.push_back(of_seal ? (percent(70) && known > 0 ? known : any) : percent(90) ? known : any);
    say_of_copy(one, act);
    const int box = percent(80) ? kPhones + below(kThings - kPhones) : below(kThings);
    if (act.name == "handover.accept")
      act.boxes.push_back(percent(60) ? model::kNoBox
                                      : act.things[index(below(static_cast<int>(act.things.size())))]);
    else
      act.boxes.push_back(act.name == "pack" || percent(3) ? box : one.box);
  }
  void say_of_copy(const model::Thing& one, Act& act) {
    int copy = 1 + below(3);
    for (int tries = 0; tries < 3; ++tries) {
      const bool there = (one.copies & ~one.destroyed & model::bit(copy)) != 0;
      if (there == (act.name == "copy.destroy") || percent(20)) break;
      copy = 1 + below(3);
    }
    const bool is_last = model::remaining_without(one, copy) == 0;
    act.copies.push_back(copy);
    act.lasts.push_back(percent(75) ? is_last : !is_last);
  }
  std::mt19937_64 numbers_;
};

inline base::Json statement_of(const Act& act, std::size_t i, std::uint64_t sequence) {
  const base::Json seal = seal_text(act.seals[i]);
  const bool has_box = act.boxes[i] != model::kNoBox;
  base::Json said = base::Json::object();
  if (act.name == "seal" || act.name == "unseal") said.set("seal", seal);
  if (act.name == "pack") said.set("container", uid_of(sequence, act.boxes[i]));
  if (act.name.starts_with("acquire.") || act.name == "extract") said.set("acquisition", "a1");
  if (act.name == "acquire.end") said.set("outcome", "complete");
  if (act.name == "extract") said.set("record_root", std::string(64, '7')).set("lines", "3");
  if (act.name == "locate") said.set("room", "store 2");
  if (act.name == "isolate") said.set("isolation", "faraday");
  if (act.name == "live") said.set("done", "screen unlocked");
  if (act.name == "destroy" || act.name == "copy.destroy") said.set("how", "shredded");
  if (act.name == "receive" || act.name.starts_with("copy")) said.set("acquisition", "a2");
  if (act.name == "receive")
    said.set("what", "image").set("stated", "none").set("files", "1").set("outcome", "complete");
  if (act.name.starts_with("copy")) said.set("copy", "copy" + std::to_string(act.copies[i]));
  if (act.name == "copy") said.set("result", "equal");
  if (act.name == "copy.destroy" && act.lasts[i]) said.set("last", true);
  const bool accepts = act.name == "handover.accept", offers = act.name == "handover.offer";
  if (accepts || offers || act.name == "handover") {
    if (act.seals[i] != 0) said.set("seal", seal);
    if (act.name != "handover" && has_box) said.set("container", uid_of(sequence, act.boxes[i]));
  }
  if (accepts)
    said.set("label", label_of(sequence, act.things[i]))
        .set("kind", act.things[i] < kPhones ? "phone" : "container")
        .set("from_n", "2")
        .set("from_body_sha256", std::string(64, '3'));
  return said;
}

inline base::Event event_of(const Act& act, std::uint64_t sequence) {
  base::Event event{std::string(act.name), {}, base::Json::object(), false};
  for (std::size_t i = 0; i < act.things.size(); ++i)
    event.exhibits.push_back(
        {uid_of(sequence, act.things[i]), statement_of(act, i, sequence), base::Json::object()});
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, act.name) != names.end();
  };
  if (is({"receive"})) event.members.set("from", "Agency B");
  if (is({"unseal", "live", "return", "destroy", "amend", "handover.withdraw", "copy.destroy"}))
    event.members.set("reason", "told");
  if (is({"restrict", "unrestrict"})) event.members.set("reason", "privilege");
  if (is({"unrestrict"})) event.members.set("lifts", "restriction");
  if (is({"access", "handover", "handover.offer"})) event.members.set("purpose", "analysis");
  if (is({"handover.accept", "handover.withdraw"})) event.members.set("offer_sha256", act.offer);
  if (is({"handover.offer"}))
    event.members.set("to", base::Json::object({{"cert_sha256", std::string(64, '9')}}));
  if (is({"handover.accept"})) event.members.set("from", base::Json::object({{"ledger", "elsewhere"}}));
  if (is({"handover.receipt"}))
    event.members.set("by", base::Json::object({{"ledger", "elsewhere"}}))
        .set("accept_sha256", "")
        .set("proof", "");
  return event;
}
inline const Signer* second_of(const Act& act) {
  const bool two = act.name == "handover" || act.name == "destroy" || act.name == "copy.destroy" ||
                   act.name == "unrestrict";
  return two ? &person(act.second) : nullptr;
}
inline base::Event registration(const World& world, std::uint64_t sequence, int holder) {
  base::Event event{"exhibit.add", {}, base::Json::object(), false};
  for (int i = 0; i < kThings; ++i) {
    if (world[index(i)].holder != holder) continue;
    base::Json said =
        base::Json::object({{"label", label_of(sequence, i)}, {"kind", i < kPhones ? "phone" : "container"}});
    if (world[index(i)].seal > 0) said.set("seal", seal_text(world[index(i)].seal));
    event.exhibits.push_back({uid_of(sequence, i), said, base::Json::object()});
  }
  return event;
}
inline std::string words(const Act& act, const model::Broken& broken) {
  std::string text = std::string(act.name) + " by " + std::to_string(act.first) + " of";
  for (std::size_t i = 0; i < act.things.size(); ++i)
    text += " " + std::to_string(act.things[i]) + "(seal " + std::to_string(act.seals[i]) + ", box " +
            std::to_string(act.boxes[i]) + ")";
  for (const std::string& one : broken) text += "; " + one;
  return text;
}

}  // namespace custody::test
