// SPDX-License-Identifier: Apache-2.0
// Sectors that a drive has and does not show: host protected area, device configuration overlay, accessible
// max address. Found, never removed: removing one writes to the drive. Any thread.
#pragma once

#include "acquire/nvme.h"

namespace acquire {

struct HiddenArea {
  enum class State { none, present, unknown } state = State::unknown;
  std::uint64_t sectors = 0;  // hidden; 0 unless present
  std::string why;            // of `unknown`; of `none`, where the drive does not have the feature
  bool operator==(const HiddenArea&) const = default;
};
std::string_view name_of(HiddenArea::State state);

struct HiddenAreas {
  HiddenArea hpa, dco, ama;
};

// What the drive answered when it was asked how much it has. A feature that it does not have was not asked
// for.
struct AtaLimits {
  Answer<std::uint64_t> native;      // READ NATIVE MAX ADDRESS (EXT)
  Answer<std::uint64_t> overlay;     // DEVICE CONFIGURATION IDENTIFY
  Answer<std::uint64_t> accessible;  // GET NATIVE MAX ADDRESS EXT
};
// HPA: the native maximum lies above what the drive shows. DCO: what it has without an overlay lies above the
// native maximum. AMA: as HPA, with the command that replaced it in ACS-3.
HiddenAreas hidden_areas(const AtaIdentity& identity, const AtaLimits& limits);

}  // namespace acquire
