// SPDX-License-Identifier: Apache-2.0
// What a drive answered to the commands that only read. Data; any thread.
#pragma once

#include "acquire/hidden_areas.h"
#include "base/json.h"

namespace acquire {

class CommandChannel;

struct DriveFacts {
  enum class Language { neither, ata, nvme } speaks = Language::neither;
  std::optional<AtaIdentity> ata;
  std::optional<AtaHealth> ata_health;
  std::optional<HiddenAreas> hidden;  // absent where no drive could hide any: not a SCSI or ATA device
  std::optional<NvmeController> nvme;
  std::optional<NvmeNamespace> nvme_namespace;
  std::vector<std::uint32_t> active_namespaces;
  std::optional<NvmeHealth> nvme_health;
  struct Silence {
    std::string command, why;
  };
  std::vector<Silence> not_answered;
  std::optional<std::uint64_t> bytes() const;  // as the drive states them
  base::Json to_json() const;                  // docs/acquisition.md
};

// Asks for all of it. What is not answered is a fact, never an error; after a command that timed out nothing
// more is sent.
DriveFacts ask_drive(CommandChannel& channel);

}  // namespace acquire
