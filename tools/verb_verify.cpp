// SPDX-License-Identifier: Apache-2.0
// verify: a case folder, a bundle or an image; writes nothing.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/counted.h"
#include "base/words.h"
#include "chain-of-custody/verify.h"
#include "image/image.h"
#include "tools/damage_text.h"
#include "tools/exit_code.h"
#include "tools/interrupt.h"
#include "tools/verbs.h"
#include "tools/workplace.h"

namespace tools {
namespace {

int exit_code_of(custody::Verdict verdict) {
  switch (verdict) {
    case custody::Verdict::verified:
    case custody::Verdict::verified_in_part:
      return kDone;
    case custody::Verdict::not_proven:
      return kLookAtIt;
    case custody::Verdict::damaged:
      return kDamaged;
  }
  return kFailed;
}

void add_digest(custody::VerifyReport& report, const image::ImageFacts& facts, base::Algorithm algorithm,
                const base::Buffer& digest) {
  const std::string name(base::name_of(algorithm));
  const auto stated = facts.stored_digests.find(algorithm);
  if (stated == facts.stored_digests.end()) {
    report.statements.push_back(
        base::say("{} of the media {} (the image states none)", name, base::to_hex(digest)));
  } else if (stated->second == digest) {
    report.pass("image.digest", name,
                base::say("the media have the digest that the image states: {}", base::to_hex(digest)));
    report.statements.push_back(
        base::say("{} of the media {} (the image states the same)", name, base::to_hex(digest)));
  } else {
    report.fail("image.digest", name,
                base::say("the image states {}, and its media have {}: one of them was changed, and the "
                          "checksums of the chunks do not tell where",
                          base::to_hex(stated->second), base::to_hex(digest)));
  }
}

void add_digests(custody::VerifyReport& report, const image::ImageFacts& facts,
                 const image::Verification& found) {
  for (const auto& [algorithm, digest] : found.digests) add_digest(report, facts, algorithm, digest);
  if (found.unreadable_bytes != 0) {
    report.impossible(
        "image.digest", facts.files.front(),
        base::say("the digests of the media cannot be computed while parts of it cannot be read"));
  } else if (facts.stored_digests.empty()) {
    report.impossible(
        "image.digest", facts.files.front(),
        base::say("the image states no digest; compare the ones below with the record of its acquisition"));
  }
}

// Chunks without a checksum are sound where a digest of the whole vouches for them.
void add_damage(custody::VerifyReport& report, const image::ImageFacts& facts,
                const image::Verification& found) {
  const bool vouched =
      std::any_of(found.digests.begin(), found.digests.end(), [&facts](const auto& computed) {
        const auto stated = facts.stored_digests.find(computed.first);
        return stated != facts.stored_digests.end() && stated->second == computed.second;
      });
  for (const DamageLine& line : damage_lines(found.damage, facts)) {
    if (line.code != "chunk_checksum_absent") {
      report.fail(base::say("image.{}", line.code), line.file, line.words);
    } else if (!vouched) {
      report.impossible(base::say("image.{}", line.code), line.file, line.words);
    } else {
      report.pass(base::say("image.{}", line.code), line.file,
                  base::say("{}; the digest of the whole does", line.words));
    }
  }
}

void add_summary(custody::VerifyReport& report, const image::ImageFacts& facts,
                 const image::Verification& found) {
  report.statements.insert(
      report.statements.begin(),
      base::say("{} in {}: {} bytes, {} sectors of {}", image::name_of(facts.format),
                base::say_counted(facts.files.size(), "file", "files"), facts.media_bytes,
                (facts.media_bytes + facts.sector_bytes - 1) / facts.sector_bytes, facts.sector_bytes));
  if (!facts.bad.empty()) {
    report.statements.push_back(
        base::say("the image states that these could not be read when it was made, and are zeros: {}",
                  ranges_text(facts.bad)));
  }
  if (found.unreadable_bytes == 0) return;
  report.statements.push_back(
      base::say("{} of {} bytes of the media cannot be read from this image. Other programs may show zeros "
                "there without a word",
                found.unreadable_bytes, facts.media_bytes));
}

custody::VerifyReport verify_image_file(const std::filesystem::path& path,
                                        const std::vector<std::filesystem::path>& further, Console& console) {
  custody::VerifyReport report;
  report.subject = path.string();
  const auto reader = image::open_image(path, further);
  const image::ImageFacts& facts = reader->facts();
  Interrupt interrupt;
  image::VerifyOptions options;
  options.progress = [&](std::uint64_t done) {
    console.progress({"reading", done, facts.media_bytes, true, 0, 0, ""});
  };
  options.stop = [&interrupt] { return interrupt.token().stop_requested(); };
  const image::Verification found = image::verify_image(*reader, options);
  console.end_progress();
  if (found.interrupted) {
    throw base::Error(base::ErrorKind::interrupted,
                      base::say("the verification of {} was stopped", path.string()),
                      base::say("Nothing was changed, and nothing is proven. Verify again."));
  }
  add_damage(report, facts, found);
  add_digests(report, facts, found);
  add_summary(report, facts, found);
  return report;
}

int run(const Arguments& arguments, Console& console) {
  const std::filesystem::path subject = arguments.required("WHAT");
  custody::TrustAnchors anchors;
  for (const std::string& trust : arguments.values("trust")) anchors.add(custody::load_trust(trust));
  for (const std::string& file : arguments.values("checkpoint"))
    anchors.checkpoints.push_back(custody::load_checkpoint(file));
  const auto& also = arguments.values("also");
  if (!also.empty() && !std::filesystem::is_regular_file(subject))
    throw base::Error(
        base::ErrorKind::usage, base::say("--also is for the files of an image, and this is none"),
        base::say("Nothing was checked. Leave --also out, or name the first file of the image."));
  custody::VerifyReport report;
  if (std::filesystem::is_regular_file(subject)) {
    if (!anchors.checkpoints.empty())
      throw base::Error(base::ErrorKind::usage,
                        base::say("--checkpoint is for ledgers, and this is an image"),
                        base::say("Nothing was checked. Leave --checkpoint out, or name the case."));
    report = verify_image_file(subject, {also.begin(), also.end()}, console);
  } else if (std::filesystem::exists(subject / "bagit.txt")) {
    report = custody::verify_bundle(*base::files_in_folder(subject), anchors);
    report.subject = subject.string();
  } else if (std::filesystem::exists(subject / "ledger.db")) {
    report = custody::verify_ledger_folder(subject, anchors);
  } else if (const auto folder = store::CaseFolder::find(std::filesystem::absolute(subject))) {
    report = custody::verify_case(folder->root(), anchors);
  } else {
    throw base::Error(base::ErrorKind::not_found,
                      base::say("{} is no case, no bundle, no ledger and no image", subject.string()),
                      base::say("Nothing was checked. Name a case folder, a bundle folder (it holds "
                                "bagit.txt), a ledger's folder (ledger.db) or the first file of an image."));
  }
  console.object(report.to_json());
  for (const std::string& line : custody::in_words(report, arguments.has("all"))) console.line(line);
  return exit_code_of(report.verdict());
}

constexpr std::array kOptions{
    Option{"WHAT", OptionKind::positional, "CASE|BUNDLE|LEDGER|IMAGE",
           base::phrase("a case folder, a bundle folder, a ledger's folder, or the first file of an image")},
    Option{"trust", OptionKind::value_many, "PEM",
           base::phrase("your own trust anchors: a PEM file or a folder of them; what a bundle "
                        "brings along is never trusted")},
    Option{"checkpoint", OptionKind::value_many, "FILE",
           base::phrase("a checkpoint that you kept from earlier: the ledger must continue it")},
    Option{"also", OptionKind::value_many, "DIR",
           base::phrase("of an image: a further folder that holds files of it")},
    Option{"all", OptionKind::flag, "", base::phrase("show the checks that passed too")}};

}  // namespace

const Verb kVerify{
    "",
    "verify",
    base::phrase("check a case, a bundle or an image; writes nothing"),
    kOptions,
    "  holdfast verify KK-2026_ed1 --trust partner-roots.pem\n  holdfast verify "
    "exhibits/KK-A-0001/a1/KK-A-0001_a1.E01",
    base::phrase("0 VERIFIED or VERIFIED IN PART; 1 DAMAGED; 2 usage; 3 NOT PROVEN; 4 could not be read"),
    run};

}  // namespace tools
