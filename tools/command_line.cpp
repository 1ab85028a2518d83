// SPDX-License-Identifier: Apache-2.0
// The command line, built from the verbs' own declarations. CLI11 is included here and nowhere else.
#include <algorithm>
#include <array>
#include <list>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/words.h"
#include "tools/console.h"
#include "tools/exit_code.h"
#include "tools/verb.h"
#include "version.h"

namespace tools {
namespace {

constexpr std::array kCommon{
    Option{"case", OptionKind::value, "DIR",
           base::phrase("case folder; else HOLDFAST_CASE, the current folder or a parent")},
    Option{"identity", OptionKind::value, "NAME",
           base::phrase("who signs; else the one chosen with `identity use`")},
    Option{"passphrase-fd", OptionKind::value, "N", base::phrase("read the passphrase from this descriptor")},
    Option{"json", OptionKind::flag, "", base::phrase("one JSON object a line")},
    Option{"yes", OptionKind::flag, "", base::phrase("answer every question with yes")},
    Option{"quiet", OptionKind::flag, "", base::phrase("no progress, no notes")},
};

// The words of CLI11's own that help shows.
constexpr std::array kHeadings{base::phrase("Usage"), base::phrase("OPTIONS"), base::phrase("SUBCOMMAND"),
                               base::phrase("REQUIRED"), base::phrase("Positionals")};
constexpr auto kOptions = base::phrase("Options");
constexpr auto kSubcommands = base::phrase("Subcommands");
constexpr auto kHelp = base::phrase("Print this help message and exit");

// Storage that CLI11 fills while it parses.
struct Slot {
  const Option* option;
  std::vector<std::string> values;
  bool flag = false;
};
struct Bound {
  const Verb* verb;
  CLI::App* app;
  std::list<Slot> slots;
};

void declare(Bound& bound, const Option& option) {
  Slot& slot = bound.slots.emplace_back(Slot{&option, {}, false});
  const std::string name(option.name), help = option.help;
  CLI::Option* made = nullptr;
  switch (option.kind) {
    case OptionKind::flag:
      bound.app->add_flag("--" + name, slot.flag, help);
      return;
    case OptionKind::positional:
      made = bound.app->add_option(name, slot.values, help)->required()->expected(1)->allow_extra_args(false);
      break;
    case OptionKind::positional_optional:
      made = bound.app->add_option(name, slot.values, help)->expected(0, 1);
      break;
    case OptionKind::positional_many:
      made = bound.app->add_option(name, slot.values, help)->expected(0, 1 << 20);
      break;
    case OptionKind::value:
    case OptionKind::value_required:
      made = bound.app->add_option("--" + name, slot.values, help)
                 ->expected(1)
                 ->allow_extra_args(false)  // what follows its value may be a positional one
                 ->required(option.kind == OptionKind::value_required);
      break;
    case OptionKind::value_many:
      made = bound.app->add_option("--" + name, slot.values, help)
                 ->expected(1)
                 ->allow_extra_args(false)
                 ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      break;
  }
  made->type_name(std::string(option.placeholder));
}

Arguments arguments_of(const Bound& bound) {
  Arguments arguments;
  for (const Slot& slot : bound.slots) {
    if (slot.flag) arguments.add(slot.option->name, "");
    for (const std::string& value : slot.values) arguments.add(slot.option->name, value);
  }
  return arguments;
}

CLI::App* noun_of(CLI::App& root, std::string_view noun) {
  if (noun.empty()) return &root;
  for (CLI::App* app : root.get_subcommands(nullptr)) {
    if (app->get_name() == noun) return app;
  }
  CLI::App* app = root.add_subcommand(std::string(noun), "");
  app->group(kSubcommands);
  app->set_help_flag("-h,--help", kHelp)->group(kOptions);
  app->require_subcommand(1);
  return app;
}

Bound bind(CLI::App& root, const Verb& verb) {
  CLI::App* app = noun_of(root, verb.noun)->add_subcommand(std::string(verb.name), verb.summary);
  app->group(kSubcommands);
  app->set_help_flag("-h,--help", kHelp)->group(kOptions);
  Bound bound{&verb, app, {}};
  app->footer(base::say("Examples:\n{}\n\nExit codes: {}", verb.examples, std::string_view(verb.exit_codes)));
  return bound;
}

// A noun's line in the overall help: its verbs.
void describe_nouns(CLI::App& root) {
  for (CLI::App* noun : root.get_subcommands(nullptr)) {
    std::string verbs_of_noun;
    for (CLI::App* verb : noun->get_subcommands(nullptr))
      verbs_of_noun += (verbs_of_noun.empty() ? "" : ", ") + verb->get_name();
    if (!verbs_of_noun.empty()) noun->description(verbs_of_noun);
  }
}

int descriptor(const std::string& text) {
  int value = -1;
  if (!CLI::detail::lexical_cast(text, value) || value < 0) {
    throw base::Error(base::ErrorKind::usage,
                      base::say("--passphrase-fd takes the number of an open descriptor"),
                      base::say("Nothing was changed. For instance: --passphrase-fd 3 3<file."));
  }
  return value;
}

int run(const Bound& bound, Console& console) {
  const Arguments arguments = arguments_of(bound);
  if (arguments.has("json")) console.use_json();
  if (arguments.has("yes")) console.answer_yes();
  if (arguments.has("quiet")) console.be_quiet();
  if (const auto fd = arguments.value("passphrase-fd")) console.read_passphrase_from(descriptor(*fd));
  return bound.verb->run(arguments, console);
}

}  // namespace

std::span<const Option> common_options() {
  return kCommon;
}

std::optional<std::string> Arguments::value(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second.front());
}
std::string Arguments::required(std::string_view name) const {
  return values_.find(name)->second.front();
}
std::vector<std::string> Arguments::values(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->second;
}

int run_command_line(int argc, char** argv, Console& console) {
  CLI::App root(base::say("Preserves digital evidence, from the raid to a foreign court."), "holdfast");
  root.set_version_flag("--version", std::string("holdfast ") + kHoldfastVersion,
                        base::say("Display program version information and exit"))
      ->group(kOptions);
  root.require_subcommand(1);
  root.footer(
      base::say("Exit codes: 0 done; 1 DAMAGED; 2 usage; 3 done, look at what is named; 4 failed; 130 "
                "interrupted.\n`holdfast VERB --help` tells more; `man holdfast` tells all."));
  for (const base::Phrase& heading : kHeadings)
    root.get_formatter()->label(heading.english, std::string(heading));
  root.set_help_flag("-h,--help", kHelp)->group(kOptions);
  root.option_defaults()->group(kOptions);
  std::list<Bound> bounds;
  for (const Verb* verb : verbs()) {
    Bound& bound = bounds.emplace_back(bind(root, *verb));
    for (const Option& option : verb->options) declare(bound, option);
    for (const Option& option : kCommon) declare(bound, option);
  }
  describe_nouns(root);
  // Before the parser, so that its own refusals come as JSON too.
  if (std::find(argv, argv + argc, std::string_view("--json")) != argv + argc) console.use_json();
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    console.help(root.help());
    return kDone;
  } catch (const CLI::Success& asked) {
    return root.exit(asked);  // --version
  } catch (const CLI::ParseError& wrong) {
    console.error({base::ErrorKind::usage, base::say("the command is not understood: {}", wrong.what()),
                   base::say("Nothing was done. `holdfast VERB --help` shows how it is asked.")});
    return kUsage;
  }
  for (const Bound& bound : bounds) {
    if (bound.app->parsed()) return run(bound, console);
  }
  return kUsage;
}

}  // namespace tools
