// SPDX-License-Identifier: Apache-2.0
// libcurl is loaded when it is first needed: no other verb, and no worker that reads evidence, has a network
// library in its memory.
#include "tools/http_post.h"

#include <array>
#include <memory>

#include <curl/curl.h>
#include <dlfcn.h>

#include "base/error.h"
#include "base/handle.h"
#include "base/words.h"

namespace tools {
namespace {

constexpr auto kAdvice = base::phrase(
    "Nothing was recorded. Try again, or carry the question out: holdfast ledger timestamp --query FILE");

template <typename Function>
Function* symbol(void* library, const char* name) {
  void* found = dlsym(library, name);
  if (found == nullptr)
    throw base::Error(base::ErrorKind::io, base::say("libcurl has no function {}", name), kAdvice);
  return reinterpret_cast<Function*>(found);
}

// The functions of libcurl that are used; the library stays loaded until the program ends.
struct Curl {
  explicit Curl(void* library)
      : init(symbol<CURL*()>(library, "curl_easy_init")),
        set(symbol<CURLcode(CURL*, CURLoption, ...)>(library, "curl_easy_setopt")),
        perform(symbol<CURLcode(CURL*)>(library, "curl_easy_perform")),
        info(symbol<CURLcode(CURL*, CURLINFO, ...)>(library, "curl_easy_getinfo")),
        cleanup(symbol<void(CURL*)>(library, "curl_easy_cleanup")),
        words(symbol<const char*(CURLcode)>(library, "curl_easy_strerror")),
        append(symbol<curl_slist*(curl_slist*, const char*)>(library, "curl_slist_append")),
        free_list(symbol<void(curl_slist*)>(library, "curl_slist_free_all")) {}
  CURL* (*init)();
  CURLcode (*set)(CURL*, CURLoption, ...);
  CURLcode (*perform)(CURL*);
  CURLcode (*info)(CURL*, CURLINFO, ...);
  void (*cleanup)(CURL*);
  const char* (*words)(CURLcode);
  curl_slist* (*append)(curl_slist*, const char*);
  void (*free_list)(curl_slist*);
};

const Curl& curl() {
  static const Curl loaded = [] {
    void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
      throw base::Error(
          base::ErrorKind::io, base::say("the library libcurl.so.4 is not installed"),
          base::say("Nothing was recorded. Install the package libcurl4, or use --query and --reply."));
    return Curl(library);
  }();
  return loaded;
}

struct Answer {
  base::Buffer bytes;
  std::size_t limit;
  bool too_long = false;
};

std::size_t receive(char* data, std::size_t, std::size_t count, void* into) {
  Answer& answer = *static_cast<Answer*>(into);
  if (count > answer.limit - answer.bytes.size()) {
    answer.too_long = true;
    return 0;  // ends the transfer
  }
  const base::Bytes part = base::as_bytes(std::string_view(data, count));
  answer.bytes.insert(answer.bytes.end(), part.begin(), part.end());
  return count;
}

void require_web_address(const std::string& address) {
  if (address.starts_with("http://") || address.starts_with("https://")) return;
  throw base::Error(base::ErrorKind::usage, base::say("\"{}\" is no address of the web", address),
                    base::say("Nothing was asked. Give one that begins with https:// or http://."));
}

}  // namespace

base::Buffer http_post(const std::string& address, const std::string& content_type, base::Bytes body,
                       std::size_t limit) {
  require_web_address(address);
  const Curl& library = curl();
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(library.init(), library.cleanup);
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
      library.append(nullptr, ("Content-Type: " + content_type).c_str()), library.free_list);
  if (!handle || !headers) throw std::bad_alloc();
  Answer answer{{}, limit};
  std::array<char, CURL_ERROR_SIZE> words{};
  CURL* request = handle.get();
  library.set(request, CURLOPT_URL, address.c_str());
  library.set(request, CURLOPT_PROTOCOLS_STR, "http,https");
  library.set(request, CURLOPT_FOLLOWLOCATION, 0L);
  library.set(request, CURLOPT_NOSIGNAL, 1L);
  library.set(request, CURLOPT_CONNECTTIMEOUT, 20L);
  library.set(request, CURLOPT_TIMEOUT, 60L);
  library.set(request, CURLOPT_HTTPHEADER, headers.get());
  library.set(request, CURLOPT_POST, 1L);
  library.set(request, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  library.set(request, CURLOPT_POSTFIELDS, body.data());
  library.set(request, CURLOPT_WRITEFUNCTION, &receive);
  library.set(request, CURLOPT_WRITEDATA, &answer);
  library.set(request, CURLOPT_ERRORBUFFER, words.data());
  const CURLcode code = library.perform(request);
  if (answer.too_long)
    throw base::Error(base::ErrorKind::io, base::say("{} answers with more than {} bytes", address, limit),
                      kAdvice);
  if (code != CURLE_OK)
    throw base::Error(
        base::ErrorKind::io,
        base::say("{} was not reached: {}", address, words[0] != 0 ? words.data() : library.words(code)),
        kAdvice);
  long status = 0;
  library.info(request, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200)
    throw base::Error(base::ErrorKind::io, base::say("{} answers with HTTP status {}", address, status),
                      kAdvice);
  return std::move(answer.bytes);
}

}  // namespace tools
