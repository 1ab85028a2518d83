// SPDX-License-Identifier: Apache-2.0
#include "store/activity_log.h"

#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "base/words.h"
#include "chain-of-custody/activity.h"

namespace store {
namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr std::size_t kSaltBytes = 16;
constexpr std::int64_t kLongestLine = 1 << 20;
constexpr auto kAdvice = base::phrase("The evidence is untouched. Make room, or make the folder writable.");
constexpr auto kForeign =
    base::phrase("The evidence is untouched. Move that away and keep it, then repeat: a new log is begun.");

base::Error trouble(const base::Said& attempt) {
  return base::io_error(attempt, errno, kAdvice);
}

base::Fd open_log(const fs::path& file) {
  const fs::path folder = file.parent_path();
  const bool made = mkdir(folder.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) throw trouble(base::say("cannot make {}", folder.string()));
  base::Fd fd(open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) throw trouble(base::say("cannot write {}", file.string()));
  if (made) base::sync_folder(folder.parent_path());
  return fd;
}

// Released with the descriptor.
void wait_for_turn(int fd, const fs::path& file) {
  using namespace std::chrono_literals;
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw trouble(base::say("cannot lock {}", file.string()));
    if (std::chrono::steady_clock::now() > end)
      throw base::Error(base::ErrorKind::conflict, base::say("another process holds {}", file.string()),
                        base::say("The evidence is untouched. Wait until it has finished, then repeat."));
    std::this_thread::sleep_for(10ms);
  }
}

std::string read_range(int fd, std::int64_t from, std::int64_t size, const fs::path& file) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count =
        pread(fd, bytes.data() + done, bytes.size() - done, from + static_cast<std::int64_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw trouble(base::say("cannot read {}", file.string()));
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

// Where the next line begins, and what it names as the one before.
struct End {
  std::int64_t offset = 0;
  std::string prev = custody::no_line_before();
};

End end_of(int fd, const fs::path& file) {
  struct stat facts {};
  if (fstat(fd, &facts) != 0) throw trouble(base::say("cannot read {}", file.string()));
  if (!S_ISREG(facts.st_mode))
    throw base::Error(base::ErrorKind::format, base::say("{} is no file", file.string()), kForeign);
  const std::int64_t from = std::max<std::int64_t>(0, facts.st_size - 2 * kLongestLine);
  const std::string tail = read_range(fd, from, facts.st_size - from, file);
  const std::size_t last = tail.rfind('\n');  // what follows was torn off: nothing was shown for it
  if (last == tail.npos) {
    if (from == 0) return {};
    throw base::Error(base::ErrorKind::format, base::say("{} is no activity log", file.string()), kForeign);
  }
  const std::size_t before = last == 0 ? tail.npos : tail.rfind('\n', last - 1);
  const std::size_t begin = before == tail.npos ? 0 : before + 1;
  return {from + static_cast<std::int64_t>(last) + 1,
          base::sha256(base::as_bytes(std::string_view(tail).substr(begin, last - begin))).hex()};
}

Json query_of(const std::string& query) {
  const base::Buffer salt = base::random_bytes(kSaltBytes);
  return Json::object({{"salt", base::to_hex(salt)}, {"sha256", query_digest(salt, query)}});
}

std::string lower(std::string_view code) {
  std::string out(code);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string line_of(const Look& look, const std::string& prev, std::int64_t now_utc_us) {
  Json not_shown = Json::object();
  for (const auto& [barrier, count] : look.not_shown)
    if (count > 0) not_shown.set(lower(custody::reason_code(barrier)), std::to_string(count));
  Json line = Json::object({{"v", "1"},
                            {"prev", prev},
                            {"time", base::format_utc(now_utc_us)},
                            {"station", look.station},
                            {"who", look.who},
                            {"verb", look.verb},
                            {"exhibits", Json(Json::Array(look.exhibits.begin(), look.exhibits.end()))},
                            {"results", std::to_string(look.results)},
                            {"not_shown", std::move(not_shown)}});
  if (!look.query.empty()) line.set("query", query_of(look.query));
  return line.canonical() + "\n";
}

}  // namespace

std::string query_digest(base::Bytes salt, std::string_view query) {
  return base::sha256({salt, base::as_bytes(query)}).hex();
}

void log_look(const fs::path& case_folder, const Look& look, std::int64_t now_utc_us) {
  const fs::path file = custody::activity_file(case_folder, look.station);
  const base::Fd fd = open_log(file);
  wait_for_turn(fd.get(), file);
  const End end = end_of(fd.get(), file);
  const std::string line = line_of(look, end.prev, now_utc_us);
  if (ftruncate(fd.get(), end.offset) != 0 || lseek(fd.get(), end.offset, SEEK_SET) < 0)
    throw trouble(base::say("cannot write {}", file.string()));
  base::write_all(fd.get(), base::as_bytes(line), file.string());
  // If the power fails before this line, nothing was shown, and what is there of the line gives way to the
  // next. After it the look is on the disk, and may be shown.
  base::sync_file(fd.get(), file.string());
  if (end.offset == 0) base::sync_folder(file.parent_path());
}

}  // namespace store
