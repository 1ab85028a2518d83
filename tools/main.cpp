// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstring>

#include <openssl/crypto.h>

#include "base/catalogue.h"
#include "base/words.h"
#include "parse/run.h"
#include "tools/console.h"
#include "tools/exit_code.h"
#include "tools/verb.h"

namespace {

int exit_code_of(const base::Error& error) {
  switch (error.kind) {
    case base::ErrorKind::usage:
      return tools::kUsage;
    case base::ErrorKind::interrupted:
      return tools::kInterrupted;
    default:
      return tools::kFailed;
  }
}

// Before anything is declared that has words. With --json a machine is spoken to, in English.
void choose_language(int argc, char** argv, tools::Console& console) {
  const auto given = [&](std::string_view option) {
    return std::find(argv, argv + argc, option) != argv + argc;
  };
  if (given("--json")) return;
  const std::string remark = base::speak(base::languages_wished(), base::catalogue_folder());
  if (!remark.empty() && !given("--quiet")) console.note(remark);
}

}  // namespace

int main(int argc, char** argv) {
  // A configuration file of OpenSSL could load code; nothing of ours needs one.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  if (argc == 2 && std::strcmp(argv[1], "parse-worker") == 0) return parse::worker_main(3, 4);
  tools::Console console;
  choose_language(argc, argv, console);
  try {
    return tools::run_command_line(argc, argv, console);
  } catch (const base::Error& error) {
    console.error(error);
    return exit_code_of(error);
  } catch (const base::JsonError& error) {
    console.error({base::ErrorKind::format, base::say("a file of this case is damaged: {}", error.what()),
                   base::say("The evidence is untouched. `holdfast verify CASE` names the damaged object.")});
    return tools::kFailed;
  } catch (const std::exception& error) {
    console.error({base::ErrorKind::io, error.what(),
                   base::say("What was acknowledged before stands, and no evidence was changed. Report this "
                             "with the command that was given.")});
    return tools::kFailed;
  }
}
