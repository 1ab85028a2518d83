// SPDX-License-Identifier: Apache-2.0
// The report: static pages that open from a folder by a double click, without JavaScript and without any
// reference outside the bundle. Made from released members only. Thread rule: one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "export/edition.h"

namespace exporter {

// What the ledger says of an exhibit, for people.
struct ExhibitFacts {
  std::string uid, label;
  base::Json description = base::Json::object();  // members of exhibit.add
  std::vector<base::Json> acquisitions;           // members of acquire.end and receive
  std::vector<base::Json> extractions;            // members of extract
  struct Entry {
    std::string ledger, index, time, act;
    std::string signed_how;  // who, and whether by a session or on paper
  };
  std::vector<Entry> entries = {};  // all acts on it that this edition shows
};

struct ReportInputs {
  const Edition& edition;
  std::string case_id, title;
  std::vector<ExhibitFacts> exhibits;
};

// Calls `page` for every file, with its name below data/report/.
using PageSink = std::function<void(const std::string& name, const std::string& html)>;
void write_report(const ReportInputs& inputs, const PageSink& page);

}  // namespace exporter
