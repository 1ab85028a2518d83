// SPDX-License-Identifier: Apache-2.0
// A good bundle, changed. Whoever lacks the officer's key gets no bundle verified that differs from the good
// one in anything but its signatures; who has it and signs no entry shows no other act and no other record.
#include <algorithm>

#include "bundle_edit.h"
#include "chain-of-custody/verify.h"

namespace {

using custody::Verdict;
using fuzz::Files;
using fuzz::Forger;
using fuzz::must;

custody::VerifyReport verify(const Files& files, const custody::TrustAnchors& trust) {
  return custody::verify_bundle(*base::files_in_memory(files), trust);
}

bool is_signature(const std::string& name) {
  return name.starts_with("signatures/");
}

void must_be_the_same(const Files& files, const Files& original) {
  for (const auto& [name, bytes] : files)
    must(is_signature(name) || (original.contains(name) && original.at(name) == bytes));
  for (const auto& [name, bytes] : original) must(is_signature(name) || files.contains(name));
}

void must_show_the_same(const Files& files, const Files& original) {
  const std::string bodies = std::string(fuzz::kLedgerPrefix) + "bodies/";
  for (const auto& [name, bytes] : files)
    if (name.starts_with(bodies)) must(original.contains(name) && original.at(name) == bytes);
  std::string_view records = base::as_text(files.at("data/export/records.jsonl"));
  while (!records.empty()) {
    const std::string_view line = records.substr(0, records.find('\n'));
    must(line == R"({"duration_s":"184","type":"call"})" || line == R"({"type":"call"})");
    records.remove_prefix(line.size() + 1);
  }
}

void say(const custody::VerifyReport& report) {
  must(!report.checks.empty() && !name_of(report.verdict()).empty());
  must(base::parse_json(base::as_bytes(report.to_json().canonical())).is_object());
  for (const std::string& line : custody::in_words(report, true))
    for (const char c : line) must(static_cast<unsigned char>(c) >= 0x20);
}

void good_one_verifies(fuzz::Extent extent) {
  const Files& files = fuzz::fixed_bundle(extent);
  const auto report = verify(files, fuzz::fixed_trust());
  for (const auto& check : report.checks) must(check.outcome == custody::Outcome::passed);
  must(report.verdict() == Verdict::verified_in_part);
  // What a bundle brings along makes nobody trust it.
  must(verify(files, {}).verdict() == Verdict::not_proven);
}

bool good_ones_verify() {
  good_one_verifies(fuzz::Extent::least);
  good_one_verifies(fuzz::Extent::all);
  return true;
}

}  // namespace

// The first number says who changes which bundle.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const custody::TrustAnchors kTrust = fuzz::fixed_trust();
  static const bool kGood = good_ones_verify();
  fuzz::Choices choices(fuzz::bytes_of(data, size));
  const unsigned first = choices.next();
  const auto forger = static_cast<Forger>(first % 5);
  const Files& original = fuzz::fixed_bundle(first / 5 % 4 == 3 ? fuzz::Extent::all : fuzz::Extent::least);
  Files files = original;
  fuzz::change_files(files, choices);
  fuzz::put_right(files, original, forger);
  const auto report = verify(files, kTrust);
  say(report);
  if (!kGood || report.verdict() == Verdict::not_proven || report.verdict() == Verdict::damaged) return 0;
  if (forger <= Forger::log_keeper) must_be_the_same(files, original);
  if (forger == Forger::officer) must_show_the_same(files, original);
  return 0;
}
