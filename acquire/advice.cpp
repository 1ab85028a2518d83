// SPDX-License-Identifier: Apache-2.0
#include "acquire/advice.h"

#include <utility>

#include "acquire/source.h"

namespace acquire {
namespace {

using List = std::vector<Advice>;

void advise_on_container(const std::string& place, const Container& container, List& list) {
  const std::string what = place + " (" + std::string(name_of(container.kind)) + ")";
  if (container.kind == Container::Kind::lvm2 || container.kind == Container::Kind::md_raid) {
    list.push_back({"part_of_a_set", what + " is a member of a set: image all other members as well."});
  } else if (container.encrypted.value_or(false)) {
    list.push_back(
        {"encrypted",
         what + " is encrypted: if a running machine has it open, acquire the open volume now, before it "
                "is locked or switched off, and secure keys and recovery phrases."});
  }
}

// Behind a bridge that passes nothing on all three are unknown: that is one thing to do, not three.
void advise_on_hidden(const HiddenAreas& areas, List& list) {
  std::string unknown;
  const std::pair<const char*, const HiddenArea&> named[] = {
      {"HPA", areas.hpa}, {"DCO", areas.dco}, {"AMA", areas.ama}};
  for (const auto& [name, area] : named) {
    if (area.state == HiddenArea::State::present) {
      list.push_back(
          {"hidden_area", "The drive hides " + std::to_string(area.sectors) + " sectors (" + name +
                              "), which the image will not hold: showing them writes to the drive, "
                              "so decide and record it."});
    } else if (area.state == HiddenArea::State::unknown) {
      unknown += (unknown.empty() ? "" : ", ") + std::string(name);
    }
  }
  if (!unknown.empty()) {
    list.push_back({"hidden_area_unknown", "Whether the drive hides sectors (" + unknown +
                                               ") is not known: connect it without a bridge, if you can."});
  }
}

void advise_on_ata(const AtaIdentity& identity, List& list) {
  if (identity.security.locked) {
    list.push_back(
        {"ata_locked",
         "The drive is locked by an ATA password and reads nothing until it is given: keep the power on "
         "if it was open before."});
  }
  if (identity.trim) {
    list.push_back(
        {"trim", "The drive erases what was deleted by itself while it has power: image it at once."});
  }
}

void advise_on_nvme(const DriveFacts& drive, List& list) {
  if (drive.nvme && drive.nvme->trim) {
    list.push_back(
        {"trim", "The drive erases what was deleted by itself while it has power: image it at once."});
  }
  if (drive.nvme && drive.nvme->unallocated_bytes > 0) {
    list.push_back({"unallocated", "The drive has " + std::to_string(drive.nvme->unallocated_bytes) +
                                       " bytes in no namespace: no command reads them."});
  }
  if (drive.active_namespaces.size() > 1) {
    list.push_back({"other_namespaces", "The drive has " + std::to_string(drive.active_namespaces.size()) +
                                            " namespaces: each is a disk of its own, so image every one."});
  }
}

void advise_on_drive(const SourceFacts& facts, const DriveFacts& drive, List& list) {
  if (drive.ata) advise_on_ata(*drive.ata, list);
  advise_on_nvme(drive, list);
  if (drive.hidden) advise_on_hidden(*drive.hidden, list);
  const auto states = drive.bytes();
  const std::uint64_t shown = facts.partition ? facts.disk_bytes.value_or(0) : facts.bytes;
  if (states && shown != 0 && *states != shown) {
    list.push_back({"size_differs", "The drive states " + std::to_string(*states) +
                                        " bytes and the system shows " + std::to_string(shown) +
                                        ": the image holds what the system shows."});
  }
}

}  // namespace

List advice_on(const SourceFacts& facts) {
  List list;
  if (facts.mapping && facts.mapping->uuid.starts_with("CRYPT-")) {
    list.push_back(
        {"open_volume",
         "This is the open view of an encrypted volume: acquire it now, while it is unlocked, and the "
         "device below it afterwards."});
  }
  if (facts.container)
    advise_on_container(facts.partition ? "The partition" : "The disk", *facts.container, list);
  for (const auto& partition : facts.partitions) {
    if (partition.container)
      advise_on_container("Partition " + std::to_string(partition.number), *partition.container, list);
  }
  if (facts.drive) advise_on_drive(facts, *facts.drive, list);
  return list;
}

}  // namespace acquire
