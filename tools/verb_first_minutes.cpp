// SPDX-License-Identifier: Apache-2.0
// first-minutes: the card for the first sixty seconds in a room. It needs no case and no identity.
#include <array>
#include <string_view>

#include "base/json.h"
#include "tools/console.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"

namespace tools {
namespace {

struct Step {
  std::string_view what, why;
};
// Offices have been found wired so that one switch wiped every computer of a room while the raid began,
// phones were wiped from afar in custody, and open devices were lost by being switched off.
constexpr std::array kCard{
    Step{"Everybody away from keyboards, phones and walls.",
         "A switch under a desk or on a wall can wipe a whole room."},
    Step{"Cut the uplink: dish, router, fibre, antennas of SIM boxes. Not the mains.",
         "What is online can be wiped from afar. What loses power locks itself."},
    Step{"Touch no keyboard. Close no lid. Switch nothing off, switch nothing on.",
         "An open computer is readable now; off, it may never be again."},
    Step{"Keep open phones open: touch the screen, airplane mode, then a charger.",
         "A phone that locks or goes off is far harder to read."},
    Step{"Photograph every screen and desk as it stands, a clock in the picture.",
         "Screens change, and people forget who sat where."},
    Step{"Phones without airplane mode: into a shielding bag, with a battery.",
         "A phone that searches for a network empties its battery."},
    Step{"Write down the time. Then begin: `holdfast exhibit add`.",
         "`holdfast next` says which device to take first."},
};

int run(const Arguments&, Console& console) {
  console.line("THE FIRST SIXTY SECONDS");
  int number = 0;
  for (const Step& step : kCard) {
    console.object(base::Json::object({{"step", ++number}, {"what", step.what}, {"why", step.why}}));
    console.line("");
    console.line(std::to_string(number) + ". " + std::string(step.what));
    console.line("   " + std::string(step.why));
  }
  return kDone;
}

}  // namespace

const Verb kFirstMinutes{"",
                         "first-minutes",
                         "print the card for the first sixty seconds in a room",
                         {},
                         "  holdfast first-minutes\n  holdfast first-minutes | lp",
                         "0",
                         run};

}  // namespace tools
