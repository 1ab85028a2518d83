// SPDX-License-Identifier: Apache-2.0
#include "parse/worker_pair.h"

#include <new>

#include "base/sqlite.h"
#include "parse/worker_file.h"

namespace parse {
namespace {

// Primary result codes: sqlite.org/rescode.html. The header of SQLite itself stays in base.
constexpr int kSqliteNoMemory = 7, kSqliteInterrupt = 9, kSqliteTooBig = 18, kSqliteNotADatabase = 26;

std::string_view code_of(const base::SqliteError& error) {
  switch (error.code & 0xff) {
    case kSqliteNotADatabase:
      return "not_a_database";
    case kSqliteInterrupt:
      return "sqlite_interrupted";
    case kSqliteNoMemory:
    case kSqliteTooBig:
      return "sqlite_limit";
    default:
      return "sqlite_corrupt";
  }
}

// The code of what stopped the extractor; "" where nothing did. The words of an exception may quote evidence
// and differ between libraries: only codes and numbers go on.
std::string_view run_extractor(const Extractor& extractor, PairFiles& files, WorkerSink& sink,
                               std::string& detail) {
  try {
    extractor.extract(files, sink);
    return "";
  } catch (const base::SqliteError& error) {
    detail = "code " + std::to_string(error.code);
    return code_of(error);
  } catch (const base::ReadError& error) {
    detail = "offset " + std::to_string(error.offset) + ", length " + std::to_string(error.length);
    return "unreadable";
  } catch (const base::Truncated&) {
    return "truncated";
  } catch (const base::JsonError&) {
    return "json_damaged";
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return "extractor_failed";
  }
}

}  // namespace

std::string_view name_of(PairOutcome outcome) {
  switch (outcome) {
    case PairOutcome::parsed:
      return "parsed";
    case PairOutcome::parsed_with_anomalies:
      return "parsed with anomalies";
    case PairOutcome::failed:
      break;
  }
  return "failed";
}

std::string versioned_name(const Extractor& extractor) {
  return std::string(extractor.name) + "/" + std::to_string(extractor.version);
}

PairOutcome extract_pair(EvidenceTree& tree, const base::Locator& locator, const Extractor& extractor,
                         const RunIdentity& run, PairOutput& output) {
  WorkerSink sink(run, versioned_name(extractor), output);
  PairFiles files(tree, locator, extractor, sink);
  const base::Place place{files.source(), base::Whole{}};
  std::string detail;
  const std::string_view stopped_by = run_extractor(extractor, files, sink, detail);
  if (!stopped_by.empty()) sink.anomaly(stopped_by, place, detail);
  sink.finish(place);
  PairOutcome outcome = sink.anomalies() > 0 ? PairOutcome::parsed_with_anomalies : PairOutcome::parsed;
  if (!stopped_by.empty()) outcome = PairOutcome::failed;
  files.write_sources(name_of(outcome));
  return outcome;
}

}  // namespace parse
