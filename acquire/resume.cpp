// SPDX-License-Identifier: Apache-2.0
#include "acquire/resume.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "acquire/teller.h"
#include "base/error.h"
#include "base/words.h"
#include "image/blocks.h"

namespace acquire {
namespace {

// Reads one copy from its front and compares it with the marks. Returns the last mark up to which all is as
// it was; `digests` have then taken at least so many bytes, or more where it is not the last mark.
class CopyCheck {
 public:
  CopyCheck(const image::Place& place, const Journal& journal, std::uint64_t limit)
      : journal_(journal), limit_(limit) {
    if (limit != 0) reader_ = image::open_image(first_file_of(place, journal.start().stem), place.then);
  }

  std::uint64_t run(image::DigestThreads& digests, Teller& teller, const std::stop_token& stop) {
    if (limit_ == 0) return 0;
    const std::uint64_t read = feed(digests, teller, stop);
    return agreed(digests, read);
  }

 private:
  std::uint64_t feed(image::DigestThreads& digests, Teller& teller, const std::stop_token& stop) {
    image::BlockPool pool(8, image::kBlockBytes);
    std::uint64_t at = 0;
    for (const auto& mark : journal_.marks()) {
      if (mark.bytes > limit_) break;
      while (at < mark.bytes) {
        if (stop.stop_requested()) {
          throw base::Error(base::ErrorKind::interrupted,
                            base::say("stopped while what is there was checked"),
                            base::say("Nothing was changed. Give the same command again to go on."));
        }
        const auto block = pool.take();
        const auto into = block->bytes().first(std::min<std::uint64_t>(image::kBlockBytes, mark.bytes - at));
        if (!read(at, into)) return at;
        digests.update(block, into);
        at += into.size();
        teller.tell(at, 0);
      }
      digests.mark(mark.bytes);
      ++asked_;
    }
    return at;
  }

  bool read(std::uint64_t at, std::span<std::byte> into) {
    try {
      return reader_->read_at(at, into) == into.size();
    } catch (const base::ReadError&) {
      return false;  // what cannot be read is read from the source again
    }
  }

  std::uint64_t agreed(image::DigestThreads& digests, std::uint64_t read) {
    std::vector<std::pair<std::uint64_t, base::Buffer>> reached;
    while (reached.size() < asked_) {
      for (auto& mark : digests.take_marks()) reached.push_back(std::move(mark));
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::uint64_t good = 0;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const auto& mark = journal_.marks()[i];
      if (mark.bytes > read || base::to_hex(reached[i].second) != mark.sha256) break;
      good = mark.bytes;
    }
    return good;
  }

  const Journal& journal_;
  std::uint64_t limit_;
  std::unique_ptr<image::ImageReader> reader_;
  std::size_t asked_ = 0;
};

std::uint64_t check(const image::Place& place, const Journal& journal, std::uint64_t limit,
                    image::DigestThreads& digests, Teller& teller, const std::stop_token& stop) {
  return CopyCheck(place, journal, limit).run(digests, teller, stop);
}

}  // namespace

std::unique_ptr<image::DigestThreads> three_digests() {
  return std::make_unique<image::DigestThreads>(
      std::vector{base::Algorithm::md5, base::Algorithm::sha1, base::Algorithm::sha256});
}

std::filesystem::path first_file_of(const image::Place& place, const std::string& stem) {
  std::vector<std::filesystem::path> folders{place.folder};
  folders.insert(folders.end(), place.then.begin(), place.then.end());
  for (const auto& folder : folders) {
    for (const char* extension : {".E01", ".dd", ".001", ".0001", ".00001"}) {
      if (std::filesystem::exists(folder / (stem + extension))) return folder / (stem + extension);
    }
  }
  throw base::Error(
      base::ErrorKind::not_found,
      base::say("the beginning of the image {} is not in {}", stem, place.folder.string()),
      base::say("Nothing was changed. Attach the volume that holds it, or acquire anew with --new."));
}

GoOn check_what_is_there(const Journal& journal, const std::vector<image::Place>& places,
                         const ProgressCallback& progress, const std::stop_token& stop) {
  const std::uint64_t last = journal.marks().empty() ? 0 : journal.marks().back().bytes;
  Teller teller(progress, Progress::Phase::check, last);
  GoOn go_on;
  std::vector<std::uint64_t> good;
  for (const auto& place : places) {
    auto digests = three_digests();
    good.push_back(check(place, journal, last, *digests, teller, stop));
    if (good.back() == last && !go_on.digests) go_on.digests = std::move(digests);
  }
  go_on.from = *std::max_element(good.begin(), good.end());
  for (std::size_t i = 0; i < places.size(); ++i) {
    (good[i] == go_on.from ? go_on.places : go_on.left_behind).push_back(places[i]);
  }
  if (!go_on.digests) {
    // No copy has all that the marks promise. The digests took more than is good, so they begin anew.
    go_on.digests = three_digests();
    check(go_on.places.front(), journal, go_on.from, *go_on.digests, teller, stop);
  }
  return go_on;
}

}  // namespace acquire
