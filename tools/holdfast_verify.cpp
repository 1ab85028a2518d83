// SPDX-License-Identifier: Apache-2.0
// holdfast-verify: a bundle, a ledger or a case against the verifier's own trust. A program of its own,
// linked statically: it needs nothing installed, opens no socket, follows no link and writes nothing.
#include <cstdio>
#include <string>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/error.h"
#include "base/sandbox.h"
#include "chain-of-custody/verify.h"
#include "tools/exit_code.h"
#include "version.h"

namespace {

namespace fs = std::filesystem;
using tools::ExitCode;

constexpr char kHelp[] =
    "Usage: holdfast-verify [--trust PATH]... [--checkpoint FILE]... [--json] [--all] WHAT\n"
    "\n"
    "  WHAT          a bundle's folder (it holds bagit.txt), a ledger's folder (ledger.db), or a case's "
    "folder\n"
    "  --trust PATH  your own trust: a PEM file, or a folder of certificates, time/, *.crl and *.policy;\n"
    "                what comes with the evidence is never trusted\n"
    "  --checkpoint FILE\n"
    "                a checkpoint that you kept from earlier: the ledger must continue it\n"
    "  --json        one JSON object instead of words\n"
    "  --all         show the checks that passed too\n"
    "\n"
    "  holdfast-verify --trust partner-roots.pem KK-2026_ed1\n"
    "  holdfast-verify --trust trust/ --json /media/stick/KK-2026.ledger/A\n"
    "\n"
    "Nothing is written, no network is used. Exit codes: 0 VERIFIED or VERIFIED IN PART; 1 DAMAGED; 2 "
    "usage;\n"
    "3 NOT PROVEN; 4 could not be read\n";

struct Wishes {
  std::vector<fs::path> trust, checkpoints;
  fs::path what;
  bool json = false, all = false;
};

base::Error wrong(const std::string& what) {
  return base::Error(base::ErrorKind::usage, what,
                     "Nothing was checked. `holdfast-verify --help` shows how.");
}

Wishes wishes_of(int argc, char** argv) {
  Wishes wishes;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--json")
      wishes.json = true;
    else if (word == "--all")
      wishes.all = true;
    else if (word == "--trust" && i + 1 < argc)
      wishes.trust.emplace_back(argv[++i]);
    else if (word == "--checkpoint" && i + 1 < argc)
      wishes.checkpoints.emplace_back(argv[++i]);
    else if (word.starts_with("--"))
      throw wrong(word + " is no option, or lacks its value");
    else if (!wishes.what.empty())
      throw wrong("one folder is verified at a time");
    else
      wishes.what = word;
  }
  if (wishes.what.empty()) throw wrong("no folder is named");
  return wishes;
}

// A case may say where images lie that are not in it; without the sandbox's leave they count as not here.
void lock_up(const Wishes& wishes) {
  base::SandboxPolicy policy;
  policy.readable = wishes.trust;
  policy.readable.insert(policy.readable.end(), wishes.checkpoints.begin(), wishes.checkpoints.end());
  policy.readable.push_back(wishes.what);
  policy.output_bytes = 1u << 30;
  const base::SandboxState state = base::enter_sandbox(policy);
  if (!state.complete())
    std::fprintf(stderr, "holdfast-verify: this kernel lacks a part of the sandbox (%s)\n",
                 state.for_people().c_str());
}

custody::VerifyReport verify(const fs::path& what, const custody::TrustAnchors& anchors) {
  if (fs::exists(what / "bagit.txt")) {
    auto report = custody::verify_bundle(*base::files_in_folder(what), anchors);
    report.subject = what.string();
    return report;
  }
  if (fs::exists(what / "ledger.db")) return custody::verify_ledger_folder(what, anchors);
  if (fs::exists(what / "ledgers")) return custody::verify_case(what, anchors);
  throw base::Error(base::ErrorKind::not_found, what.string() + " is no bundle, no ledger and no case",
                    "Nothing was checked. Name the folder that holds bagit.txt, ledger.db or ledgers/.");
}

int exit_code_of(custody::Verdict verdict) {
  switch (verdict) {
    case custody::Verdict::verified:
    case custody::Verdict::verified_in_part:
      return ExitCode::kDone;
    case custody::Verdict::not_proven:
      return ExitCode::kLookAtIt;
    case custody::Verdict::damaged:
      return ExitCode::kDamaged;
  }
  return ExitCode::kFailed;
}

int run(const Wishes& wishes) {
  // What is configured on this machine is not asked, and nothing is set up after the sandbox is closed.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  const base::Digest ready = base::sha256(base::Bytes());
  static_cast<void>(ready);
  lock_up(wishes);
  custody::TrustAnchors anchors;
  for (const fs::path& path : wishes.trust) anchors.add(custody::load_trust(path));
  for (const fs::path& file : wishes.checkpoints)
    anchors.checkpoints.push_back(custody::load_checkpoint(file));
  const custody::VerifyReport report = verify(wishes.what, anchors);
  if (wishes.json) {
    std::puts(report.to_json().canonical().c_str());
  } else {
    for (const std::string& line : custody::in_words(report, wishes.all)) std::puts(line.c_str());
  }
  if (std::fflush(stdout) != 0)
    throw base::Error(base::ErrorKind::io, "the result could not be written out",
                      "Nothing was changed. Verify again.");
  return exit_code_of(report.verdict());
}

int fail(bool json, const char* what, const std::string& advice, int code) {
  if (json)
    std::puts(base::Json::object({{"error", what}, {"advice", advice}}).canonical().c_str());
  else
    std::fprintf(stderr, "holdfast-verify: %s\n%s\n", what, advice.c_str());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    json = json || word == "--json";
    if (word == "--help" || word == "-h")
      return std::fputs(kHelp, stdout) < 0 ? ExitCode::kFailed : ExitCode::kDone;
    if (word == "--version") return std::printf("holdfast-verify %s\n", kHoldfastVersion) < 0;
  }
  try {
    return run(wishes_of(argc, argv));
  } catch (const base::Error& error) {
    return fail(json, error.what(), error.advice,
                error.kind == base::ErrorKind::usage ? ExitCode::kUsage : ExitCode::kFailed);
  } catch (const std::bad_alloc&) {
    return fail(json, "the memory does not suffice", "Nothing was changed, and nothing is proven.",
                ExitCode::kFailed);
  } catch (const std::exception& error) {
    return fail(json, error.what(), "Nothing was changed, and nothing is proven.", ExitCode::kFailed);
  }
}
