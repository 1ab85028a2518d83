// SPDX-License-Identifier: Apache-2.0
// What a person is told of a job that is not whole: what to do, by what its source is, and where it then goes
// on. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "acquire/source.h"

namespace tools {

enum class SourceKind { device, file, server };
SourceKind kind_of(const acquire::SourceFacts& facts);

// How a job came about, and so how it comes about again.
enum class Origin {
  attached,  // the label was given when it was attached
  given      // it stands on the command line
};

// "it goes on from 64.0 MiB", "it is read from the start"; where nobody knows what is kept: "it goes on".
std::string words_of_going_on(const std::optional<std::uint64_t>& kept_bytes);
// The source did not answer any more.
std::string advice_when_lost(SourceKind kind, Origin origin, const std::optional<std::uint64_t>& kept_bytes);
// Stopped, though the source is there: at a time limit.
std::string advice_when_stopped(Origin origin, const std::optional<std::uint64_t>& kept_bytes);

}  // namespace tools
