// SPDX-License-Identifier: Apache-2.0
// A second, smaller reading of the rules of custody, written as a table: what each act asks of a thing and
// what it makes of it. The program's own rules are compared with it by random sequences of acts.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace custody::test::model {

enum Place : unsigned { kHeld = 1, kOffered = 2, kLeft = 4, kReturned = 8, kDestroyed = 16 };
inline constexpr unsigned kAnywhere = 31;
inline constexpr int kNoBox = -1, kSealUnknown = 0, kSealOff = -1;

struct Thing {
  bool is_box = false;
  Place place = kHeld;
  int holder = 0;
  int box = kNoBox;
  int seal = kSealUnknown;            // else its number, or that it was taken off
  bool begun = false;                 // an acquisition
  bool barred = false;                // from being looked at
  std::string offer;                  // the last
  std::vector<std::string> accepted;  // offers by which it came back
  // Of what was received of it: a bit for the number of each copy that is known, and that was destroyed.
  unsigned copies = 0, destroyed = 0;
};
inline unsigned bit(int number) {
  return 1u << static_cast<unsigned>(number);
}
inline unsigned remaining_without(const Thing& one, int copy) {
  return one.copies & ~one.destroyed & ~bit(copy);
}

using World = std::vector<Thing>;

enum class Who { anyone, holder, holder_or_second };
enum class Boxed { any, no, yes, with_box };
enum class Seal { any, none_on_it, names_it, agrees };
enum class Inside { any, nothing, all_named };
enum class Offer { any, open_one, new_one };
enum class Bar { any, none, some };
enum class Then {
  nothing,
  seal,
  unseal,
  open,
  pack,
  unpack,
  hand,
  offer,
  leave,
  take_back,
  arrive,
  end,
  destroy,
  begin,
  bar,
  free,
  receive,
  copy,
  drop
};

struct Row {
  std::string_view act;
  unsigned places;
  Who who = Who::anyone;
  Boxed boxed = Boxed::any;
  Seal seal = Seal::any;
  Inside inside = Inside::any;
  Offer offer = Offer::any;
  Then then = Then::nothing;
  Bar bar = Bar::any;
};
inline constexpr Row kRows[] = {
    {"seal", kHeld, Who::holder, Boxed::no, Seal::none_on_it, Inside::any, Offer::any, Then::seal},
    {"unseal", kHeld, Who::holder, Boxed::no, Seal::names_it, Inside::any, Offer::any, Then::unseal},
    {"pack", kHeld, Who::holder, Boxed::no, Seal::any, Inside::any, Offer::any, Then::pack},
    {"unpack", kHeld, Who::holder, Boxed::yes, Seal::any, Inside::any, Offer::any, Then::unpack},
    {"locate", kHeld, Who::anyone, Boxed::no},
    {"isolate", kHeld, Who::anyone, Boxed::no},
    {.act = "access", .places = kHeld, .boxed = Boxed::no, .bar = Bar::none},
    {"live", kHeld, Who::anyone, Boxed::no, Seal::any, Inside::any, Offer::any, Then::open},
    {.act = "acquire.begin", .places = kHeld, .boxed = Boxed::no, .then = Then::begin, .bar = Bar::none},
    {"handover", kHeld, Who::holder, Boxed::with_box, Seal::agrees, Inside::all_named, Offer::any,
     Then::hand},
    {"handover.offer", kHeld, Who::holder, Boxed::with_box, Seal::agrees, Inside::all_named, Offer::any,
     Then::offer},
    {"handover.receipt", kOffered, Who::anyone, Boxed::with_box, Seal::any, Inside::all_named, Offer::any,
     Then::leave},
    {"handover.withdraw", kOffered, Who::anyone, Boxed::with_box, Seal::any, Inside::all_named,
     Offer::open_one, Then::take_back},
    {"handover.accept", kLeft, Who::anyone, Boxed::any, Seal::any, Inside::any, Offer::new_one, Then::arrive},
    {"return", kHeld, Who::holder, Boxed::with_box, Seal::any, Inside::all_named, Offer::any, Then::end},
    {"destroy", kHeld, Who::holder_or_second, Boxed::no, Seal::any, Inside::nothing, Offer::any,
     Then::destroy},
    {.act = "extract", .places = kAnywhere, .bar = Bar::none},
    {.act = "restrict", .places = kAnywhere, .then = Then::bar},
    {.act = "unrestrict", .places = kAnywhere, .then = Then::free, .bar = Bar::some},
    {"receive", kAnywhere, Who::anyone, Boxed::any, Seal::any, Inside::any, Offer::any, Then::receive},
    {"copy", kAnywhere, Who::anyone, Boxed::any, Seal::any, Inside::any, Offer::any, Then::copy},
    {"copy.destroy", kAnywhere, Who::anyone, Boxed::any, Seal::any, Inside::any, Offer::any, Then::drop},
    {"amend", kAnywhere},
    // Its end is told wherever it is by then; an end without a beginning is an acquisition at that moment.
    {"acquire.end", kAnywhere},
    {"acquire.end at once", kHeld, Who::anyone, Boxed::no, Seal::any, Inside::any, Offer::any, Then::open},
};

// An act as it is tried. Things by their numbers; of each, what is said of its seal, and of its box.
struct Act {
  std::string_view name;
  int first = 0, second = 0;  // who signs
  std::vector<int> things;
  std::vector<int> seals;  // 0: nothing is said
  std::vector<int> boxes;  // into which it is packed, or in which it comes
  std::vector<int> copies;
  std::vector<bool> lasts;  // whether the copy is said to be the last
  std::string offer;        // that is named
};

inline bool names(const Act& act, int thing) {
  return std::ranges::find(act.things, thing) != act.things.end();
}

// The columns of the table that a thing breaks, in words.
using Broken = std::vector<std::string>;

inline bool is_open(const World& world, int box) {
  const Thing& thing = world[static_cast<std::size_t>(box)];
  return thing.box == kNoBox && thing.seal <= kSealUnknown;
}

inline void check_box(const World& world, const Act& act, const Row& row, int thing, int box,
                      Broken& broken) {
  const int own = world[static_cast<std::size_t>(thing)].box;
  if (row.then == Then::unpack && own != kNoBox && !is_open(world, own))
    broken.push_back("unpacked from a closed box");
  if (row.then == Then::offer && box != own) broken.push_back("another box is told");
  if (row.then != Then::pack) return;
  const Thing& into = world[static_cast<std::size_t>(box)];
  if (thing == box) return broken.push_back("packed into itself");
  if (!into.is_box) broken.push_back("packed into no box");
  if (into.place != kHeld || into.holder != act.first) broken.push_back("packed into another's box");
  if (!is_open(world, box)) broken.push_back("packed into a closed box");
}

inline void check_company(const World& world, const Act& act, const Row& row, int thing, Broken& broken) {
  const Thing& one = world[static_cast<std::size_t>(thing)];
  if (row.boxed == Boxed::no && one.box != kNoBox) broken.push_back("it is packed");
  if (row.boxed == Boxed::yes && one.box == kNoBox) broken.push_back("it is not packed");
  if (row.boxed == Boxed::with_box && one.box != kNoBox && !names(act, one.box))
    broken.push_back("its box stays");
  for (int other = 0; other < static_cast<int>(world.size()); ++other) {
    if (world[static_cast<std::size_t>(other)].box != thing) continue;
    if (row.inside == Inside::nothing) broken.push_back("something is in it");
    if (row.inside == Inside::all_named && !names(act, other)) broken.push_back("its content stays");
  }
}

inline void check_state(const Thing& one, const Act& act, const Row& row, int seal, Broken& broken) {
  if ((row.places & one.place) == 0) broken.push_back("it is not there");
  const bool is_holder =
      one.holder == act.first || (row.who == Who::holder_or_second && one.holder == act.second);
  if (row.who != Who::anyone && one.place == kHeld && !is_holder) broken.push_back("by another");
  if (row.seal == Seal::none_on_it && one.seal > 0) broken.push_back("a seal is on it");
  if (row.seal == Seal::names_it && one.seal != seal) broken.push_back("another seal");
  if (row.seal == Seal::agrees && seal != 0 && (one.seal == kSealOff || (one.seal > 0 && one.seal != seal)))
    broken.push_back("another seal");
  if (row.bar == Bar::none && one.barred) broken.push_back("it is barred");
  if (row.bar == Bar::some && !one.barred) broken.push_back("nothing bars it");
  if (row.offer == Offer::open_one && one.offer != act.offer) broken.push_back("another offer");
  if (row.offer == Offer::new_one && std::ranges::find(one.accepted, act.offer) != one.accepted.end())
    broken.push_back("an offer a second time");
}

// Those that come together: the box of each is a box, comes too, and is not in itself.
inline void check_arrivals(const World& world, const Act& act, Broken& broken) {
  const auto box_of = [&](int thing) {
    const auto at = std::ranges::find(act.things, thing) - act.things.begin();
    return act.boxes[static_cast<std::size_t>(at)];
  };
  for (const int thing : act.things) {
    const int box = box_of(thing);
    if (box == kNoBox) continue;
    if (!names(act, box)) {
      broken.push_back("its box stays");
    } else if (!world[static_cast<std::size_t>(box)].is_box) {
      broken.push_back("packed into no box");
    } else {
      int up = box;
      for (std::size_t steps = 0; steps < world.size() && up != kNoBox && up != thing && names(act, up);
           ++steps)
        up = box_of(up);
      if (up == thing) broken.push_back("packed into itself");
    }
  }
}

// What came from another ledger may have copies that nothing here tells of.
inline void check_copy(const Thing& one, const Row& row, int copy, bool last, Broken& broken) {
  const bool known = (one.copies & bit(copy)) != 0, came = !one.accepted.empty();
  if (row.then == Then::receive && one.copies != 0) broken.push_back("received twice");
  if (row.then == Then::copy && one.copies == 0 && !came) broken.push_back("a copy of nothing");
  if (row.then == Then::copy && known) broken.push_back("a copy twice");
  if (row.then != Then::drop) return;
  if (!known && !came) broken.push_back("a copy that nobody made");
  if ((one.destroyed & bit(copy)) != 0) broken.push_back("a copy destroyed twice");
  const bool is_last = remaining_without(one, copy) == 0;
  if (!came && is_last && !last) broken.push_back("the last and not said");
  if (!came && !is_last && last) broken.push_back("said to be the last");
}

inline void apply_to_copies(Thing& one, const Row& row, int copy) {
  if (row.then == Then::receive) one.copies |= bit(1);
  if (row.then == Then::copy || row.then == Then::drop) one.copies |= bit(copy);
  if (row.then == Then::drop) one.destroyed |= bit(copy);
}

inline void apply(Thing& one, const Act& act, const Row& row, int seal, int box, const std::string& entry) {
  const auto lies = [&](Place place) { one.place = place; };
  if (seal != 0 && row.seal == Seal::agrees) one.seal = seal;
  switch (row.then) {
    case Then::nothing:
      break;
    case Then::seal:
      one.seal = seal;
      break;
    case Then::unseal:
      one.seal = kSealOff;
      break;
    // A seal that was taken off stays off; what somebody opened by using it is not known any more.
    case Then::open:
      if (one.seal > 0) one.seal = kSealUnknown;
      break;
    case Then::begin:
      if (one.seal > 0) one.seal = kSealUnknown;
      one.begun = true;
      break;
    case Then::pack:
      one.box = box;
      break;
    case Then::unpack:
      one.box = kNoBox;
      break;
    case Then::hand:
      one.holder = act.second;
      break;
    case Then::offer:
      lies(kOffered);
      one.offer = entry;
      break;
    case Then::leave:
      lies(kLeft);
      one.box = kNoBox;
      break;
    case Then::take_back:
      lies(kHeld);
      one.offer.clear();
      break;
    case Then::arrive:
      lies(kHeld);
      one.holder = act.first;
      one.box = box;
      one.seal = seal;
      one.accepted.push_back(act.offer);
      break;
    case Then::end:
      lies(kReturned);
      one.box = kNoBox;
      break;
    case Then::destroy:
      lies(kDestroyed);
      break;
    case Then::bar:
      one.barred = true;
      break;
    case Then::free:
      one.barred = false;
      break;
    case Then::receive:
    case Then::copy:
    case Then::drop:
      break;  // apply_to_copies
  }
}

inline const Row& row_of(const World& world, const Act& act, int thing) {
  const bool at_once = act.name == "acquire.end" && !world[static_cast<std::size_t>(thing)].begun;
  return *std::ranges::find(kRows, at_once ? "acquire.end at once" : act.name, &Row::act);
}

// What the act breaks; where it breaks nothing, `world` is as it is afterwards. `entry` is what an offer in
// it will be named by.
inline Broken attempt(World& world, const Act& act, const std::string& entry) {
  World after = world;
  Broken broken;
  for (std::size_t i = 0; i < act.things.size(); ++i) {
    const int thing = act.things[i];
    const Row& row = row_of(after, act, thing);
    // Company is asked of all before anything moves; what is packed in one act is packed one after another.
    check_company(row.then == Then::pack || row.then == Then::unpack ? after : world, act, row, thing,
                  broken);
    Thing& one = after[static_cast<std::size_t>(thing)];
    check_state(one, act, row, act.seals[i], broken);
    check_box(after, act, row, thing, act.boxes[i], broken);
    check_copy(one, row, act.copies[i], act.lasts[i], broken);
    apply(one, act, row, act.seals[i], act.boxes[i], entry);
    apply_to_copies(one, row, act.copies[i]);
  }
  if (act.name == "handover.accept") check_arrivals(world, act, broken);
  if (broken.empty()) world = after;
  return broken;
}

}  // namespace custody::test::model
