// SPDX-License-Identifier: Apache-2.0
#include "export/bundle.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/bagit.h"
#include "chain-of-custody/exhibit_state.h"
#include "chain-of-custody/signed_how.h"
#include "chain-of-custody/verify.h"
#include "export/code_points.h"
#include "export/cover.h"
#include "export/payload.h"

namespace exporter {
namespace {

namespace bagit = custody::bagit;

constexpr auto kNothingLeft =
    base::phrase("Nothing was exported. Mend the request or the case and export again.");

[[noreturn]] void refuse(const base::Said& what) {
  throw base::Error(base::ErrorKind::usage, what, kNothingLeft);
}

std::string edition_name(const std::filesystem::path& destination) {
  const std::string name = destination.filename().string();
  if (!bagit::is_safe_name(name))
    refuse(base::say("a bundle's folder has a name of letters, digits, '.', '_' and '-': {}", name));
  return name;
}

// The chosen exhibits and the segments must be the same set, with one segment for each acquisition.
void check_inputs(const BundleInputs& inputs) {
  std::set<std::string> with_segment;
  std::set<std::pair<std::string, std::string>> acquisitions;
  for (const SegmentInput& segment : inputs.segments) {
    with_segment.insert(segment.exhibit_label);
    if (!acquisitions.emplace(segment.exhibit_uid, segment.acquisition).second) {
      refuse(base::say("exhibit {}, {}: two segments of one acquisition", segment.exhibit_label,
                       segment.acquisition));
    }
  }
  for (const std::string& label : inputs.request.exhibits) {
    if (with_segment.count(label) == 0) refuse(base::say("exhibit {} of the request has no segment", label));
  }
  for (const std::string& label : with_segment) {
    const auto& asked = inputs.request.exhibits;
    if (std::find(asked.begin(), asked.end(), label) == asked.end())
      refuse(base::say("exhibit {} is not in the request", label));
  }
}

using Openings = std::map<std::string, custody::Opening>;
Openings openings_of(const Edition& edition) {
  Openings out;
  for (const std::string& uid : edition.exhibit_uids()) {
    out[uid] = edition.is_whole(uid) ? custody::Opening::whole : custody::Opening::without_digests;
  }
  return out;
}

using Files = std::map<std::string, base::Buffer>;

void add_ledger(const custody::LedgerContent& content, const std::string& station, const Openings& openings,
                Files& files) {
  for (auto& [name, bytes] : custody::edition_files(content, openings))
    files.emplace(station + "/" + name, std::move(bytes));
}

// Below data/custody/: the ledger of this station, and what those of others tell of the same exhibits.
Files custody_files(const BundleInputs& inputs, const Edition& edition) {
  Files files;
  const Openings openings = openings_of(edition);
  add_ledger(custody::read_ledger(inputs.ledger_folder), inputs.station, openings, files);
  for (const custody::LedgerContent& ledger : inputs.further_ledgers) {
    Openings known = openings;
    const custody::ExhibitStates told = custody::custody_of(ledger);
    std::erase_if(known, [&](const auto& one) { return told.find(one.first) == nullptr; });
    add_ledger(ledger, ledger.station, known, files);
  }
  return files;
}

// What the ledger says of an exhibit, read back from what the edition opens of it: the report cannot show
// more.
void add_act(std::vector<ExhibitFacts>& facts, const std::string& act, const base::Json& body,
             const custody::OpenedBody::Exhibit& statement) {
  const auto found = std::find_if(facts.begin(), facts.end(),
                                  [&](const auto& exhibit) { return exhibit.uid == statement.uid; });
  if (found == facts.end()) return;
  // Who registered it knows it best; who got it from another station repeats what that one said.
  const bool repeated = act == "handover.accept" || act == "exhibit.continue";
  if (act == "exhibit.add" || (repeated && found->description.members().empty()))
    found->description = statement.members;
  if (act == "acquire.end" || act == "receive") found->acquisitions.push_back(statement.members);
  // Who acquired what was received.
  for (const char* name : {"from", "request"})
    if (const base::Json* said = act == "receive" ? body.find(name) : nullptr)
      found->acquisitions.back().set(name, *said);
  if (act == "extract") found->extractions.push_back(statement.members);
}

std::string label_of(const BundleInputs& inputs, const std::string& uid) {
  for (const custody::ExhibitView& exhibit : inputs.exhibits) {
    if (exhibit.uid == uid) return exhibit.label;
  }
  refuse(base::say("the ledger has no exhibit {}", uid));
}

void add_facts(const base::FileSet& files, const std::string& station, std::vector<ExhibitFacts>& facts) {
  custody::VerifyReport report;
  const custody::LedgerContent content = custody::ledger_from_files(files, station + "/", report);
  const custody::SignedHow signed_how(content);
  for (const custody::Entry& entry : content.entries) {
    if (!entry.body) continue;
    const custody::OpenedBody opened = custody::open_body(entry);
    const ExhibitFacts::Entry shown{station, std::to_string(entry.index),
                                    opened.body.at("time").at("utc").text(), opened.body.at("act").text(),
                                    signed_how.brief(opened.body)};
    for (const auto& statement : opened.exhibits) {
      add_act(facts, shown.act, opened.body, statement);
      for (ExhibitFacts& exhibit : facts)
        if (exhibit.uid == statement.uid) exhibit.entries.push_back(shown);
    }
  }
}

std::vector<ExhibitFacts> exhibit_facts(const BundleInputs& inputs, const Edition& edition,
                                        const Files& files) {
  std::vector<ExhibitFacts> facts;
  for (const std::string& uid : edition.exhibit_uids())
    facts.push_back({uid, label_of(inputs, uid), base::Json::object(), {}, {}, {}});
  const auto set = base::files_in_memory({files.begin(), files.end()});
  add_facts(*set, inputs.station, facts);
  for (const custody::LedgerContent& ledger : inputs.further_ledgers) add_facts(*set, ledger.station, facts);
  return facts;
}

base::Json number(std::uint64_t value) {
  return std::to_string(value);
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

base::Event disclose_event(const Edition& edition, const std::string& name, const std::string& digest) {
  base::Event event;
  event.act = "disclose";
  event.scope_all = true;
  base::Json reasons = base::Json::object();
  for (const auto& [reason, count] : edition.withheld_by_reason) reasons.set(lower(reason), number(count));
  event.members = base::Json::object({{"recipient", edition.request.recipient},
                                      {"request", edition.request.id},
                                      {"edition", name},
                                      {"data_manifest_sha256", digest},
                                      {"withheld", std::move(reasons)},
                                      {"released", number(edition.counts.released)},
                                      {"redacted", number(edition.counts.redacted)}});
  for (const std::string& uid : edition.exhibit_uids()) {
    const Counts& counts = edition.counts_by_exhibit.at(uid);
    event.exhibits.push_back({uid,
                              base::Json::object({{"released", number(counts.released)},
                                                  {"redacted", number(counts.redacted)},
                                                  {"withheld", number(counts.withheld)}}),
                              base::Json::object()});
  }
  return event;
}

std::string one_line(std::string_view text) {
  std::string out = visible_text(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return out;
}

// RFC 8493 §2.2.2. No date: an edition is dated by the ledger's entry, not by whoever runs the clock.
std::string bag_info(const BundleInputs& inputs, const std::string& name, const Staging& staging) {
  return fmt::format(
      "Source-Organization: {}\nExternal-Identifier: {}\nExternal-Description: Edition for request {}\n"
      "Bag-Count: 1 of 1\nPayload-Oxum: {}.{}\n",
      one_line(inputs.request.requested_authority), name, one_line(inputs.request.id),
      staging.payload_bytes(), staging.payload_files());
}

bagit::Manifest part_of(const bagit::Manifest& all, bool payload) {
  bagit::Manifest out;
  for (const auto& [name, digest] : all) {
    if (name.starts_with("data/") == payload) out.emplace(name, digest);
  }
  return out;
}

void write_custody(const BundleInputs& inputs, const Edition& edition, Outgoing& out) {
  for (const auto& [name, bytes] : custody_files(inputs, edition)) {
    out.add(std::string(bagit::kCustodyFolder) + name, base::as_text(bytes));
  }
}

void write_tag_files(const BundleInputs& inputs, const ReportInputs& report, const BundleLabels& labels,
                     const custody::Signer& signer, Outgoing& out) {
  const Staging& staging = out.staging();
  out.add("00-START-HERE.html", start_page(report, labels));
  out.add("01-VERIFY.txt", verify_text(labels));
  out.add("bagit.txt", bagit::kDeclaration);
  out.add("bag-info.txt", bag_info(inputs, labels.name, staging));
  std::string chain = custody::certificate_to_pem(signer.certificate());
  for (const base::Buffer& issuer : signer.issuers()) chain += custody::certificate_to_pem(issuer);
  out.add("chain.pem", chain);
  out.add("manifest-sha256.txt", bagit::manifest_text(part_of(staging.sha256(), true)));
  out.add("manifest-sha512.txt", bagit::manifest_text(part_of(staging.sha512(), true)));
  // Both tag manifests list the same files, so neither may be there when the other is made.
  const std::string sha256 = bagit::manifest_text(part_of(staging.sha256(), false));
  const std::string sha512 = bagit::manifest_text(part_of(staging.sha512(), false));
  out.add("tagmanifest-sha256.txt", sha256);
  out.add("tagmanifest-sha512.txt", sha512);
  const base::Buffer signature = signer.sign_detached(base::as_bytes(sha256));
  out.add(labels.signature_file, base::as_text(signature));
}

BundleLabels labels_of(const BundleInputs& inputs, const std::string& name, const custody::Signer& signer) {
  const std::string fingerprint = custody::fingerprint_of(signer.certificate());
  BundleLabels labels;
  labels.name = name;
  labels.signer = signer.subject();
  labels.fingerprint = fingerprint;
  labels.signature_file =
      fmt::format("{}tagmanifest-sha256.{}.p7s", bagit::kSignatureFolder, fingerprint.substr(0, 16));
  labels.station = inputs.station;
  for (const custody::LedgerContent& ledger : inputs.further_ledgers)
    labels.further_stations.push_back(ledger.station);
  return labels;
}

}  // namespace

BundleFacts write_bundle(const BundleInputs& inputs, const std::filesystem::path& destination,
                         base::EventSink& ledger, const custody::Signer& signer) {
  const std::string name = edition_name(destination);
  check_inputs(inputs);
  const Edition edition = build_edition(inputs.request, inputs.segments, inputs.sight);
  const LeakScan scan(edition, vocabulary_of(edition));
  Staging staging(destination);
  Outgoing out(staging, scan);

  // The custody part as it stands is scanned before `disclose` says that this edition left.
  const auto custody_before = custody_files(inputs, edition);
  for (const auto& [file, bytes] : custody_before)
    scan.check(std::string(bagit::kCustodyFolder) + file, base::as_text(bytes));
  const ReportInputs report{edition, inputs.case_id, inputs.title,
                            exhibit_facts(inputs, edition, custody_before)};
  write_payload(report, out);

  BundleLabels labels = labels_of(inputs, name, signer);
  labels.data_manifest_sha256 = bagit::disclosed_digest(staging.sha256());
  BundleFacts facts{edition.counts.released,     edition.counts.redacted,
                    edition.counts.withheld,     edition.withheld_by_reason,
                    labels.data_manifest_sha256, {},
                    scan.unsearched(),           edition.barred,
                    scan.unsearched_barred()};
  // If the power fails after this line the ledger names an edition that nobody got; the next export makes a
  // new entry, and both stand.
  facts.receipt = ledger.append(disclose_event(edition, name, labels.data_manifest_sha256));
  labels.disclose_entry = facts.receipt.index;
  write_custody(inputs, edition, out);
  write_tag_files(inputs, report, labels, signer, out);
  staging.publish();
  return facts;
}

}  // namespace exporter
