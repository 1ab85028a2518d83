// SPDX-License-Identifier: Apache-2.0
#include "acquire/check_image.h"

#include <exception>
#include <thread>

#include "acquire/teller.h"
#include "base/error.h"
#include "base/file.h"

namespace acquire {
namespace {

constexpr std::size_t kStep = 1u << 20;

Report::File hash_file(const std::filesystem::path& path, const std::stop_token& stop) {
  const auto source = base::open_source(path);
  base::Hasher hasher(base::Algorithm::sha256);
  base::Buffer block(kStep);
  std::uint64_t offset = 0;
  while (!stop.stop_requested()) {
    const std::size_t count = source->read_at(offset, block);
    if (count == 0) break;
    hasher.update(base::Bytes(block).first(count));
    offset += count;
  }
  return {path.filename().string(), offset, hasher.finish_sha256().hex(), path};
}

// Runs `work` beside the caller; `join` waits and throws what it threw.
class Beside {
 public:
  template <typename Work>
  explicit Beside(Work work)
      : thread_([this, work] {
          try {
            work();
          } catch (...) {
            failure_ = std::current_exception();
          }
        }) {}
  ~Beside() {
    if (thread_.joinable()) thread_.join();
  }
  void join() {
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::exception_ptr failure_;
  std::thread thread_;
};

std::vector<Report::File> hash_files(const std::filesystem::path& folder,
                                     const std::vector<std::string>& names, const std::stop_token& stop) {
  std::vector<Report::File> files;
  for (const auto& name : names) {
    auto file = hash_file(folder / name, stop);
    if (stop.stop_requested()) break;
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

CheckedImage check_image(const std::filesystem::path& first_file,
                         const std::vector<std::filesystem::path>& further, const ProgressCallback& progress,
                         const std::stop_token& stop) {
  CheckedImage checked;
  const auto reader = image::open_image(first_file, further);
  checked.facts = reader->facts();
  Beside files([&] { checked.files = hash_files(first_file.parent_path(), checked.facts.files, stop); });
  Teller teller(progress, Progress::Phase::read_back, checked.facts.media_bytes);
  image::VerifyOptions options;
  options.progress = [&teller](std::uint64_t done) { teller.tell(done, 0); };
  options.stop = [&stop] { return stop.stop_requested(); };
  checked.verification = image::verify_image(*reader, options);
  files.join();
  checked.verification.interrupted |= stop.stop_requested();
  if (!checked.verification.interrupted) teller.tell(checked.facts.media_bytes, 0, Teller::When::always);
  return checked;
}

}  // namespace acquire
