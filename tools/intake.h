// SPDX-License-Identifier: Apache-2.0
// Things about to be registered, compared with what the case holds and with each other before anything is
// written. Thread rule: one thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "tools/labels_elsewhere.h"
#include "tools/photos.h"
#include "tools/workplace.h"

namespace tools {

struct NewExhibit {
  std::string label;
  base::ExhibitStatement statement;
  std::vector<Photo> photos;
};

// Why a thing cannot be registered: a sentence without its end, and what to do.
struct IntakeFault {
  base::ErrorKind kind;
  std::string what, advice;
};

class Intake {
 public:
  // Reads this station's ledger, and the labels of the others' in the folder.
  Intake(const store::CaseFolder& folder, const std::string& station, Console& console);

  // The number after that of the exhibit that was registered last: KK-A-0007 after KK-A-0006.
  std::string next_label() const;
  // Site, room and floor of the exhibit that was registered last, as far as known.
  base::Json last_place() const;
  bool closed() const { return closed_; }

  // Labels of those that bear the serial number in `facts`, in the ledger or among those taken.
  std::vector<std::string> same_serial(const base::Json& facts) const;
  // Whether the ledger has an exhibit of this label with just these facts.
  bool is_registered(const base::Json& facts) const;

  // Why a label cannot be given; and whether one was, so that it can be a parent's.
  std::vector<IntakeFault> faults_of_label(const std::string& label) const;
  bool has_exhibit(const std::string& label) const;

  // Takes a thing by its facts: members by name, `parent` as a label. What is wrong with it is returned, and
  // then it was not taken.
  std::vector<IntakeFault> take(const base::Json& facts, std::vector<Photo> photos = {});
  const std::vector<NewExhibit>& taken() const { return taken_; }

 private:
  // Empty where no label is given. Throws Error where none has it.
  std::string uid_of_parent(const std::string& label) const;

  std::string station_, case_id_;
  std::vector<custody::ExhibitView> exhibits_;
  bool closed_ = false;
  LabelsElsewhere elsewhere_;
  std::vector<NewExhibit> taken_;
};

// Throws the first fault as an Error.
void require_taken(const std::vector<IntakeFault>& faults);

// Registers them in as few entries as the ledger's limits allow, each under one signature, and says so.
void register_things(OpenCase& open, const std::vector<NewExhibit>& things, Console& console);

}  // namespace tools
