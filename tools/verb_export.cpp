// SPDX-License-Identifier: Apache-2.0
// export: an edition for one recipient as a bundle.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/concerned_ledgers.h"
#include "chain-of-custody/verify.h"
#include "export/bundle.h"
#include "tools/exit_code.h"
#include "tools/verbs.h"
#include "tools/view.h"
#include "tools/workplace.h"

namespace tools {
namespace {

// What makes the bundle less than it could be; the bundle stands all the same.
using Gaps = std::vector<std::string>;

exporter::SegmentInput input_of(const custody::ExhibitView& exhibit, const ExtractedSegment& segment,
                                const base::SecretOpener& opener) {
  if (!std::filesystem::exists(segment.lines))
    throw base::Error(base::ErrorKind::not_found, base::say("{} is not there", segment.lines.string()),
                      base::say("Nothing was exported. Restore it from a copy, or parse the exhibit again."));
  return {exhibit.uid, exhibit.label, segment.acquisition, segment.lines,
          base::SegmentKeys::open(segment.keys, opener)};
}

// The newest segment of every acquisition of the exhibit. Of another station's, those that are here and whose
// keys were sealed for us too.
std::vector<exporter::SegmentInput> segments_of(const OpenCase& open, const GatheredCase& gathered,
                                                const custody::ExhibitView& exhibit,
                                                const base::SecretOpener& opener, Gaps& gaps) {
  std::vector<exporter::SegmentInput> out;
  for (const ExtractedSegment& segment : gathered.segments_of(exhibit.uid)) {
    try {
      out.push_back(input_of(exhibit, segment, opener));
    } catch (const base::Error& error) {
      if (segment.station == open.station) throw;
      gaps.push_back(base::say(
          "what station {} extracted from {} {} is not in the bundle ({}); parse it here to have it in",
          segment.station, exhibit.label, segment.acquisition, error.happened));
    }
  }
  return out;
}

// A ledger that is damaged would make every bundle DAMAGED that carries it.
void require_sound(const custody::LedgerContent& ledger) {
  custody::VerifyReport report;
  custody::verify_ledger(ledger, custody::Coverage::whole, {}, report);
  for (const custody::Check& check : report.checks) {
    if (check.outcome != custody::Outcome::failed) continue;
    throw base::Error(
        base::ErrorKind::format,
        base::say("the ledger of station {} is damaged at {}: {}", ledger.station, check.object, check.what),
        base::say("Nothing was exported. Put a sound copy of it below ledgers/; its station has one."));
  }
}

// Their names become folders of the bundle, which opens on systems that do not tell A from a.
void require_distinct(const std::vector<custody::LedgerContent>& ledgers, const std::string& own) {
  const auto lower = [](std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
  };
  std::set<std::string> names{lower(own)};
  for (const custody::LedgerContent& ledger : ledgers) {
    if (store::is_safe_label(ledger.station) && names.insert(lower(ledger.station)).second) continue;
    throw base::Error(
        base::ErrorKind::usage,
        base::say("ledgers/{} cannot be the name of a folder in a bundle", visible(ledger.station)),
        base::say("Nothing was exported. Rename that folder: letters, digits, '-' and '_', and unlike the "
                  "others in more than case."));
  }
}

void add_further_ledgers(const OpenCase& open, const GatheredCase& gathered, exporter::BundleInputs& inputs,
                         Gaps& gaps) {
  std::vector<std::string> uids;
  for (const custody::ExhibitView& exhibit : inputs.exhibits) uids.push_back(exhibit.uid);
  const custody::ConcernedLedgers concerned = custody::concerned_ledgers(gathered.ledgers(), uids);
  for (const std::size_t index : concerned.further) {
    require_sound(gathered.ledgers()[index]);
    inputs.further_ledgers.push_back(gathered.ledgers()[index]);
  }
  require_distinct(inputs.further_ledgers, open.station);
  for (const std::string& name : concerned.missing)
    gaps.push_back(
        base::say("the ledger {} is named and is not in this case: the bundle is NOT PROVEN until it is put "
                  "below ledgers/ and the bundle made again",
                  visible(name)));
}

exporter::BundleInputs inputs_of(const OpenCase& open, const GatheredCase& gathered,
                                 exporter::Request request, const base::SecretOpener& opener, Gaps& gaps) {
  const custody::LedgerContent& ledger = gathered.ledgers().front();
  const base::Json genesis = genesis_of(ledger);
  exporter::BundleInputs inputs(sight_of(gathered));
  inputs.case_id = genesis.at("case").text();
  inputs.title = genesis.at("title").text();
  inputs.ledger_folder = open.folder.ledger(open.station);
  inputs.station = open.station;
  const auto exhibits = custody::exhibits_of(ledger);
  for (const std::string& label : request.exhibits) {
    const auto exhibit = exhibit_by_label(exhibits, label);
    inputs.exhibits.push_back(exhibit);
    for (auto& segment : segments_of(open, gathered, exhibit, opener, gaps))
      inputs.segments.push_back(std::move(segment));
  }
  add_further_ledgers(open, gathered, inputs, gaps);
  inputs.request = std::move(request);
  return inputs;
}

// `disclose` is in the ledger before the bundle stands; this is for those who read the log alone.
void note_look(const exporter::BundleFacts& facts, const exporter::BundleInputs& inputs,
               const Arguments& arguments, const GatheredCase& gathered, const store::CaseFolder& folder,
               Console& console) {
  store::Look look{"", "", "export", inputs.request.id, {}, facts.released + facts.redacted, {}};
  for (const custody::ExhibitView& exhibit : inputs.exhibits) look.exhibits.insert(exhibit.uid);
  for (const auto& [exhibit, counts] : facts.barred) store::add(look.not_shown, counts);
  log_look(std::move(look), arguments, gathered, folder, console);
}

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path destination = std::filesystem::absolute(arguments.required("to"));
  exporter::Request request = exporter::read_request(base::read_file(arguments.required("REQUEST")));
  OpenCase open = open_case(arguments, console);
  const auto opener = custody::unlock_opener(identities_folder(), open.identity,
                                             [&] { return console.passphrase(open.identity); });
  Gaps gaps;
  const GatheredCase gathered(open.folder);
  const exporter::BundleInputs inputs = inputs_of(open, gathered, std::move(request), *opener, gaps);
  const exporter::BundleFacts facts = exporter::write_bundle(inputs, destination, *open.ledger, *open.signer);
  note_look(facts, inputs, arguments, gathered, open.folder, console);
  console.result(
      base::say("{}: {} released, {} redacted, {} withheld", destination.string(),
                base::say_counted(facts.released, "record", "records"), facts.redacted, facts.withheld),
      base::Json::object({{"event", "bundle"},
                          {"path", destination.string()},
                          {"released", std::to_string(facts.released)},
                          {"redacted", std::to_string(facts.redacted)},
                          {"withheld", std::to_string(facts.withheld)}}));
  for (const auto& [reason, count] : facts.withheld_by_reason)
    console.line(fmt::format("  {:<24} {}", reason, count));
  for (const exporter::Unsearched& text : facts.unsearched) {
    console.warn(base::say("not looked for in the bundle, for you to decide: {} of record {}: {}", text.field,
                           text.record, text.why));
  }
  if (facts.unsearched_barred > 0)
    console.note(
        base::say("{} of records that the authority bars could not be looked for in the bundle: too short, "
                  "words of ours, or standing in what is released in its own right",
                  base::say_counted(facts.unsearched_barred, "text", "texts")));
  for (const std::string& gap : gaps) console.warn(gap);
  tell_not_shown(facts.barred, inputs.sight, Form::lines, console);
  console.entry(facts.receipt);
  return facts.unsearched.empty() && gaps.empty() ? kDone : kLookAtIt;
}

constexpr std::array kOptions{
    Option{"REQUEST", OptionKind::positional, "REQUEST.json",
           base::phrase("who asks whom for what, and what is withheld")},
    Option{"to", OptionKind::value_required, "BUNDLE", base::phrase("folder of the bundle; must not exist")}};

}  // namespace

const Verb kExport{
    "",
    "export",
    base::phrase("make a bundle for one recipient"),
    kOptions,
    "  holdfast export request.json --to KK-2026_ed1\n  holdfast verify KK-2026_ed1 --trust "
    "partner-roots.pem",
    base::phrase(
        "0 made; 2 usage; 3 made, and look at what is named: texts too short to be looked for, or what "
        "another station has; 4 failed, nothing left behind"),
    run};

}  // namespace tools
