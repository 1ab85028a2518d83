// SPDX-License-Identifier: Apache-2.0
// A source in memory that fails where and when a test says, and counts what was asked of it.
#pragma once

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "acquire/rescue.h"
#include "acquire/source.h"
#include "base/bytes.h"
#include "base/error.h"
#include "image/image.h"

namespace acquire_test {

// Time that passes only where a test lets it pass.
class CountedClock final : public acquire::RescueClock {
 public:
  std::chrono::nanoseconds now() override { return now_; }
  void wait(std::chrono::nanoseconds duration) override { now_ += duration; }

 private:
  std::chrono::nanoseconds now_{0};
};

class FaultySource final : public acquire::Source {
 public:
  FaultySource(base::Buffer media, std::uint32_t sector) : media_(std::move(media)) {
    facts_.path = "/dev/of-a-test";
    facts_.bytes = media_.size();
    facts_.logical_sector = facts_.physical_sector = sector;
  }

  // A request that touches a bad sector fails as a whole.
  std::set<std::uint64_t> bad;
  // A bad sector becomes good after as many failures; requests of several sectors count as well.
  std::map<std::uint64_t, unsigned> failures_left;
  // What lies before the first bad sector is there when a request fails.
  bool completes_partly = false;
  // The source answers so many requests more, and then none.
  std::uint64_t answers_left = ~std::uint64_t{0};
  // Requests that touch these sectors take this long.
  std::set<std::uint64_t> slow;
  std::chrono::nanoseconds slow_takes{0};
  CountedClock* clock = nullptr;

  struct Request {
    std::uint64_t offset, size;
    std::chrono::nanoseconds at;
  };
  std::vector<Request> requests;
  std::map<std::uint64_t, unsigned> tries;  // of each sector

  const acquire::SourceFacts& facts() const override { return facts_; }
  std::uint32_t sector() const { return facts_.logical_sector; }

  Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset % sector() != 0 || (into.size() % sector() != 0 && offset + into.size() != media_.size()))
      throw base::Error(base::ErrorKind::io, "a request that is no whole sectors", "Devices refuse it.");
    if (answers_left == 0) return Read::gone;
    --answers_left;
    requests.push_back({offset, into.size(), clock != nullptr ? clock->now() : std::chrono::nanoseconds{0}});
    std::fill(into.begin(), into.end(), std::byte{0xEE});  // whatever is left here must never be kept
    const std::uint64_t first = offset / sector(), last = (offset + into.size() - 1) / sector();
    for (std::uint64_t number = first; number <= last; ++number) ++tries[number];
    if (clock != nullptr && touches(slow, first, last)) clock->wait(slow_takes);
    const auto failing = first_failing(first, last);
    const std::size_t good = !failing           ? into.size()
                             : completes_partly ? (*failing - first) * sector()
                                                : std::size_t{0};
    std::copy_n(media_.begin() + static_cast<std::ptrdiff_t>(offset), good, into.begin());
    return failing ? Read::medium_error : Read::ok;
  }

  const base::Buffer& media() const { return media_; }
  // The media with zeros where a sector is bad.
  base::Buffer media_with_zeros() const {
    base::Buffer media = media_;
    for (const std::uint64_t number : bad) {
      const auto begin = media.begin() + static_cast<std::ptrdiff_t>(number * sector());
      std::fill_n(begin, std::min<std::uint64_t>(sector(), media.size() - number * sector()), std::byte{0});
    }
    return media;
  }
  std::vector<image::SectorRange> bad_ranges() const {
    std::vector<image::SectorRange> ranges;
    for (const std::uint64_t number : bad) {
      if (!ranges.empty() && ranges.back().first + ranges.back().count == number) {
        ++ranges.back().count;
      } else {
        ranges.push_back({number, 1});
      }
    }
    return ranges;
  }

 private:
  static bool touches(const std::set<std::uint64_t>& set, std::uint64_t first, std::uint64_t last) {
    const auto found = set.lower_bound(first);
    return found != set.end() && *found <= last;
  }

  std::optional<std::uint64_t> first_failing(std::uint64_t first, std::uint64_t last) {
    for (auto found = failures_left.lower_bound(first); found != failures_left.end() && found->first <= last;
         ++found) {
      if (found->second == 0) continue;
      --found->second;
      return found->first;
    }
    const auto found = bad.lower_bound(first);
    if (found == bad.end() || *found > last) return std::nullopt;
    return *found;
  }

  base::Buffer media_;
  acquire::SourceFacts facts_;
};

// The kinds of damage that disks have.
enum class Damage { single, clustered, edges, alternating, half, everything };
inline constexpr Damage kDamages[] = {Damage::single,      Damage::clustered, Damage::edges,
                                      Damage::alternating, Damage::half,      Damage::everything};

inline std::set<std::uint64_t> damaged_sectors(Damage kind, std::uint64_t sectors, std::mt19937& random) {
  std::set<std::uint64_t> bad;
  const auto any = [&] { return random() % sectors; };
  const auto add = [&](std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t number = first; number < std::min(first + count, sectors); ++number)
      bad.insert(number);
  };
  switch (kind) {
    case Damage::single:
      for (unsigned i = 0, count = 1 + random() % 12; i < count; ++i) bad.insert(any());
      break;
    case Damage::clustered:
      for (unsigned i = 0, count = 1 + random() % 5; i < count; ++i) add(any(), 1 + random() % 80);
      break;
    case Damage::edges:
      if (random() % 3 != 0) add(0, 1 + random() % 5);
      add(sectors - 1 - random() % 3, sectors);
      break;
    case Damage::alternating:
      for (std::uint64_t number = any(), end = number + 200; number < std::min(end, sectors); number += 2)
        bad.insert(number);
      bad.insert(any());
      break;
    case Damage::half:
      add(any(), sectors / 2);
      break;
    case Damage::everything:
      add(0, sectors);
      break;
  }
  return bad;
}

}  // namespace acquire_test
