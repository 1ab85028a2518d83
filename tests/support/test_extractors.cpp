// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_extractors.h"

#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace parse {
namespace {

constexpr std::array<std::string_view, 1> kMessages{"message"};

void read_notes(EvidenceFile& file, base::RecordSink& sink) {
  base::Database database = file.database();
  TableCounter counter(sink, file.source(), "notes");
  base::Statement count = database.prepare("SELECT count(*) FROM notes NOT INDEXED");
  if (count.step()) counter.rows(count.integer(0));
  base::Statement rows = database.prepare("SELECT rowid, words, fails FROM notes ORDER BY rowid");
  while (rows.step()) {
    if (rows.integer(2).value_or(0) == 1) throw base::Truncated("a row that fails");
    if (rows.is_null(1)) {
      counter.excluded("no_words");
      continue;
    }
    base::Message message;
    message.app = base::Word{"notes"};
    message.text = base::Text{rows.text(1).value_or("")};
    base::emit(sink, message, {file.source(), base::Row{"notes", rows.integer(0).value_or(0)}});
    counter.emitted();
  }
  counter.finish();
}

void read_lines(EvidenceFile& file, base::RecordSink& sink) {
  constexpr std::uint64_t kMost = 1 << 24;
  const base::Buffer bytes = base::read_all(*file.bytes(), kMost);
  const std::string_view text = base::as_text(bytes);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    base::Message message;
    message.text = base::Text{std::string(text.substr(at, end - at))};
    base::emit(sink, message, {file.source(), base::Range{at, end - at}});
    at = end + 1;
  }
}

void stop_by_abort(EvidenceFile& file, base::RecordSink& sink) {
  read_lines(file, sink);
  std::abort();
}

void loop_for_ever(EvidenceFile& file, base::RecordSink& sink) {
  read_lines(file, sink);
  for (volatile bool for_ever = true; for_ever;) {
  }
}

void take_all_memory(EvidenceFile&, base::RecordSink&) {
  std::vector<base::Buffer> held;
  constexpr std::size_t kBlock = 64 << 20;
  while (true) held.emplace_back(kBlock, std::byte{1});
}

// Tries what a taken-over extractor would: a file outside the evidence.
void reach_outside(EvidenceFile& file, base::RecordSink& sink) {
  base::Message message;
  const bool read = open("/etc/hostname", O_RDONLY | O_CLOEXEC) >= 0;
  message.text = base::Text{read ? "could read" : "could not read"};
  base::emit(sink, message, {file.source(), base::Whole{}});
}

constexpr std::array<std::string_view, 2> kLinesPaths{"*.lines", "*.twice"};
constexpr std::array<std::string_view, 1> kNotesPaths{"notes.db"}, kAgainPaths{"*.twice"},
    kAbortPaths{"*.abort"}, kLoopPaths{"*.loop"}, kMemoryPaths{"*.memory"}, kReachPaths{"*.reach"};

const Extractor kAbort{"test_abort", 1, "lines", "Ends the worker.", kAbortPaths, kMessages, stop_by_abort};
const Extractor kLoop{"test_loop", 1, "lines", "Never ends.", kLoopPaths, kMessages, loop_for_ever};
const Extractor kAgain{"test_again", 1,         "lines",   "The same as test_lines.",
                       kAgainPaths,  kMessages, read_lines};
const Extractor kMemory{"test_memory", 1,         "lines",        "Takes all memory.",
                        kMemoryPaths,  kMessages, take_all_memory};
const Extractor kReach{"test_reach", 1, "lines", "Reaches outside.", kReachPaths, kMessages, reach_outside};

}  // namespace

const Extractor kTestNotes{"test_notes", 3, "notes", "Notes.", kNotesPaths, kMessages, read_notes};
const Extractor kTestLines{"test_lines", 1, "lines", "Lines.", kLinesPaths, kMessages, read_lines};

ExtractorList test_extractors() {
  static constexpr std::array<const Extractor*, 2> kList{&kTestLines, &kTestNotes};
  return kList;
}

ExtractorList deadly_extractors() {
  static constexpr std::array<const Extractor*, 7> kList{&kAbort,  &kAgain,     &kTestLines, &kLoop,
                                                         &kMemory, &kTestNotes, &kReach};
  return kList;
}

}  // namespace parse
