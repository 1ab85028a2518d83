// SPDX-License-Identifier: Apache-2.0
#include "acquire/receive.h"

#include <algorithm>

#include "acquire/copy_file.h"
#include "acquire/teller.h"
#include "base/error.h"
#include "base/file.h"
#include "base/provenance.h"
#include "base/words.h"
#include "image/three_digests.h"

namespace acquire {
namespace {

namespace fs = std::filesystem;
using base::Algorithm;

constexpr std::size_t kStep = 4u << 20;
constexpr auto kBeginAgain = base::phrase(
    "Nothing was recorded, and what was sent is untouched. Give the same command: it begins again.");

[[noreturn]] void stopped() {
  throw base::Error(base::ErrorKind::interrupted, base::say("the import was stopped"), kBeginAgain);
}

// What is read of one file: three digests, and SHA-512 where somebody states one.
class ManyDigests {
 public:
  explicit ManyDigests(bool also_sha512) {
    if (also_sha512) sha512_.emplace(Algorithm::sha512);
  }
  void update(base::Bytes bytes) {
    three_.update(bytes);
    if (sha512_) sha512_->update(bytes);
  }
  Digests finish() {
    Digests digests = three_.finish();
    if (sha512_) digests[Algorithm::sha512] = sha512_->finish();
    return digests;
  }

 private:
  image::ThreeDigests three_;
  std::optional<base::Hasher> sha512_;
};

class Receiving {
 public:
  Receiving(const ReceivePlan& plan, const ProgressCallback& progress, std::stop_token stop)
      : plan_(plan), progress_(progress), stop_(std::move(stop)) {
    also_sha512_ = std::ranges::any_of(plan.stated,
                                       [](const Stated& one) { return one.algorithm == Algorithm::sha512; });
  }

  Report run() {
    const bool in_place = plan_.folder.empty();
    received_.from = plan_.from;
    received_.request = plan_.request;
    received_.what = plan_.incoming.what;
    received_.in_place = in_place;
    if (!in_place) copy_all();
    Report report = read(in_place);
    if (report.outcome == Outcome::interrupted) stopped();
    if (in_place)
      take_digests(report);
    else
      require_same(report);
    judge(report, in_place);
    return report;
  }

 private:
  void copy_all() {
    Teller teller(progress_, Progress::Phase::read, plan_.incoming.bytes);
    for (std::size_t i = 0; i < plan_.incoming.files.size(); ++i) {
      CopyFile into(plan_.folder / plan_.incoming.names[i], kBeginAgain);
      read_one(plan_.incoming.files[i], [&](base::Bytes bytes) {
        into.write(bytes);
        done_ += bytes.size();
        teller.tell(done_, 0);
      });
      into.finish();
    }
    base::sync_folder(plan_.folder);
  }

  template <typename Take>
  void read_one(const fs::path& file, const Take& take) {
    const auto source = base::open_source(file);
    ReceivedFile one{file.filename().string(), 0, {}};
    one.digests = digests_of(*source, file.string(), take, one.bytes);
    received_.files.push_back(std::move(one));
  }

  template <typename Take>
  Digests digests_of(base::ByteSource& source, const std::string& name, const Take& take,
                     std::uint64_t& bytes) {
    ManyDigests digests(also_sha512_);
    base::Buffer block(kStep);
    try {
      while (!stop_.stop_requested()) {
        const std::size_t count = source.read_at(bytes, block);
        if (count == 0) return digests.finish();
        digests.update(base::Bytes(block).first(count));
        take(base::Bytes(block).first(count));
        bytes += count;
      }
    } catch (const base::ReadError& error) {
      throw base::Error(base::ErrorKind::io,
                        base::say("{} cannot be read to its end: {}", name, error.what()),
                        base::say("Nothing was recorded. Image the medium that it lies on with `holdfast "
                                  "acquire`, and import it from there."));
    }
    stopped();
  }

  // What lies here now, as any adopted image is read.
  Report read(bool in_place) {
    const Incoming& incoming = plan_.incoming;
    if (incoming.what == "files") return adopt(plan_.folder, progress_, stop_);
    if (!in_place) return adopt(plan_.folder / incoming.names.front(), progress_, stop_);
    std::vector<fs::path> further;
    for (const fs::path& file : incoming.files)
      if (file.parent_path() != incoming.files.front().parent_path()) further.push_back(file.parent_path());
    return adopt(incoming.files.front(), progress_, stop_, further);
  }

  // The copy on the disk against the digests of what was read. An image that lacks a segment names it too.
  void require_same(const Report& report) {
    for (const Report::File& file : report.files) {
      const auto name = std::ranges::find(plan_.incoming.names, file.name);
      if (name == plan_.incoming.names.end()) continue;
      const auto index = static_cast<std::size_t>(name - plan_.incoming.names.begin());
      if (base::to_hex(received_.files[index].digests.at(Algorithm::sha256)) == file.sha256) {
        ++same_;
        continue;
      }
      throw base::Error(
          base::ErrorKind::io,
          base::say("the copy of {} reads back as something else", plan_.incoming.files[index].string()),
          base::say("Nothing was recorded, and what was sent is untouched. Import to another disk, and do "
                    "not trust this one."));
    }
    if (same_ == plan_.incoming.names.size()) return;
    throw base::Error(base::ErrorKind::io, base::say("not every file of the copy could be read back"),
                      kBeginAgain);
  }

  // Left where it lies: MD5, SHA-1 and SHA-512 of single files only where somebody states them.
  void take_digests(const Report& report) {
    const bool is_media = report.files.size() == 1 && report.format == OutputFormat::raw;
    const bool more = also_sha512_ || std::ranges::any_of(plan_.stated, [](const Stated& one) {
                        return one.algorithm != Algorithm::sha256;
                      });
    for (const Report::File& file : report.files) {
      const bool folder = report.format == OutputFormat::folder;
      ReceivedFile one{folder ? base::percent_decode(file.name) : file.name, file.bytes, {}};
      if (!file.sha256.empty()) one.digests[Algorithm::sha256] = base::from_hex(file.sha256);
      if (is_media) one.digests = report.media_digests;
      if (more && (!is_media || also_sha512_)) one.digests = read_again(report, file, one.name);
      received_.files.push_back(std::move(one));
    }
  }

  Digests read_again(const Report& report, const Report::File& file, const std::string& name) {
    const auto nothing = [](base::Bytes) {};
    std::uint64_t bytes = 0;
    if (report.format != OutputFormat::folder)
      return digests_of(*base::open_source(file.path), name, nothing, bytes);
    if (file.sha256.empty()) return {};  // it could not be read to its end, and the report says so
    const auto source = base::files_in_folder(plan_.incoming.files.front())->open(name);
    return digests_of(*source, name, nothing, bytes);
  }

  void judge(Report& report, bool in_place) {
    std::vector<Stated> stated = plan_.stated;
    for (const auto& [algorithm, digest] : report.stated_digests)
      stated.push_back({algorithm, digest, {}, "image", true});
    compare_with_stated(stated, report.media_digests, received_);
    // It stands as it came, whatever was stated of it.
    report.outcome = report.bad_bytes == 0 ? Outcome::complete : Outcome::complete_with_bad_ranges;
    report.trouble.clear();
    report.read_back = in_place ? ReadBack::nothing_stated : ReadBack::equal;
    report.source.path = plan_.incoming.files.front().string();
    report.received = std::move(received_);
  }

  const ReceivePlan& plan_;
  const ProgressCallback& progress_;
  std::stop_token stop_;
  bool also_sha512_ = false;
  std::uint64_t done_ = 0;
  std::size_t same_ = 0;
  Received received_;
};

}  // namespace

Report receive(const ReceivePlan& plan, const ProgressCallback& progress, std::stop_token stop) {
  return Receiving(plan, progress, std::move(stop)).run();
}

}  // namespace acquire
