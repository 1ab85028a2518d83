// SPDX-License-Identifier: Apache-2.0
// selftest: whether this program, on this machine, does what an acquisition promises; with a signed report.
#include <array>

#include <fmt/format.h>

#include "acquire/selftest.h"
#include "base/file.h"
#include "base/words.h"
#include "chain-of-custody/identity.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

namespace fs = std::filesystem;
using acquire::SelftestResult;

// Lines of at most so many characters, broken at blanks; a word that is longer stands alone.
std::vector<std::string> wrapped(std::string_view words, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(words.size(), word.size() + 1));
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > width) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
  }
  return lines;
}

constexpr std::size_t kAssertsWidth = 30, kResultWidth = 7, kSeenWidth = 39;

void show_row(Console& console, std::string_view asserts, std::string_view result, std::string_view seen) {
  const auto left = wrapped(asserts, kAssertsWidth), right = wrapped(seen, kSeenWidth);
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string text =
        fmt::format("{:<{}}  {:<{}}  {}", i < left.size() ? left[i] : "", kAssertsWidth, i == 0 ? result : "",
                    kResultWidth, i < right.size() ? right[i] : "");
    console.line(text.substr(0, text.find_last_not_of(' ') + 1));
  }
}

std::string_view word_for(SelftestResult result) {
  switch (result) {
    case SelftestResult::passed:
      return "passed";
    case SelftestResult::failed:
      return "FAILED";
    case SelftestResult::not_run:
      return base::phrase("not run");
  }
  return "";
}

void show(Console& console, const acquire::SelftestReport& report) {
  console.object(report.to_json());
  show_row(console, "assertion", "result", base::say("what was seen"));
  for (const auto& assertion : report.assertions)
    show_row(console, assertion.asserts, word_for(assertion.result), visible(assertion.seen));
  console.line("");
  const auto& machine = report.machine;
  console.line(fmt::format("{}; {}", visible(machine.system), visible(machine.kernel)));
  console.line(base::say("{}; {} SHA instructions", visible(machine.processor),
                         machine.sha_instructions ? base::say("has") : base::say("has no")));
  console.line(base::say("SHA-256 of this program:"));
  console.line("  " + report.program_sha256);
  console.line(base::say("{} passed, {} failed, {} not run", report.count(SelftestResult::passed),
                         report.count(SelftestResult::failed), report.count(SelftestResult::not_run)));
  console.note(base::say("Not tested: your devices, cables and write blockers."));
}

// Where a report goes. Refuses before anything is tested what would be refused at the end.
struct Destination {
  fs::path report, signature;
  std::unique_ptr<custody::Signer> signer;  // none: the report is not signed
  std::string why_not;
};

std::unique_ptr<custody::Signer> signer_of(const Arguments& arguments, Console& console,
                                           std::string& why_not) {
  std::string name;
  try {
    name = identity_name(arguments);
  } catch (const base::Error& error) {
    if (error.kind != base::ErrorKind::not_found) throw;
    why_not = error.what();
    return nullptr;
  }
  return custody::unlock_signer(identities_folder(), name, [&] { return console.passphrase(name); });
}

std::optional<Destination> destination_of(const Arguments& arguments, Console& console) {
  const auto to = arguments.value("to");
  if (!to) return std::nullopt;
  Destination destination;
  destination.report = fs::absolute(*to);
  destination.signature = destination.report.string() + ".p7s";
  for (const fs::path& path : {destination.report, destination.signature}) {
    if (!fs::exists(fs::symlink_status(path))) continue;
    throw base::Error(base::ErrorKind::conflict, base::say("{} exists already", path.string()),
                      base::say("It was not touched, and nothing was tested. Name another file."));
  }
  destination.signer = signer_of(arguments, console, destination.why_not);
  return destination;
}

void write_report(Console& console, const acquire::SelftestReport& report, const Destination& destination) {
  const std::string text = report.to_json().canonical();
  base::Json written = base::Json::object({{"report", destination.report.string()}});
  base::write_new_durably(destination.report, base::as_bytes(text));
  if (!destination.signer) {
    console.object(written.set("signed", false));
    console.warn(
        base::say("the report {} is not signed: {}", destination.report.string(), destination.why_not));
    return;
  }
  base::write_new_durably(destination.signature, destination.signer->sign_detached(base::as_bytes(text)));
  const std::string subject = destination.signer->subject();
  console.object(written.set("signed", true).set("signature", destination.signature.string()));
  console.line("report:    " + destination.report.string());
  console.line(base::say("signature: {}", destination.signature.string()));
  console.line(base::say("signed by: {}", visible(subject)));
}

int exit_code_of(const acquire::SelftestReport& report) {
  if (report.stopped) return kInterrupted;
  if (report.count(SelftestResult::failed) > 0) return kFailed;
  return report.count(SelftestResult::not_run) > 0 ? kLookAtIt : kDone;
}

int run(const Arguments& arguments, Console& console) {
  const auto destination = destination_of(arguments, console);
  acquire::SelftestOptions options;
  options.scratch = arguments.value("scratch").value_or(fs::temp_directory_path().string());
  options.progress = [&console](const std::string& asserts, std::size_t done, std::size_t total) {
    console.progress({base::say("testing: {}", asserts), done, total, false, 0, 0, ""});
  };
  Interrupt interrupt;
  options.stop = interrupt.token();
  const acquire::SelftestReport report = acquire::selftest(options);
  console.end_progress();
  show(console, report);
  if (destination) write_report(console, report, *destination);
  if (!destination) console.note(base::say("Without --to, no report was written."));
  return exit_code_of(report);
}

constexpr std::array kOptions{
    Option{"to", OptionKind::value, "FILE",
           base::phrase("write the report there, and its signature to FILE.p7s")},
    Option{
        "scratch", OptionKind::value, "DIR",
        base::phrase("where 40 MB are needed for a moment; else the system's folder for temporary files")}};

}  // namespace

const Verb kSelftest{
    "",
    "selftest",
    base::phrase("whether imaging works as promised on this machine"),
    kOptions,
    "  holdfast selftest\n"
    "  holdfast selftest --to selftest-2026-11-21.json --scratch /media/evidence-disk",
    base::phrase("0 every assertion passed; 2 usage; 3 some could not be run; 4 one failed; 130 interrupted"),
    run};

}  // namespace tools
