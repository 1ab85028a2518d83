// SPDX-License-Identifier: Apache-2.0
#include "acquire/hidden_areas.h"

namespace acquire {
namespace {

using State = HiddenArea::State;

HiddenArea compared(const Answer<std::uint64_t>& has, std::uint64_t shows) {
  if (!has.value) return {State::unknown, 0, has.why};
  if (*has.value == shows) return {State::none, 0, {}};
  if (*has.value > shows) return {State::present, *has.value - shows, {}};
  return {State::unknown, 0,
          "the drive states a maximum of " + std::to_string(*has.value) + " sectors, below the " +
              std::to_string(shows) + " that it shows"};
}

HiddenArea no_feature() {
  return {State::none, 0, "the drive does not have this feature"};
}

// With a host protected area the native maximum, not what is shown, bounds the overlay.
HiddenArea overlay_area(const AtaIdentity& identity, const AtaLimits& limits) {
  if (!identity.host_protected_area) return compared(limits.overlay, identity.sectors);
  if (limits.native.value) return compared(limits.overlay, *limits.native.value);
  const HiddenArea in_all = compared(limits.overlay, identity.sectors);
  if (in_all.state != State::present) return in_all;
  return {State::unknown, 0,
          std::to_string(in_all.sectors) +
              " sectors are hidden, but not known whether by this overlay or by a host protected area: " +
              limits.native.why};
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::none:
      return "none";
    case State::present:
      return "present";
    case State::unknown:
      break;
  }
  return "unknown";
}

HiddenAreas hidden_areas(const AtaIdentity& identity, const AtaLimits& limits) {
  HiddenAreas areas{no_feature(), no_feature(), no_feature()};
  if (identity.host_protected_area) areas.hpa = compared(limits.native, identity.sectors);
  if (identity.configuration_overlay) areas.dco = overlay_area(identity, limits);
  if (identity.accessible_max_address) areas.ama = compared(limits.accessible, identity.sectors);
  return areas;
}

}  // namespace acquire
