// SPDX-License-Identifier: Apache-2.0
// Answers for the program where a second verifier is asked the same: reads ledgers from its input, one after
// another, and writes a line for each: the verdict, the codes that failed, those that were not possible,
// between tabs. One thread.
//
// A ledger is a number of files, then for each its name and its bytes; numbers and lengths are 32 bits, the
// highest byte first. The first file, `kind`, holds `whole` or `edition`, or `folder` and a path to read
// from; files below `anchors/` are the verifier's own certificates in DER; the others are named as in an
// edition.
#include <cstdio>
#include <set>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/verify.h"

namespace {

using custody::Outcome;

bool read_exactly(void* into, std::size_t size) {
  return std::fread(into, 1, size, stdin) == size;
}

std::uint32_t read_number() {
  unsigned char bytes[4];
  if (!read_exactly(bytes, sizeof bytes))
    throw base::Error(base::ErrorKind::format, "the input ends within a ledger", "Nothing was written.");
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         bytes[3];
}

base::Buffer read_bytes() {
  base::Buffer bytes(read_number());
  if (!bytes.empty() && !read_exactly(bytes.data(), bytes.size()))
    throw base::Error(base::ErrorKind::format, "the input ends within a file", "Nothing was written.");
  return bytes;
}

struct Question {
  std::string kind;
  custody::TrustAnchors anchors;
  std::map<std::string, base::Buffer, std::less<>> files;
};

constexpr char kPrefix[] = "data/custody/station-a/";

Question read_question(std::uint32_t count) {
  Question question;
  for (; count > 0; --count) {
    const std::string name(base::as_text(read_bytes()));
    base::Buffer bytes = read_bytes();
    if (name == "kind")
      question.kind = base::as_text(bytes);
    else if (name.starts_with("anchors/"))
      question.anchors.certificates.push_back(std::move(bytes));
    else
      question.files.emplace(kPrefix + name, std::move(bytes));
  }
  return question;
}

custody::VerifyReport judge(Question question) {
  custody::VerifyReport report;
  constexpr std::string_view kFolder = "folder ";
  if (question.kind.starts_with(kFolder)) {
    const custody::LedgerContent content = custody::read_ledger(question.kind.substr(kFolder.size()));
    verify_ledger(content, custody::Coverage::whole, question.anchors, report);
    return report;
  }
  const custody::LedgerContent content =
      ledger_from_files(*base::files_in_memory(std::move(question.files)), kPrefix, report);
  const bool whole = question.kind == "whole";
  verify_ledger(content, whole ? custody::Coverage::whole : custody::Coverage::edition, question.anchors,
                report);
  return report;
}

std::string codes(const custody::VerifyReport& report, Outcome outcome) {
  std::set<std::string> found;
  for (const custody::Check& check : report.checks)
    if (check.outcome == outcome) found.insert(check.code);
  std::string text;
  for (const std::string& code : found) text += (text.empty() ? "" : " ") + code;
  return text;
}

void answer(Question question) {
  try {
    const custody::VerifyReport report = judge(std::move(question));
    std::printf("%s\t%s\t%s\n", std::string(name_of(report.verdict())).c_str(),
                codes(report, Outcome::failed).c_str(), codes(report, Outcome::not_possible).c_str());
  } catch (const base::Error& error) {
    // A folder that holds no ledger that can be read: the program says so instead of a verdict.
    std::printf("DAMAGED\tledger.read\t\n");
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::fflush(stdout);
}

}  // namespace

int main() {
  try {
    for (int next = std::getchar(); next != EOF; next = std::getchar()) {
      std::ungetc(next, stdin);
      answer(read_question(read_number()));
    }
    return 0;
  } catch (const base::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
