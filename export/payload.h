// SPDX-License-Identifier: Apache-2.0
// The files of data/ without data/custody/: the same bytes for the same inputs. Internal to the room.
#pragma once

#include <string>

#include "export/leak_scan.h"
#include "export/report.h"
#include "export/staging.h"

namespace exporter {

// Adds to the staging folder what has passed the leak scan, and nothing else.
class Outgoing {
 public:
  Outgoing(Staging& staging, const LeakScan& scan) : staging_(staging), scan_(scan) {}
  void add(const std::string& name, std::string_view content);
  const Staging& staging() const { return staging_; }

 private:
  Staging& staging_;
  const LeakScan& scan_;
};

void write_payload(const ReportInputs& inputs, Outgoing& out);

// The words that stand in every bundle, whatever is in it.
std::string vocabulary_of(const Edition& edition);

}  // namespace exporter
