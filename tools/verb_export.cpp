// SPDX-License-Identifier: Apache-2.0
// export: an edition for one recipient as a bundle.
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "export/bundle.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

// The newest segment of every acquisition of the exhibit.
std::vector<exporter::SegmentInput> segments_of(const store::CaseFolder& folder,
                                                const custody::LedgerContent& ledger,
                                                const custody::ExhibitView& exhibit,
                                                const base::SecretOpener& opener) {
  std::map<std::string, std::string> newest;
  for (const ExtractView& extract : extracts_of(ledger, exhibit.uid))
    newest[extract.acquisition] = extract.lines_sha256;
  std::vector<exporter::SegmentInput> out;
  for (const auto& [acquisition, lines_sha256] : newest) {
    const auto stem = exhibit_folder(folder, exhibit) / "segments" / lines_sha256;
    out.push_back({exhibit.uid, exhibit.label, acquisition, stem.string() + ".jsonl.zst",
                   base::SegmentKeys::open(stem.string() + ".keys", opener)});
  }
  return out;
}

exporter::BundleInputs inputs_of(const OpenCase& open, exporter::Request request,
                                 const base::SecretOpener& opener) {
  const custody::LedgerContent ledger = ledger_of(open.folder);
  const base::Json genesis = genesis_of(ledger);
  exporter::BundleInputs inputs;
  inputs.case_id = genesis.at("case").text();
  inputs.title = genesis.at("title").text();
  inputs.ledger_folder = open.folder.ledger(open.station);
  inputs.station = open.station;
  const auto exhibits = custody::exhibits_of(ledger);
  for (const std::string& label : request.exhibits) {
    const auto exhibit = exhibit_by_label(exhibits, label);
    inputs.exhibits.push_back(exhibit);
    for (auto& segment : segments_of(open.folder, ledger, exhibit, opener))
      inputs.segments.push_back(std::move(segment));
  }
  inputs.request = std::move(request);
  return inputs;
}

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path destination = std::filesystem::absolute(arguments.required("to"));
  exporter::Request request = exporter::read_request(base::read_file(arguments.required("REQUEST")));
  OpenCase open = open_case(arguments, console);
  const auto opener = custody::unlock_opener(identities_folder(), open.identity,
                                             [&] { return console.passphrase(open.identity); });
  const exporter::BundleInputs inputs = inputs_of(open, std::move(request), *opener);
  const exporter::BundleFacts facts = exporter::write_bundle(inputs, destination, *open.ledger, *open.signer);
  console.result(fmt::format("{}: {} records released, {} redacted, {} withheld", destination.string(),
                             facts.released, facts.redacted, facts.withheld),
                 base::Json::object({{"event", "bundle"},
                                     {"path", destination.string()},
                                     {"released", std::to_string(facts.released)},
                                     {"redacted", std::to_string(facts.redacted)},
                                     {"withheld", std::to_string(facts.withheld)}}));
  for (const auto& [reason, count] : facts.withheld_by_reason)
    console.line(fmt::format("  {:<24} {}", reason, count));
  for (const exporter::Unsearched& text : facts.unsearched) {
    console.warn(fmt::format("not looked for in the bundle, for you to decide: {} of record {}: {}",
                             text.field, text.record, text.why));
  }
  console.entry(facts.receipt);
  return facts.unsearched.empty() ? kDone : kLookAtIt;
}

constexpr std::array kOptions{
    Option{"REQUEST", OptionKind::positional, "REQUEST.json", "who asks whom for what, and what is withheld"},
    Option{"to", OptionKind::value_required, "BUNDLE", "folder of the bundle; must not exist"}};

}  // namespace

const Verb kExport{"",
                   "export",
                   "make a bundle for one recipient",
                   kOptions,
                   "  holdfast export request.json --to KK-2026_ed1\n  holdfast verify KK-2026_ed1 --trust "
                   "partner-roots.pem",
                   "0 made; 2 usage; 3 made, and withheld texts were too short to be looked for; 4 failed, "
                   "nothing left behind",
                   run};

}  // namespace tools
