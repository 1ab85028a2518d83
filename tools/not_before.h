// SPDX-License-Identifier: Apache-2.0
// A time before which a case was not made: asked for before there is a case, put into its genesis.
#pragma once

#include <filesystem>

#include "base/json.h"
#include "chain-of-custody/anchoring.h"

namespace tools {

// The genesis' member for the reply in this file, and the question that it answers: to be forgotten once the
// genesis is written. Throws Error(not_found) where this station never asked, Error(crypto) where the reply
// proves nothing.
struct NotBefore {
  base::Json member;
  custody::TimeQuery query;
};
NotBefore not_before_from(const std::filesystem::path& reply);
custody::PendingQueries not_before_queries();  // in the state folder of this station

// The token in a file that an authority sent. Throws Error(crypto) with the reason where there is none.
custody::TimeToken token_in(const std::filesystem::path& reply);

}  // namespace tools
