// SPDX-License-Identifier: Apache-2.0
// Conversations: a list, and each as pages of messages with what hangs on them.
#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/counted.h"
#include "export/report_parts.h"

namespace exporter {
namespace {

using Messages = std::vector<const EditionRecord*>;

struct Chat {
  const EditionRecord* conversation = nullptr;  // nullptr: messages that name none
  std::string stem;
  Messages messages;
  std::vector<Messages> pages;
};

constexpr std::string_view kAttached[] = {"media", "message_location", "reaction", "message_change",
                                          "receipt"};

std::optional<std::int64_t> utc_of(const EditionRecord& record, std::string_view field) {
  const base::Value* value = record.record.find(field);
  const auto* time = value == nullptr ? nullptr : std::get_if<base::Time>(value);
  return time == nullptr ? std::nullopt : time->utc_us;
}

// By time; messages without one come last, in the order of the file.
void sort_by_time(Messages& messages) {
  std::stable_sort(messages.begin(), messages.end(), [](const auto* a, const auto* b) {
    const auto left = utc_of(*a, "time"), right = utc_of(*b, "time");
    return left && (!right || *left < *right);
  });
}

// What hangs on a message is shown with it, up to a number that keeps a page small.
constexpr std::size_t kAttachedShown = 50;
Messages attached_to(const Report& report, const EditionRecord& message) {
  Messages out;
  for (const EditionRecord* record : report.naming(message.record.id)) {
    const std::string_view type = record->record.type->name;
    const bool attached = std::find(std::begin(kAttached), std::end(kAttached), type) != std::end(kAttached);
    if (attached && out.size() < kAttachedShown) out.push_back(record);
  }
  return out;
}

std::size_t cost_of(const Report& report, const EditionRecord& message) {
  std::size_t cost = report.page_cost(message);
  for (const EditionRecord* record : attached_to(report, message)) cost += report.page_cost(*record) + 400;
  return cost;
}

void cut_into_pages(Report& report, Chat& chat) {
  std::size_t cost = 0;
  for (const EditionRecord* message : chat.messages) {
    const std::size_t more = cost_of(report, *message);
    if (chat.pages.empty() || chat.pages.back().size() == kPageItems || cost + more > kPageBytes) {
      chat.pages.emplace_back();
      cost = 0;
    }
    cost += more;
    chat.pages.back().push_back(message);
    report.page_by_record[message] = numbered_page(chat.stem, chat.pages.size());
  }
}

std::vector<Chat> collect(Report& report) {
  std::vector<Chat> chats;
  std::unordered_map<const EditionRecord*, std::size_t> by_conversation;
  for (const EditionRecord* conversation : report.of_type("conversation")) {
    by_conversation[conversation] = chats.size();
    chats.push_back({conversation, fmt::format("chat-{:04}", chats.size() + 1), {}, {}});
  }
  Chat loose{nullptr, "chat-none", {}, {}};
  for (const EditionRecord* message : report.of_type("message")) {
    const auto id = message->record.text("conversation");
    const EditionRecord* conversation = id ? report.find(*id) : nullptr;
    const auto found = by_conversation.find(conversation);
    (found == by_conversation.end() ? loose : chats[found->second]).messages.push_back(message);
  }
  if (!loose.messages.empty()) chats.push_back(std::move(loose));
  return chats;
}

void write_name(const Report& report, Markup& markup, const Chat& chat) {
  if (chat.conversation == nullptr) return markup.words("Messages that name no conversation");
  for (const std::string_view field : {"subject", "identifier"}) {
    if (const auto name = chat.conversation->record.text(field)) return report.evidence(markup, *name);
  }
  markup.words("Conversation " + chat.conversation->citation);
}

void write_participants(const Report& report, Markup& markup, const Chat& chat) {
  if (chat.conversation != nullptr) report.field(markup, *chat.conversation, "participants");
}

void write_span(Markup& markup, const Messages& messages) {
  std::optional<std::int64_t> first, last;
  for (const EditionRecord* message : messages) {
    const auto time = utc_of(*message, "time");
    if (!time) continue;
    if (!first || *time < *first) first = time;
    if (!last || *time > *last) last = time;
  }
  if (first) markup.words(base::format_utc_for_people(*first) + " to " + base::format_utc_for_people(*last));
}

void write_list_row(const Report& report, Markup& markup, const Chat& chat) {
  const std::string anchor = chat.conversation == nullptr ? "none" : chat.conversation->citation;
  const auto row = markup.element("tr", {{"id", anchor}});
  {
    const auto cell = markup.element("th", {{"scope", "row"}});
    write_name(report, markup, chat);
    markup.words(" ");
    if (!chat.pages.empty()) markup.link(Link(numbered_page(chat.stem, 1)), "Read");
  }
  for (const std::string_view field : {"app", "kind"}) {
    const auto cell = markup.element("td");
    if (chat.conversation != nullptr) report.field(markup, *chat.conversation, field);
  }
  {
    const auto cell = markup.element("td");
    write_participants(report, markup, chat);
  }
  markup.words("td", std::to_string(chat.messages.size()), {{"class", "n"}});
  {
    const auto cell = markup.element("td");
    write_span(markup, chat.messages);
  }
  const auto cell = markup.element("td", {{"class", "prov"}});
  if (chat.conversation != nullptr) report.provenance(markup, *chat.conversation, Cited::here);
}

void write_list_page(const Report& report, const std::vector<Chat>& chats,
                     const std::vector<std::size_t>& bounds, std::size_t number, const PageSink& page) {
  page(numbered_page("chats", number), page_of(report.frame("Conversations"), [&](Markup& markup) {
         markup.words("h1", "Conversations");
         markup.words(
             "p",
             "Each chat, group or thread as its app keeps it, in the order of the device. Times are UTC.",
             {{"class", "lead"}});
         page_links(markup, "chats", number, bounds.size() - 1);
         const auto scroll = markup.element(
             "div",
             {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Conversations"}});
         const auto table = markup.element("table");
         {
           const auto head = markup.element("thead");
           const auto row = markup.element("tr");
           for (const std::string_view name :
                {"Conversation", "App", "Kind", "Participants", "Messages", "From, to", "Provenance"}) {
             markup.words("th", name, {{"scope", "col"}});
           }
         }
         const auto body = markup.element("tbody");
         for (std::size_t i = bounds[number - 1]; i < bounds[number]; ++i)
           write_list_row(report, markup, chats[i]);
       }));
}

// Where each conversation stands in the list.
std::vector<std::size_t> plan_list(Report& report, const std::vector<Chat>& chats) {
  std::vector<std::size_t> costs;
  for (const Chat& chat : chats)
    costs.push_back(chat.conversation == nullptr ? 1000 : report.page_cost(*chat.conversation));
  const std::vector<std::size_t> bounds = page_bounds(costs);
  for (std::size_t number = 1; number < bounds.size(); ++number) {
    for (std::size_t i = bounds[number - 1]; i < bounds[number]; ++i) {
      if (chats[i].conversation != nullptr)
        report.page_by_record[chats[i].conversation] = numbered_page("chats", number);
    }
  }
  return bounds;
}

void write_attached(const Report& report, Markup& markup, const EditionRecord& message) {
  const Messages attached = attached_to(report, message);
  if (attached.empty()) return;
  const auto list = markup.element("ul");
  for (const EditionRecord* record : attached) {
    const auto item = markup.element("li");
    markup.words(label_of(record->record.type->name) + " ");
    report.citation(markup, *record);
    for (const base::Field& field : record->record.type->fields) {
      const bool present = record->record.find(field.name) != nullptr || record->withholds(field.name);
      if (field.name == "message" || !present) continue;
      markup.words(" · " + label_of(field.name) + " ");
      report.field(markup, *record, field.name);
    }
  }
}

void write_head(const Report& report, Markup& markup, const EditionRecord& message) {
  const auto line = markup.element("div");
  if (const auto sender = message.record.text("sender"); sender && report.find(*sender) != nullptr) {
    const auto who = markup.element("span", {{"class", "who"}});
    report.person(markup, *report.find(*sender));
  }
  report.held(markup, message, "sender");
  {
    const auto way = markup.element("span", {{"class", "way"}});
    markup.words(" ");
    report.field(markup, message, "direction");
    if (const auto kind = message.record.text("kind"); kind && *kind != "text") markup.words(" · " + *kind);
    markup.words(" · ");
  }
  const auto when = markup.element("span", {{"class", "when"}});
  report.field(markup, message, "time");
}

void write_words(const Report& report, Markup& markup, const EditionRecord& message) {
  if (message.record.find("quoted_text") != nullptr || message.withholds("quoted_text")) {
    const auto quote = markup.element("blockquote");
    report.field(markup, message, "quoted_text");
  }
  for (const std::string_view field : {"subject", "text", "event", "event_participants", "event_value"}) {
    if (message.record.find(field) == nullptr && !message.withholds(field)) continue;
    const auto said = markup.element("p", {{"class", "said"}});
    if (field != "text") markup.words(label_of(field) + ": ");
    report.field(markup, message, field);
  }
}

void write_message(const Report& report, Markup& markup, const EditionRecord& message) {
  const auto direction = message.record.text("direction");
  const std::string look = direction == "outgoing" ? "m out" : direction == "none" ? "m ev" : "m";
  const auto article = markup.element("article", {{"class", look}, {"id", message.citation}});
  write_head(report, markup, message);
  write_words(report, markup, message);
  write_attached(report, markup, message);
  report.provenance(markup, message, Cited::here);
}

std::string day_of(const EditionRecord& message) {
  const auto time = utc_of(message, "time");
  return time ? base::format_utc(*time).substr(0, 10) : "No time that can be placed";
}

void write_page(const Report& report, const Chat& chat, std::size_t number, const PageSink& page) {
  const Messages& messages = chat.pages[number - 1];
  Frame frame =
      report.frame(chat.conversation == nullptr ? "Messages" : "Conversation " + chat.conversation->citation);
  page(numbered_page(chat.stem, number), page_of(frame, [&](Markup& markup) {
         {
           const auto heading = markup.element("h1");
           write_name(report, markup, chat);
         }
         {
           const auto lead = markup.element("p", {{"class", "lead"}});
           markup.words("With ");
           write_participants(report, markup, chat);
           markup.words(fmt::format(". {}; times are UTC. ",
                                    base::counted(chat.messages.size(), "message", "messages")));
           markup.link(Link(numbered_page("chats", 1)), "All conversations");
         }
         page_links(markup, chat.stem, number, chat.pages.size());
         {
           const auto thread = markup.element("div", {{"class", "chat"}});
           std::string day;
           for (const EditionRecord* message : messages) {
             if (day_of(*message) != day) markup.words("h2", day = day_of(*message), {{"class", "day"}});
             write_message(report, markup, *message);
           }
         }
         page_links(markup, chat.stem, number, chat.pages.size());
       }));
}

}  // namespace

std::vector<Section> plan_chats(Report& report) {
  auto chats = std::make_shared<std::vector<Chat>>(collect(report));
  if (chats->empty()) return {};
  const std::vector<std::size_t> bounds = plan_list(report, *chats);
  for (Chat& chat : *chats) {
    sort_by_time(chat.messages);
    cut_into_pages(report, chat);
  }
  return {{numbered_page("chats", 1), "Conversations",
           [chats, bounds](const Report& written, const PageSink& page) {
             for (std::size_t number = 1; number < bounds.size(); ++number) {
               write_list_page(written, *chats, bounds, number, page);
             }
             for (const Chat& chat : *chats) {
               for (std::size_t number = 1; number <= chat.pages.size(); ++number)
                 write_page(written, chat, number, page);
             }
           }}};
}

}  // namespace exporter
