// SPDX-License-Identifier: Apache-2.0
// The copies of an image that are written at once, each with a sink and a thread of its own. A sink has
// write(const Job&), durable(), finish(bad, digests) -> paths, paths(). Fed by one thread.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "image/image.h"
#include "image/place_thread.h"

namespace image {

base::Error short_image(std::uint64_t taken, std::uint64_t wanted);

template <typename Sink, typename Job>
class Copies {
 public:
  // `prepare` runs in the copy's thread before each write: it waits until the job is ready.
  template <typename MakeSink, typename Prepare>
  Copies(const std::vector<Place>& places, MakeSink make_sink, Prepare prepare) {
    for (const auto& place : places) {
      auto copy = std::make_unique<Copy>();
      copy->sink = make_sink(place);
      copies_.push_back(std::move(copy));
    }
    for (auto& copy : copies_) {
      Sink& sink = *copy->sink;
      copy->thread = std::make_unique<PlaceThread<Job>>([&sink, prepare](const Job& job) {
        prepare(job);
        sink.write(job);
      });
    }
  }

  void push(const Job& job) {
    for (auto& copy : copies_) copy->thread->push(job);
  }

  // Throws what the first copy threw where none is left.
  void throw_if_all_failed() const {
    for (const auto& copy : copies_) {
      if (!copy->thread->failed()) return;
    }
    std::rethrow_exception(copies_.front()->thread->failure());
  }

  std::uint64_t durable() const {
    std::uint64_t least = UINT64_MAX;
    for (const auto& copy : copies_) {
      if (!copy->thread->failed()) least = std::min(least, copy->sink->durable());
    }
    return least == UINT64_MAX ? 0 : least;
  }

  void stop() {
    for (auto& copy : copies_) copy->thread->stop();
  }

  // Throws where a copy cannot be brought to the disk; its durable() does not grow then.
  void settle() {
    stop();
    for (auto& copy : copies_) {
      if (!copy->thread->failed()) copy->sink->settle();
    }
  }

  // Throws where no copy is whole.
  std::vector<Written> finish(const std::vector<SectorRange>& bad,
                              const std::map<base::Algorithm, base::Buffer>& digests) {
    stop();
    throw_if_all_failed();
    std::vector<Written> written;
    bool whole = false;
    for (auto& copy : copies_) {
      written.push_back(finish(*copy, bad, digests));
      whole = whole || !written.back().failure;
    }
    if (!whole) throw base::Error(*written.front().failure);
    return written;
  }

 private:
  struct Copy {
    std::unique_ptr<Sink> sink;
    std::unique_ptr<PlaceThread<Job>> thread;
  };

  static Written finish(Copy& copy, const std::vector<SectorRange>& bad,
                        const std::map<base::Algorithm, base::Buffer>& digests) {
    Written written;
    try {
      if (copy.thread->failed()) std::rethrow_exception(copy.thread->failure());
      written.files = copy.sink->finish(bad, digests);
    } catch (const base::Error& error) {
      written.files = copy.sink->paths();
      written.failure = error;
    }
    return written;
  }

  std::vector<std::unique_ptr<Copy>> copies_;
};

}  // namespace image
