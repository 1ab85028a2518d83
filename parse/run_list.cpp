// SPDX-License-Identifier: Apache-2.0
#include "parse/run_list.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/words.h"
#include "parse/run_check.h"

namespace parse {
namespace {

constexpr std::size_t kMostItems = 5'000'000;  // claims, finds and troubles together

bool is_lower_words(std::string_view text) {
  constexpr std::size_t kMost = 80;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == ' ' || c == '(' || c == ')';
  };
  return !text.empty() && text.size() <= kMost && std::all_of(text.begin(), text.end(), fits);
}

std::string words(const base::Json& json, std::string_view name) {
  const std::string& text = json.at(name).text();
  if (!is_lower_words(text)) throw ProtocolError("words that are none of ours");
  return text;
}

std::int64_t count(const base::Json& json, std::string_view name) {
  const std::int64_t value = json.at(name).integer();
  if (value < 0) throw ProtocolError("a count below zero");
  return value;
}

class ListReader {
 public:
  explicit ListReader(const WorkerHello& hello) : hello_(hello) {}

  // True when the list is whole.
  bool take(const Frame& frame) {
    if (++items_ > kMostItems) throw ProtocolError("a list longer than a list may be");
    const base::Json json = frame.json();
    switch (frame.kind) {
      case FrameKind::claim:
        claim(json);
        return false;
      case FrameKind::unsupported:
        find(json);
        return false;
      case FrameKind::tree_anomaly:
        trouble(json);
        return false;
      case FrameKind::listed:
        finish(json);
        return true;
      default:
        throw ProtocolError("a frame that is no part of a list");
    }
  }

  Listing result() {
    std::sort(listing_.claims.begin(), listing_.claims.end());
    listing_.claims.erase(std::unique(listing_.claims.begin(), listing_.claims.end()), listing_.claims.end());
    std::sort(listing_.unsupported.begin(), listing_.unsupported.end());
    std::sort(listing_.troubles.begin(), listing_.troubles.end());
    return std::move(listing_);
  }

 private:
  void claim(const base::Json& json) {
    const std::string& name = json.at("extractor").text();
    const auto is = [&](const ExtractorFacts& facts) { return facts.name == name; };
    if (std::none_of(hello_.extractors.begin(), hello_.extractors.end(), is))
      throw ProtocolError("a claim of an extractor that is not there");
    listing_.claims.push_back({checked_locator(json), name});
  }
  void find(const base::Json& json) {
    TreeFind find{checked_locator(json), words(json, "kind"), words(json, "what"), std::nullopt};
    if (json.find("size") != nullptr) find.size = count(json, "size");
    listing_.unsupported.push_back(std::move(find));
  }
  void trouble(const base::Json& json) {
    listing_.troubles.push_back({checked_locator(json), words(json, "code"), json.at("detail").text()});
  }
  void finish(const base::Json& json) {
    constexpr std::array kKinds{InputKind::disk_image, InputKind::folder, InputKind::tar, InputKind::zip};
    listing_.input = json.at("input").text();
    if (std::none_of(kKinds.begin(), kKinds.end(), [&](InputKind k) { return name_of(k) == listing_.input; }))
      throw ProtocolError("a kind of input that none is");
    listing_.files = count(json, "files");
    listing_.folders = count(json, "folders");
    listing_.other = count(json, "other");
    listing_.troubles_not_listed = count(json, "anomalies_not_listed");
  }

  const WorkerHello& hello_;
  Listing listing_;
  std::size_t items_ = 0;
};

}  // namespace

base::Error refusal_from(const Frame& frame, const base::Said& evidence) {
  const base::Json json = frame.json();
  const base::Json* what = json.find("what");
  const std::string words = what != nullptr && what->is_text() ? what->text().substr(0, 300) : "";
  return base::Error(
      base::ErrorKind::io,
      base::say("the worker cannot read {}{}", evidence, words.empty() ? "" : ": " + words),
      base::say("The evidence was only read. Check that all files of it are there and readable."));
}

Listing list_by(WorkerProcess& worker) {
  ListReader reader(worker.hello());
  std::string cut_by;
  try {
    worker.send(FrameKind::list, base::Json::object());
    while (true) {
      const Frame frame = worker.receive();
      if (frame.kind == FrameKind::refused) throw refusal_from(frame, base::say("the evidence"));
      if (reader.take(frame)) break;
    }
  } catch (const WorkerGone& gone) {
    cut_by = gone.reason;
  } catch (const ProtocolError&) {
    cut_by = "protocol";
  } catch (const base::JsonError&) {
    cut_by = "protocol";
  }
  Listing listing = reader.result();
  listing.cut_by = cut_by;
  return listing;
}

}  // namespace parse
