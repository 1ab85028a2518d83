// SPDX-License-Identifier: Apache-2.0
#include "acquire/copy_out.h"

#include "acquire/copy_file.h"
#include "acquire/teller.h"
#include "base/error.h"
#include "base/file.h"
#include "base/words.h"

namespace acquire {
namespace {

constexpr std::size_t kStep = 4u << 20;
constexpr auto kNothing = base::phrase("Nothing was recorded, and what was copied from is untouched. ");

class CopyingOut {
 public:
  CopyingOut(const std::vector<OutFile>& files, const std::filesystem::path& folder,
             const ProgressCallback& progress, std::stop_token stop)
      : files_(files),
        folder_(folder),
        stop_(std::move(stop)),
        teller_(progress, Progress::Phase::read, total()) {}

  void run() {
    for (const OutFile& file : files_) copy(file);
    base::sync_folder(folder_);
    teller_.enter(Progress::Phase::read_back);
    done_ = 0;
    for (const OutFile& file : files_) read_back(file);
  }

 private:
  std::uint64_t total() const {
    std::uint64_t bytes = 0;
    for (const OutFile& file : files_) bytes += file.source->size();
    return bytes;
  }

  template <typename Take>
  std::string sha256_of(base::ByteSource& source, const std::string& name, const Take& take) {
    base::Hasher hasher(base::Algorithm::sha256);
    base::Buffer block(kStep);
    std::uint64_t offset = 0;
    try {
      while (const std::size_t count = source.read_at(offset, block)) {
        if (stop_.stop_requested())
          throw base::Error(base::ErrorKind::interrupted, base::say("the copy was stopped"),
                            base::say("{}Give the same command: it begins again.", kNothing));
        const base::Bytes bytes = base::Bytes(block).first(count);
        hasher.update(bytes);
        take(bytes);
        offset += count;
        teller_.tell(done_ += count, 0);
      }
    } catch (const base::ReadError& error) {
      throw base::Error(base::ErrorKind::io,
                        base::say("{} cannot be read to its end: {}", name, error.what()),
                        base::say("{}`holdfast copy list` shows which other copies there are.", kNothing));
    }
    return hasher.finish_sha256().hex();
  }

  void copy(const OutFile& file) {
    CopyFile into(folder_ / file.name, kNothing);
    const std::string sha256 =
        sha256_of(*file.source, file.name, [&](base::Bytes bytes) { into.write(bytes); });
    if (sha256 != file.sha256)
      throw base::Error(
          base::ErrorKind::format, base::say("{} is not what was acquired or received", file.name),
          base::say("{}`holdfast exhibit check` records that; copy from another copy.", kNothing));
    into.finish();
  }

  void read_back(const OutFile& file) {
    const auto copy = base::open_source(folder_ / file.name);
    if (sha256_of(*copy, file.name, [](base::Bytes) {}) == file.sha256) return;
    throw base::Error(base::ErrorKind::io,
                      base::say("the copy of {} reads back as something else", file.name),
                      base::say("{}Do not trust this medium; copy to another.", kNothing));
  }

  const std::vector<OutFile>& files_;
  const std::filesystem::path& folder_;
  std::stop_token stop_;
  Teller teller_;
  std::uint64_t done_ = 0;
};

}  // namespace

void copy_out(const std::vector<OutFile>& files, const std::filesystem::path& folder,
              const ProgressCallback& progress, std::stop_token stop) {
  CopyingOut(files, folder, progress, std::move(stop)).run();
}

}  // namespace acquire
