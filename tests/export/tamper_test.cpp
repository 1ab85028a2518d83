// SPDX-License-Identifier: Apache-2.0
// Every way to damage or forge a bundle that the tamper list names (T110-T119, T139-T148, T163): found, and
// the damaged object named.
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "chain-of-custody/bagit.h"
#include "support.h"

namespace exporter::test {
namespace {

using base::Json;
using custody::VerifyReport;
using Files = std::map<std::string, base::Buffer, std::less<>>;
namespace bagit = custody::bagit;

// One small bundle, made once: people as pseudonyms, one message withheld, one in part.
SampleCase& sample_case() {
  static SampleCase kSample;
  return kSample;
}
const Files& bundle() {
  static const Files kFiles = [] {
    Json request = plain_request().set("pseudonymise_people", true);
    request.set("decisions",
                Json::array({decision(sample_case().sample.ids["thai"], {}),
                             decision(sample_case().sample.ids["plan"], {"text"}, "PRIVILEGE")}));
    sample_case().write(request, "ed1");
    return sample_case().files("ed1");
  }();
  return kFiles;
}

VerifyReport verify(const Files& files) {
  const auto set = base::files_in_memory(files);
  return custody::verify_bundle(*set, trusting_officer());
}

std::string text(const Files& files, const std::string& name) {
  return std::string(base::as_text(files.at(name)));
}
void put(Files& files, const std::string& name, const std::string& content) {
  files[name] = base::to_buffer(base::as_bytes(content));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

// What an exporter can do who holds the officer's key but cannot change the ledger: new manifests, signed.
void seal_again(Files& files) {
  for (const char* name :
       {"manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt"})
    files.erase(name);
  bagit::Manifest payload256, payload512, tags256, tags512;
  std::uint64_t bytes = 0, count = 0;
  for (const auto& [name, content] : files) {
    if (!name.starts_with("data/")) continue;
    const auto digests = bagit::digests_of(*base::in_memory(content));
    payload256[name] = digests.sha256;
    payload512[name] = digests.sha512;
    bytes += content.size();
    ++count;
  }
  const std::string info = text(files, "bag-info.txt");
  put(files, "bag-info.txt",
      info.substr(0, info.find("Payload-Oxum")) + "Payload-Oxum: " + std::to_string(bytes) + "." +
          std::to_string(count) + "\n");
  put(files, "manifest-sha256.txt", bagit::manifest_text(payload256));
  put(files, "manifest-sha512.txt", bagit::manifest_text(payload512));
  for (const auto& [name, content] : files) {
    if (name.starts_with("data/") || name.starts_with("signatures/")) continue;
    const auto digests = bagit::digests_of(*base::in_memory(content));
    tags256[name] = digests.sha256;
    tags512[name] = digests.sha512;
  }
  put(files, "tagmanifest-sha256.txt", bagit::manifest_text(tags256));
  put(files, "tagmanifest-sha512.txt", bagit::manifest_text(tags512));
  for (auto& [name, content] : files) {
    if (name.starts_with("signatures/"))
      content = officer().sign_detached(files.at("tagmanifest-sha256.txt"));
  }
}

// `sha256sum --check` with the list of files and that of the lists, as a recipient without our program has
// it.
bool sha256sum_accepts(const Files& files) {
  const TestFolder folder;
  for (const auto& [name, content] : files) {
    std::filesystem::create_directories((folder / name).parent_path());
    base::write_durably(folder / name, content);
  }
  return std::system(("cd " + folder.path().string() +
                      " && sha256sum --check --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt "
                      ">/dev/null 2>&1")
                         .c_str()) == 0;
}

bool names(const VerifyReport& report, const std::string& object) {
  for (const custody::Check& check : report.checks) {
    if (check.outcome != custody::Outcome::passed &&
        (check.object.find(object) != std::string::npos || check.what.find(object) != std::string::npos))
      return true;
  }
  return false;
}

void expect_damaged(const Files& files, const std::string& code, const std::string& object) {
  const VerifyReport report = verify(files);
  EXPECT_EQ(name_of(report.verdict()), "DAMAGED");
  EXPECT_NE(failed_codes(report).find(code), std::string::npos) << complaints(report);
  EXPECT_TRUE(names(report, object)) << complaints(report);
}

constexpr char kRecords[] = "data/export/records.jsonl";
constexpr char kProofs[] = "data/disclosure/proofs.jsonl";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}
std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}
std::size_t line_with(const std::vector<std::string>& lines, const std::string& part) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find(part) != std::string::npos) return i;
  }
  ADD_FAILURE() << "no line with " << part;
  return 0;
}

TEST(Tamper, TheBundleItselfVerifies) {
  const VerifyReport report = verify(bundle());
  EXPECT_EQ(name_of(report.verdict()), "VERIFIED IN PART") << complaints(report);
  Files again = bundle();
  seal_again(again);
  EXPECT_EQ(name_of(verify(again).verdict()), "VERIFIED IN PART")
      << "sealing again must be no damage by itself";
  EXPECT_TRUE(sha256sum_accepts(bundle()));
  EXPECT_TRUE(sha256sum_accepts(again));
}

TEST(Tamper, T110UnsafeNames) {
  for (const char* name : {"../outside", "/etc/passwd", "data/../../x", "C:\\x", "data/a\\b", "data/nul",
                           "data/x.", "data/ü", "data/.hidden"}) {
    Files files = bundle();
    put(files, name, "x");
    expect_damaged(files, "bag.name", name);
  }
}

TEST(Tamper, T111LinksAndDevices) {
  TestFolder folder;
  const std::filesystem::path copy = folder / "copy";
  bundle();
  std::filesystem::copy(sample_case().bundle("ed1"), copy, std::filesystem::copy_options::recursive);
  std::filesystem::create_symlink("/etc/passwd", copy / "data" / "link.txt");
  const VerifyReport report = custody::verify_bundle(*base::files_in_folder(copy), trusting_officer());
  EXPECT_EQ(name_of(report.verdict()), "DAMAGED");
  EXPECT_TRUE(names(report, "data/link.txt")) << complaints(report);
  // A pipe that nobody writes to would hold up whoever opens it.
  std::filesystem::remove(copy / "data" / "link.txt");
  ASSERT_EQ(mkfifo((copy / "data" / "pipe").c_str(), 0600), 0);
  const VerifyReport piped = custody::verify_bundle(*base::files_in_folder(copy), trusting_officer());
  EXPECT_EQ(name_of(piped.verdict()), "DAMAGED");
  EXPECT_TRUE(names(piped, "data/pipe")) << complaints(piped);
}

TEST(Tamper, T112NamesThatDifferInCaseOnly) {
  Files files = bundle();
  files["data/report/Index.html"] = files.at("data/report/index.html");
  seal_again(files);
  expect_damaged(files, "bag.name", "data/report/index.html");
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, T115FileThatNoManifestLists) {
  Files files = bundle();
  put(files, "data/report/extra.html", "x");
  expect_damaged(files, "bag.unlisted", "data/report/extra.html");
  EXPECT_TRUE(sha256sum_accepts(files));
  files = bundle();
  put(files, "README.txt", "x");
  expect_damaged(files, "bag.unlisted", "README.txt");
  files = bundle();
  put(files, "signatures/note.txt", "x");
  expect_damaged(files, "bag.unlisted", "signatures/note.txt");
}

TEST(Tamper, T115ListedFileThatIsNotThere) {
  for (const char* name :
       {"data/report/index.html", "data/disclosure/schedule.json", "data/export/records.jsonl", "chain.pem",
        "bagit.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt"}) {
    Files files = bundle();
    files.erase(name);
    const VerifyReport report = verify(files);
    EXPECT_EQ(name_of(report.verdict()), "DAMAGED");
    EXPECT_TRUE(names(report, name)) << complaints(report);
    // It does not ask for the other list of lists, which stands in none.
    EXPECT_EQ(sha256sum_accepts(files), std::string(name) == "tagmanifest-sha512.txt") << name;
  }
}

TEST(Tamper, T115DigestsOfTheOtherAlgorithm) {
  Files files = bundle();
  files["manifest-sha256.txt"] = files.at("manifest-sha512.txt");
  expect_damaged(files, "bag.manifest", "manifest-sha256.txt");
  EXPECT_FALSE(sha256sum_accepts(files));
}

TEST(Tamper, T116StaleTagManifest) {
  Files files = bundle();
  const std::string stale = text(files, "tagmanifest-sha256.txt");
  put(files, "00-START-HERE.html", "<p>other</p>");
  expect_damaged(files, "bag.digest", "00-START-HERE.html");
  EXPECT_FALSE(sha256sum_accepts(files));
}

TEST(Tamper, T117FetchList) {
  Files files = bundle();
  put(files, "fetch.txt", "https://example.org/x 1 data/x\n");
  seal_again(files);
  expect_damaged(files, "bag.fetch", "fetch.txt");
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, T118PayloadOfTheSameSizeAndManifestsToMatch) {
  Files files = bundle();
  put(files, "data/report/index.html",
      replaced(text(files, "data/report/index.html"), "Overview", "overview"));
  seal_again(files);
  expect_damaged(files, "disclose.data", "entry");
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, T119AnchorsInTheBundleCountForNothing) {
  Files files = bundle();
  put(files, "chain.pem", custody::certificate_to_pem(stranger().certificate()));
  seal_again(files);
  for (auto& [name, content] : files) {
    if (name.starts_with("signatures/"))
      content = stranger().sign_detached(files.at("tagmanifest-sha256.txt"));
  }
  const VerifyReport report = verify(files);
  EXPECT_EQ(name_of(report.verdict()), "NOT PROVEN") << complaints(report);
  EXPECT_TRUE(names(report, "signatures/"));
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, NobodySigned) {
  Files files = bundle();
  std::erase_if(files, [](const auto& file) { return file.first.starts_with("signatures/"); });
  expect_damaged(files, "signature.missing", "signatures/");
}

TEST(Tamper, NothingAtAllIsNotVerified) {
  EXPECT_EQ(name_of(verify({}).verdict()), "DAMAGED");
}

TEST(Tamper, T139AlteredPseudonymisedRecord) {
  Files files = bundle();
  put(files, kRecords,
      replaced(text(files, kRecords), "\"identifier_kind\":\"jid\"", "\"identifier_kind\":\"lid\""));
  seal_again(files);
  expect_damaged(files, "records.proof", "KK-A-0001-P000002");
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, AlteredTextOfAWholeRecord) {
  Files files = bundle();
  put(files, kRecords, replaced(text(files, kRecords), "Salary 1200", "Salary 9200"));
  seal_again(files);
  expect_damaged(files, "records.proof", "KK-A-0001-M000002");
}

TEST(Tamper, T140TwoPersonsUnderOnePseudonym) {
  Files files = bundle();
  put(files, kProofs, replaced(text(files, kProofs), "P-0003", "P-0002"));
  seal_again(files);
  expect_damaged(files, "records.pseudonym", "KK-A-0001-P000003");
  EXPECT_TRUE(sha256sum_accepts(files));
  files = bundle();
  const auto& ids = sample_case().sample.ids;
  put(files, kRecords,
      replaced(text(files, kRecords), "\"sender\":\"" + ids.at("dense") + "\"",
               "\"sender\":\"" + ids.at("victim") + "\""));
  seal_again(files);
  expect_damaged(files, "records.proof", kRecords);
}

TEST(Tamper, T141FieldSwappedBetweenRecords) {
  Files files = bundle();
  std::string records = text(files, kRecords);
  records = replaced(records, "Hello, I saw the job advertisement. Is it still open?", "%");
  records = replaced(records, "look: https://invest.example/login?x=1&y=2 javascript:alert(3)",
                     "Hello, I saw the job advertisement. Is it still open?");
  put(files, kRecords,
      replaced(records, "%", "look: https://invest.example/login?x=1&y=2 javascript:alert(3)"));
  seal_again(files);
  expect_damaged(files, "records.proof", "KK-A-0001-M000001");
  expect_damaged(files, "records.proof", "KK-A-0001-M000007");
}

TEST(Tamper, T141MembersOfAProofInAnotherOrder) {
  Files files = bundle();
  std::vector<std::string> proofs = lines_of(text(files, kProofs));
  const std::size_t at = line_with(proofs, "KK-A-0001-P000002");
  Json proof = base::parse_line(base::as_bytes(proofs[at]));
  Json fields = proof.at("fields");
  std::swap(fields.items()[0], fields.items()[1]);
  proofs[at] = proof.set("fields", fields).canonical();
  put(files, kProofs, joined(proofs));
  seal_again(files);
  expect_damaged(files, "records.order", "KK-A-0001-P000002");
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, T142FieldListOfAnotherType) {
  Files files = bundle();
  std::vector<std::string> records = lines_of(text(files, kRecords));
  const std::size_t at = line_with(records, "\"type\":\"call\"");
  records[at] = replaced(records[at], "\"type\":\"call\"", "\"type\":\"reaction\"");
  put(files, kRecords, joined(records));
  seal_again(files);
  expect_damaged(files, "records.type", "line " + std::to_string(at + 1));
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, T147OneRecordTwice) {
  Files files = bundle();
  for (const char* name : {kRecords, kProofs}) {
    std::vector<std::string> lines = lines_of(text(files, name));
    lines.push_back(lines[5]);
    put(files, name, joined(lines));
  }
  seal_again(files);
  const VerifyReport report = verify(files);
  const std::string codes = failed_codes(report);
  for (const char* code : {"records.twice", "records.id", "records.citation", "schedule.counts"})
    EXPECT_NE(codes.find(code), std::string::npos) << codes;
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, T148IdOfAWithheldRecord) {
  // The id itself cannot be put back into a released member: the member was withheld with it, and a record
  // that is not part of the edition may not be named.
  Files files = bundle();
  std::vector<std::string> records = lines_of(text(files, kRecords));
  const std::string id = sample_case().sample.ids.at("hello");
  const std::size_t gone = line_with(records, "\"id\":\"" + id + "\"");
  std::vector<std::string> proofs = lines_of(text(files, kProofs));
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(gone));
  proofs.erase(proofs.begin() + static_cast<std::ptrdiff_t>(gone));
  put(files, kRecords, joined(records));
  put(files, kProofs, joined(proofs));
  seal_again(files);
  expect_damaged(files, "records.reference", kRecords);
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, RecordLeftOutWithoutAWord) {
  Files files = bundle();
  for (const char* name : {kRecords, kProofs}) {
    std::vector<std::string> lines = lines_of(text(files, name));
    lines.pop_back();
    put(files, name, joined(lines));
  }
  seal_again(files);
  expect_damaged(files, "schedule.counts", "schedule.json");
}

TEST(Tamper, RecordAddedToTheTree) {
  Files files = bundle();
  const std::string tree = "data/disclosure/record-tree-1.txt";
  std::vector<std::string> lines = lines_of(text(files, tree));
  lines.push_back(std::string(64, 'f'));
  put(files, tree, joined(lines));
  seal_again(files);
  expect_damaged(files, "records.root", tree);
}

TEST(Tamper, ScheduleThatSaysLess) {
  Files files = bundle();
  Json schedule = base::parse_json(files.at("data/disclosure/schedule.json"));
  Json withheld = schedule.at("withheld");
  withheld.items().pop_back();
  put(files, "data/disclosure/schedule.json", schedule.set("withheld", withheld).pretty());
  seal_again(files);
  expect_damaged(files, "schedule.counts", "schedule.json");
}

TEST(Tamper, T163OtherPayloadUnderADisclosedName) {
  SampleCase& sample = sample_case();
  bundle();
  TestFolder elsewhere;
  // The same officer makes a wider edition under the name of the first, and puts the first's custody part in.
  write_bundle(sample.inputs(plain_request()), elsewhere / "ed1", *sample.ledger, officer());
  Files files;
  const auto wide = base::files_in_folder(elsewhere / "ed1");
  for (const std::string& name : wide->names()) {
    if (!name.starts_with("data/custody/")) files[name] = wide->read(name);
  }
  for (const auto& [name, content] : bundle()) {
    if (name.starts_with("data/custody/")) files[name] = content;
  }
  seal_again(files);
  expect_damaged(files, "disclose.data", "entry");
  EXPECT_TRUE(sha256sum_accepts(files));
}

TEST(Tamper, LedgerPartThatGoesOnAfterTheDisclosure) {
  SampleCase sample;
  sample.write(plain_request(), "one");
  sample.write(plain_request(), "two");
  Files files = sample.files("one");
  std::erase_if(files, [](const auto& file) { return file.first.starts_with("data/custody/"); });
  for (const auto& [name, content] : sample.files("two")) {
    if (name.starts_with("data/custody/")) files[name] = content;
  }
  seal_again(files);
  expect_damaged(files, "disclose.edition", "entry");
}

std::size_t flips() {
  const char* count = std::getenv("HOLDFAST_FLIPS");
  return count == nullptr ? 1000 : static_cast<std::size_t>(std::atoll(count));
}

// HOLDFAST_FLIPS sets how many; a long run takes 10000.
TEST(Tamper, EveryBitCounts) {
  std::mt19937_64 random(20261121);
  std::vector<std::string> names_of_files;
  for (const auto& [name, content] : bundle()) names_of_files.push_back(name);
  Files files = bundle();
  for (std::size_t i = 0; i < flips(); ++i) {
    // By file first, so that the short ones, which hold the signatures, get their share.
    const std::string& name = names_of_files[random() % names_of_files.size()];
    base::Buffer& content = files.at(name);
    const std::size_t at = random() % content.size();
    const auto bit = static_cast<std::byte>(1u << (random() % 8));
    content[at] ^= bit;
    const VerifyReport report = verify(files);
    EXPECT_EQ(name_of(report.verdict()), "DAMAGED") << name << " byte " << at;
    EXPECT_TRUE(names(report, name)) << name << " byte " << at << "\n" << complaints(report);
    content[at] ^= bit;
  }
}

}  // namespace
}  // namespace exporter::test
