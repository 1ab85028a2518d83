// SPDX-License-Identifier: Apache-2.0
// A small case made by the real parts: two exhibits with segments, a ledger, an officer, a request.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/records.h"
#include "chain-of-custody/verify.h"
#include "export/bundle.h"
#include "export/report.h"
#include "tests/support/made_sight.h"

namespace exporter::test {

class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

const custody::Signer& officer();
const custody::Signer& stranger();
const base::SecretSealer& sealer();
const base::SecretOpener& opener();

inline constexpr char kPhone[] = "a1000000000000000000000000000001";
inline constexpr char kLaptop[] = "a2000000000000000000000000000002";

// Records of one acquisition of one exhibit, in the order in which they are added; then its segment.
class SegmentMaker {
 public:
  SegmentMaker(std::string uid, std::string label, std::string acquisition = "a1");
  base::RecordId source(const std::string& path, const std::string& sha256);
  // A record that stands in the row of a table of the source added last.
  template <typename Struct>
  base::RecordId row(const Struct& values, const std::string& table, std::int64_t rowid) {
    return add(base::record_of(values, {last_source_, base::Row{table, rowid}, base::State::live, 0}));
  }
  base::RecordId add(base::Record record);
  SegmentInput finish(const std::filesystem::path& folder, base::SegmentFacts* facts = nullptr) const;
  std::vector<base::Record> records;

 private:
  std::string uid_, label_, acquisition_;
  base::RecordId last_source_;
  base::Locator last_path_;
};

// Texts of the sample, for tests that look for them.
inline constexpr char kVictimName[] = "Somchai Rattanakosin";
inline constexpr char kVictimNumber[] = "66812345678";
inline constexpr char kVictimJid[] = "66812345678@s.whatsapp.net";
inline constexpr char kDenseName[] = "王伟";
inline constexpr char kThai[] = "ช่วยด้วย เขายึดพาสปอร์ตของฉัน";
inline constexpr char kTronAddress[] = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8";

struct Sample {
  SegmentMaker phone{kPhone, "KK-A-0001"};
  SegmentMaker laptop{kLaptop, "KK-A-0002"};
  std::map<std::string, base::RecordId> ids;  // by a name of ours: "victim", "thai", …
};
Sample make_sample();

class SampleCase {
 public:
  SampleCase();
  explicit SampleCase(Sample sample);
  BundleInputs inputs(const base::Json& request);
  BundleFacts write(const base::Json& request, const std::string& name);
  std::filesystem::path bundle(const std::string& name) const { return folder / name; }
  std::map<std::string, base::Buffer, std::less<>> files(const std::string& name) const;
  std::unique_ptr<base::FileSet> set(const std::string& name) const {
    return base::files_in_memory(files(name));
  }

  TestFolder folder;
  Sample sample;
  std::unique_ptr<custody::Ledger> ledger;
  std::vector<SegmentInput> segments;
  store::Sight sight = support::sight_of_all();
};

// A request for both exhibits that withholds nothing.
base::Json plain_request();
base::Json decision(const base::RecordId& record, std::vector<std::string> fields,
                    const std::string& reason = "VICTIM");
Request request_of(const base::Json& json);

custody::TrustAnchors trusting_officer();
std::string failed_codes(const custody::VerifyReport& report);
// "code object: what", a line each, of all that failed or was not possible.
std::string complaints(const custody::VerifyReport& report);

// Report inputs for an edition, with made-up ledger facts.
ReportInputs report_inputs(const Edition& edition);

}  // namespace exporter::test
