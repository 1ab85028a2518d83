// SPDX-License-Identifier: Apache-2.0
// Makes and verifies a long ledger, for tests/bench/ledger.sh:
//   ledger_driver make FOLDER ENTRIES    a ledger of so many entries by one person, on 40 exhibits
//   ledger_driver verify FOLDER          everything in it
// Prints one line of name=value pairs.
#include <chrono>
#include <cstdio>
#include <cstring>

#include <sys/resource.h>

#include "base/error.h"
#include "base/file.h"
#include "chain-of-custody/verify.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kExhibits = 40;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

custody::LedgerPlaces places_in(const std::filesystem::path& folder) {
  return {folder / "ledger", folder / "log.key", folder / "high-water"};
}

std::string uid_of(int exhibit) {
  char uid[33];
  std::snprintf(uid, sizeof uid, "%032d", exhibit + 1);
  return uid;
}

base::Event event_of(std::uint64_t n) {
  const int exhibit = static_cast<int>(n % kExhibits);
  base::Json members = base::Json::object();
  if (n < kExhibits) {
    members.set("label", "KK-A-" + std::to_string(exhibit)).set("kind", "phone");
    return {"exhibit.add", {{uid_of(exhibit), members, base::Json::object()}}, base::Json::object(), false};
  }
  members.set("acquisition", "a1").set("object", "image").set("result", "equal");
  return {"verify", {{uid_of(exhibit), members, base::Json::object()}}, base::Json::object(), false};
}

int make(const std::filesystem::path& folder, std::uint64_t entries) {
  custody::make_identity(folder, {"bench", "Bench", "Bench", "", 730}, "");
  const auto signer = custody::unlock_signer(folder, "bench", [] { return std::string(); });
  const auto ledger = custody::Ledger::create(places_in(folder),
                                              {"bench.example", "B-1", "A", base::Json::object()}, *signer);
  // The first and the last thousand: what an entry costs must not depend on how many there are.
  double first = 0, last = 0;
  auto mark = Clock::now();
  for (std::uint64_t n = 0; n + 1 < entries; ++n) {
    ledger->append(event_of(n));
    if (n % 1000 != 999) continue;
    last = seconds_since(mark);
    if (first == 0) first = last;
    mark = Clock::now();
  }
  std::printf("entries=%llu first_us=%.1f last_us=%.1f\n", static_cast<unsigned long long>(entries),
              first * 1000, last * 1000);
  return 0;
}

int verify(const std::filesystem::path& folder) {
  custody::TrustAnchors anchors;
  anchors.certificates.push_back(custody::identity_facts(folder, "bench").sign_certificate);
  const auto start = Clock::now();
  const auto report = custody::verify_ledger_folder(places_in(folder).folder, anchors);
  const double seconds = seconds_since(start);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds_of = [](const timeval& time) {
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
  };
  std::printf("seconds=%.3f cpu_seconds=%.3f peak_kib=%ld verdict=%s\n", seconds,
              seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime), usage.ru_maxrss,
              std::string(custody::name_of(report.verdict())).c_str());
  return report.verdict() == custody::Verdict::verified ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 4 && std::strcmp(argv[1], "make") == 0) return make(argv[2], std::stoull(argv[3]));
    if (argc == 3 && std::strcmp(argv[1], "verify") == 0) return verify(argv[2]);
  } catch (const base::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.advice.c_str());
    return 4;
  }
  return 2;
}
