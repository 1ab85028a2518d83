// SPDX-License-Identifier: Apache-2.0
// Where an acquisition goes on: what earlier attempts left is read again and compared with the journal's
// marks, and the digests are rebuilt on the way.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "acquire/acquisition.h"
#include "acquire/journal.h"
#include "image/digest_threads.h"

namespace acquire {

struct GoOn {
  std::uint64_t from = 0;                         // media bytes that are there and agree with a mark
  std::vector<image::Place> places;               // copies that have them
  std::vector<image::Place> left_behind;          // copies that do not: they failed earlier
  std::unique_ptr<image::DigestThreads> digests;  // of the media up to `from`
};

// Throws base::Error(not_found) where no copy can be opened, (interrupted) where stopped.
GoOn check_what_is_there(const Journal& journal, const std::vector<image::Place>& places,
                         const ProgressCallback& progress, const std::stop_token& stop);

std::unique_ptr<image::DigestThreads> three_digests();

// The first file of the copy in this place. Throws base::Error(not_found).
std::filesystem::path first_file_of(const image::Place& place, const std::string& stem);

}  // namespace acquire
