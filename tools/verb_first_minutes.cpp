// SPDX-License-Identifier: Apache-2.0
// first-minutes: the card for the first sixty seconds in a room. It needs no case and no identity.
#include <array>
#include <string>

#include "base/json.h"
#include "base/words.h"
#include "tools/console.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"

namespace tools {
namespace {

struct Step {
  base::Phrase what, why;
};
// Offices have been found wired so that one switch wiped every computer of a room while the raid began,
// phones were wiped from afar in custody, and open devices were lost by being switched off.
constexpr std::array kCard{
    Step{base::phrase("Everybody away from keyboards, phones and walls."),
         base::phrase("A switch under a desk or on a wall can wipe a whole room.")},
    Step{base::phrase("Cut the uplink: dish, router, fibre, antennas of SIM boxes. Not the mains."),
         base::phrase("What is online can be wiped from afar. What loses power locks itself.")},
    Step{base::phrase("Touch no keyboard. Close no lid. Switch nothing off, switch nothing on."),
         base::phrase("An open computer is readable now; off, it may never be again.")},
    Step{base::phrase("Keep open phones open: touch the screen, airplane mode, then a charger."),
         base::phrase("A phone that locks or goes off is far harder to read.")},
    Step{base::phrase("Photograph every screen and desk as it stands, a clock in the picture."),
         base::phrase("Screens change, and people forget who sat where.")},
    Step{base::phrase("Phones without airplane mode: into a shielding bag, with a battery."),
         base::phrase("A phone that searches for a network empties its battery.")},
    Step{base::phrase("Write down the time. Then begin: `holdfast exhibit add`."),
         base::phrase("`holdfast next` says which device to take first.")},
};

int run(const Arguments&, Console& console) {
  console.line(base::say("THE FIRST SIXTY SECONDS"));
  int number = 0;
  for (const Step& step : kCard) {
    console.object(
        base::Json::object({{"step", ++number}, {"what", step.what.english}, {"why", step.why.english}}));
    console.line("");
    console.line(std::to_string(number) + ". " + std::string(step.what));
    console.line("   " + std::string(step.why));
  }
  return kDone;
}

}  // namespace

const Verb kFirstMinutes{"",
                         "first-minutes",
                         base::phrase("print the card for the first sixty seconds in a room"),
                         {},
                         "  holdfast first-minutes\n  holdfast first-minutes | lp",
                         base::phrase("0"),
                         run};

}  // namespace tools
