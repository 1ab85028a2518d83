// SPDX-License-Identifier: Apache-2.0
#include "acquire/nbd_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <libnbd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/words.h"
#include "image/queue.h"

namespace acquire {
namespace {

constexpr auto kUntouched =
    base::phrase("Nothing was changed. Check the address, the name of the export and the server.");
constexpr std::array<std::string_view, 3> kSchemes{"nbd://", "nbds://", "nbd+unix://"};
constexpr unsigned kMostConnections = 4;
constexpr std::int64_t kMostRequest = 32
                                      << 20;  // what every server takes (proto.md, "Block size constraints")
constexpr std::int64_t kMostSector = 64 << 10;  // the largest minimum block size that proto.md allows

struct Close {
  void operator()(nbd_handle* handle) const { nbd_close(handle); }
};
using Connection = std::unique_ptr<nbd_handle, Close>;

[[noreturn]] void fail(const base::Said& attempt) {
  const int error_number = nbd_get_errno();
  if (error_number != 0) throw base::io_error(attempt, error_number, kUntouched);
  throw base::Error(base::ErrorKind::io, base::say("{}: the server does not offer it", attempt), kUntouched);
}

void refuse_other_schemes(const std::string& uri) {
  const auto begins = [&uri](std::string_view scheme) { return uri.starts_with(scheme); };
  if (std::any_of(kSchemes.begin(), kSchemes.end(), begins)) return;
  throw base::Error(base::ErrorKind::usage,
                    base::say("no source is read by {}", uri.substr(0, uri.find("://") + 3)),
                    base::say("Nothing was read. Use nbd://, nbds:// or nbd+unix://; reach a server behind "
                              "SSH through a forwarded port."));
}

// A server that vanished without a word (a pulled cable) is noticed after about a minute. One that is alive
// and slow is waited for.
void notice_silence(nbd_handle* handle) {
  const int fd = nbd_aio_get_fd(handle);
  const auto set = [fd](int level, int name, int value) {
    setsockopt(fd, level, name, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 20);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

Connection connect(const std::string& uri) {
  Connection connection(nbd_create());
  nbd_handle* handle = connection.get();
  if (handle == nullptr) fail(base::say("cannot set up {}", without_password(uri)));
  // Simple replies carry every byte that was asked for; in structured ones a server can call parts zeros, or
  // leave them out.
  const bool set_up =
      nbd_set_request_structured_replies(handle, false) == 0 &&
      nbd_set_uri_allow_transports(handle, LIBNBD_ALLOW_TRANSPORT_TCP | LIBNBD_ALLOW_TRANSPORT_UNIX) == 0 &&
      // Keys for TLS lie in files that the URI names; it comes from the person at the keyboard.
      nbd_set_uri_allow_local_file(handle, true) == 0;
  if (!set_up) fail(base::say("cannot set up {}", without_password(uri)));
  if (nbd_connect_uri(handle, uri.c_str()) != 0)
    fail(base::say("cannot connect to {}", without_password(uri)));
  notice_silence(handle);
  return connection;
}

class NbdSource final : public Source {
 public:
  explicit NbdSource(const std::string& uri) {
    add(connect(uri));
    ask(uri);
    // More than one only where the server promises that all see the same (NBD_FLAG_CAN_MULTI_CONN).
    const bool several = nbd_can_multi_conn(first()) == 1;
    while (several && connections_.size() < kMostConnections && connect_another(uri)) {
    }
    look_at_content(*this, facts_);
    facts_.advice = advice_on(facts_);
  }
  const SourceFacts& facts() const override { return facts_; }
  Read read_at(std::uint64_t offset, std::span<std::byte> into) override;

 private:
  nbd_handle* first() const { return connections_.front().get(); }
  void add(Connection connection) {
    idle_.push(connection.get());
    connections_.push_back(std::move(connection));
  }
  bool connect_another(const std::string& uri);
  void ask(const std::string& uri);
  Read read_piece(nbd_handle* handle, std::uint64_t offset, std::span<std::byte> into) const;

  SourceFacts facts_;
  std::size_t most_request_ = 0;
  std::vector<Connection> connections_;
  image::Queue<nbd_handle*> idle_;  // those that no thread reads through
};

// A server may have room for no more; then fewer have to do.
bool NbdSource::connect_another(const std::string& uri) {
  try {
    Connection another = connect(uri);
    if (nbd_get_size(another.get()) != nbd_get_size(first())) return false;
    add(std::move(another));
    return true;
  } catch (const base::Error&) {
    return false;
  }
}

void NbdSource::ask(const std::string& uri) {
  const std::int64_t bytes = nbd_get_size(first());
  if (bytes < 0) fail(base::say("cannot learn the size of {}", without_password(uri)));
  facts_.path = without_password(uri);
  facts_.bus = "nbd";
  facts_.bytes = static_cast<std::uint64_t>(bytes);
  facts_.read_only_before = nbd_is_read_only(first()) == 1;
  // 0 where the server states no constraints; files are mostly offered with a minimum of 1.
  const std::int64_t minimum = nbd_get_block_size(first(), LIBNBD_SIZE_MINIMUM);
  if (minimum > 512 && minimum <= kMostSector) {
    facts_.logical_sector = facts_.physical_sector = static_cast<std::uint32_t>(minimum);
  }
  std::int64_t most = nbd_get_block_size(first(), LIBNBD_SIZE_MAXIMUM);
  if (most <= 0 || most > kMostRequest) most = kMostRequest;
  most_request_ = static_cast<std::size_t>(std::max<std::int64_t>(most, facts_.logical_sector));
}

Source::Read NbdSource::read_at(std::uint64_t offset, std::span<std::byte> into) {
  nbd_handle* const handle = *idle_.pop();  // never closed, so there always is one
  struct GiveBack {
    image::Queue<nbd_handle*>& idle;
    nbd_handle* handle;
    ~GiveBack() { idle.push(handle); }
  } const give_back{idle_, handle};
  while (!into.empty()) {
    const auto piece = into.first(std::min(into.size(), most_request_));
    const Read result = read_piece(handle, offset, piece);
    if (result != Read::ok) return result;
    offset += piece.size();
    into = into.subspan(piece.size());
  }
  return Read::ok;
}

Source::Read NbdSource::read_piece(nbd_handle* handle, std::uint64_t offset,
                                   std::span<std::byte> into) const {
  if (into.size() > facts_.bytes || offset > facts_.bytes - into.size()) return Read::gone;
  if (nbd_pread(handle, into.data(), into.size(), offset, 0) == 0) return Read::ok;
  const int error_number = nbd_get_errno();
  // Only a server that is still there can speak of its medium.
  const bool connected = nbd_aio_is_ready(handle) == 1;
  if (!connected || error_number == ESHUTDOWN || error_number == ENOTCONN) return Read::gone;
  if (error_number == EIO) return Read::medium_error;
  throw base::io_error(base::say("cannot read {}", facts_.path), error_number, kUntouched);
}

}  // namespace

bool is_nbd_uri(std::string_view name) {
  return name.starts_with("nbd") && name.find("://") != std::string_view::npos;
}

std::unique_ptr<Source> open_nbd(const std::string& uri) {
  refuse_other_schemes(uri);
  return std::make_unique<NbdSource>(uri);
}

std::string without_password(const std::string& uri) {
  const std::size_t scheme_end = uri.find("://");
  if (scheme_end == std::string::npos) return uri;
  const std::size_t start = scheme_end + 3;
  const std::size_t end = std::min(uri.find_first_of("/?#", start), uri.size());
  const std::size_t at = uri.rfind('@', end);
  const std::size_t colon = uri.find(':', start);
  if (at == std::string::npos || at < start || colon >= at) return uri;
  return uri.substr(0, colon) + uri.substr(at);
}

}  // namespace acquire
