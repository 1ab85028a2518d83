// SPDX-License-Identifier: Apache-2.0
#include "export/evening.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/counted.h"
#include "chain-of-custody/duration.h"

namespace exporter {
namespace {

using custody::ExhibitStory;
using custody::ImageState;

// How far a thing has come: the four columns of the evening.
enum class Progress { done, partly, not_done, nothing_to_image };
constexpr Progress kAll[] = {Progress::done, Progress::partly, Progress::not_done,
                             Progress::nothing_to_image};
constexpr std::string_view kNames[] = {"Done", "Partly", "Not done", "Nothing to image"};

Progress progress_of(const ExhibitStory& exhibit, const EveningInputs& inputs) {
  switch (custody::image_state(exhibit, inputs.exhibits)) {
    case ImageState::whole:
      return Progress::done;
    case ImageState::under_way:
    case ImageState::partly:
      return Progress::partly;
    case ImageState::none:
      return Progress::not_done;
    case ImageState::not_asked:
    case ImageState::parts:
      break;
  }
  return Progress::nothing_to_image;
}

std::string why_partly(const ExhibitStory& exhibit) {
  const auto begun =
      std::ranges::find_if(exhibit.acquisitions, [](const auto& one) { return one.begun.has_value(); });
  const custody::AcquisitionStory& last =
      begun == exhibit.acquisitions.end() ? exhibit.acquisitions.back() : *begun;
  if (last.begun) return last.name + " has not ended";
  if (last.is_broken()) return "image " + last.read_back;
  if (!last.whole) return last.name + " " + last.outcome;
  return fmt::format("{} bytes not read", last.bad_bytes + last.not_attempted_bytes);
}

// What is not as the others of its list stands by itself: "KK-A-0004 (left)".
std::string remark_on(const ExhibitStory& exhibit, Progress progress) {
  std::string remark = progress == Progress::partly ? why_partly(exhibit) : "";
  const auto add = [&](const char* words) { remark += (remark.empty() ? "" : ", ") + std::string(words); };
  if (exhibit.standing == custody::Standing::offered) add("offered");
  if (exhibit.standing == custody::Standing::left) add("left");
  if (exhibit.standing == custody::Standing::returned) add("returned");
  if (exhibit.standing == custody::Standing::destroyed) add("destroyed");
  return remark;
}

Exhibits with_progress(const Exhibits& exhibits, Progress progress, const EveningInputs& inputs) {
  Exhibits found;
  for (const ExhibitStory* exhibit : exhibits)
    if (progress_of(*exhibit, inputs) == progress) found.push_back(exhibit);
  return found;
}

void write_labels(Markup& markup, const Exhibits& exhibits, Progress progress) {
  std::vector<std::string> plain, texts;
  for (const ExhibitStory* exhibit : exhibits) {
    const std::string remark = remark_on(*exhibit, progress);
    if (remark.empty())
      plain.push_back(exhibit->label);
    else
      texts.push_back(exhibit->label + " (" + remark + ")");
  }
  for (std::string& run : runs_of_labels(plain)) texts.push_back(std::move(run));
  const auto cell = markup.element("dd", {{"class", "labels"}});
  for (const std::string& text : texts) {
    if (&text != &texts.front()) markup.words(", ");
    const auto label = markup.element("span");
    markup.evidence(text);
  }
}

void write_room(Markup& markup, const Room& room, const EveningInputs& inputs) {
  const auto card = markup.element("section", {{"class", "card room"}});
  {
    const auto heading = markup.element("h3");
    write_room_name(markup, room);
    markup.words("small", ": " + base::counted(room.exhibits.size(), "exhibit", "exhibits"));
  }
  const auto facts = markup.element("dl", {{"class", "facts"}});
  for (const Progress progress : kAll) {
    const Exhibits exhibits = with_progress(room.exhibits, progress, inputs);
    if (exhibits.empty()) continue;
    markup.words("dt", fmt::format("{}: {}", kNames[static_cast<std::size_t>(progress)], exhibits.size()));
    write_labels(markup, exhibits, progress);
  }
}

void write_figure(Markup& markup, std::size_t number, std::string_view what) {
  const auto item = markup.element("li");
  markup.words("b", std::to_string(number));
  markup.words("span", what);
}

void write_figures(Markup& markup, const EveningInputs& inputs) {
  Exhibits all;
  for (const ExhibitStory& exhibit : inputs.exhibits) all.push_back(&exhibit);
  const auto list = markup.element("ul", {{"class", "figures"}});
  write_figure(markup, all.size(), "exhibits");
  for (const Progress progress : kAll) {
    const std::size_t count = with_progress(all, progress, inputs).size();
    const bool always = progress != Progress::nothing_to_image;
    if (always || count > 0) {
      std::string name(kNames[static_cast<std::size_t>(progress)]);
      name[0] = static_cast<char>(name[0] - 'A' + 'a');
      write_figure(markup, count, name);
    }
  }
  write_figure(markup, inputs.gaps.size(), inputs.gaps.size() == 1 ? "gap" : "gaps");
}

std::string entry_words(const custody::Gap& gap) {
  return gap.at.ledger.substr(gap.at.ledger.rfind('/') + 1) + ", entry " + std::to_string(gap.at.entry);
}

void write_gaps(Markup& markup, const EveningInputs& inputs) {
  markup.words("h2", "Gaps in custody");
  if (inputs.gaps.empty()) {
    markup.words("p", "None: no entry leaves anything open.");
    return;
  }
  write_table(markup, {"Exhibit", "Since", "What is open", "Ledger"}, OnTelephone::stacked, [&] {
    for (const custody::Gap& gap : inputs.gaps) {
      const auto row = markup.element("tr");
      {
        const auto label = markup.element("th", {{"scope", "row"}});
        markup.evidence(gap.label.empty() ? "–" : gap.label);
      }
      markup.words("td", minute_of(gap.since_us), {{"class", "date"}});
      write_cell(markup, gap.what);
      const auto entry = markup.element("td", {{"class", "date"}});
      markup.evidence(entry_words(gap));
    }
  });
}

void write_unwitnessed(Markup& markup, const EveningInputs& inputs) {
  markup.words("h2", "Hours without another witness");
  bool any = false;
  const auto list = markup.element("ul");
  for (const custody::Gap& gap : inputs.gaps) {
    if (gap.code != "ledger.unwitnessed") continue;
    any = true;
    const auto item = markup.element("li");
    markup.evidence(gap.at.ledger);
    markup.words(": " + custody::duration_in_words(inputs.now_us - gap.since_us) + ", since " +
                 minute_of(gap.since_us));
  }
  if (!any) markup.words("li", "None: somebody else vouches for every entry of every ledger.");
}

std::string size_words(std::uint64_t bytes) {
  constexpr double kGiga = 1e9;
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / kGiga);
}

void write_disks(Markup& markup, const EveningInputs& inputs) {
  markup.words("h2", "Free space");
  write_table(markup, {"Disk", "Folder", "Free", "Of"}, OnTelephone::table, [&] {
    for (const FreeSpace& disk : inputs.disks) {
      const auto row = markup.element("tr");
      markup.words("th", disk.what, {{"scope", "row"}});
      write_cell(markup, disk.path);
      markup.words("td", disk.attached ? size_words(disk.free_bytes) : "not attached");
      markup.words("td", disk.attached ? size_words(disk.total_bytes) : "");
    }
  });
}

// "KK-A-" and 17: what comes before the digits at the end, and their value.
struct Numbered {
  std::string_view before, digits;
  std::uint64_t number = 0;
};
Numbered numbered(std::string_view label) {
  Numbered parts;
  const std::size_t last = label.find_last_not_of("0123456789");
  const std::size_t at = last == label.npos ? 0 : last + 1;
  parts.before = label.substr(0, at);
  parts.digits = label.substr(at);
  std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), parts.number);
  return parts;
}
bool follows(std::string_view one, std::string_view next) {
  const Numbered before = numbered(one), after = numbered(next);
  return !before.digits.empty() && before.before == after.before &&
         before.digits.size() == after.digits.size() && after.number == before.number + 1;
}

}  // namespace

std::vector<std::string> runs_of_labels(const std::vector<std::string>& labels) {
  constexpr std::size_t kShortest = 3;
  std::vector<std::string> texts;
  for (std::size_t first = 0; first < labels.size();) {
    std::size_t end = first + 1;
    while (end < labels.size() && follows(labels[end - 1], labels[end])) ++end;
    if (end - first >= kShortest)
      texts.push_back(labels[first] + " to " + labels[end - 1]);
    else
      texts.insert(texts.end(), labels.begin() + static_cast<long>(first),
                   labels.begin() + static_cast<long>(end));
    first = end;
  }
  return texts;
}

std::string evening_page(const EveningInputs& inputs) {
  Frame frame{"Evening report", case_line(inputs.case_id, inputs.title), {}, "", &kFieldStyle};
  frame.foot = "Made from the ledgers of the case as they were at " + minute_of(inputs.now_us) +
               ". What they claim is not verified here: holdfast verify does that.";
  return page_of(frame, [&](Markup& markup) {
    markup.words("h1", "Evening report");
    markup.words("p", minute_of(inputs.now_us), {{"class", "lead"}});
    write_figures(markup, inputs);
    markup.words("h2", "Rooms");
    for (const Room& room : rooms_of(inputs.exhibits)) write_room(markup, room, inputs);
    if (inputs.exhibits.empty()) markup.words("p", "No exhibit is registered.");
    write_gaps(markup, inputs);
    write_unwitnessed(markup, inputs);
    write_disks(markup, inputs);
    markup.words("h2", "Checkpoint");
    markup.words("p", "Whoever keeps this page can tell later whether the ledger goes on from here.");
    write_checkpoints(markup, inputs.checkpoints);
  });
}

}  // namespace exporter
