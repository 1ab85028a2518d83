// SPDX-License-Identifier: Apache-2.0
#include "parse/tsk_image.h"

#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/words.h"

namespace parse::tsk {
namespace {

ssize_t read_image(TSK_IMG_INFO* info, TSK_OFF_T offset, char* into, size_t count) noexcept {
  auto* external = reinterpret_cast<External*>(info);
  if (offset < 0) return -1;
  try {
    const std::span out(reinterpret_cast<std::byte*>(into), count);
    return static_cast<ssize_t>(external->source->read_at(static_cast<std::uint64_t>(offset), out));
  } catch (...) {
    external->failure = std::current_exception();
    tsk_error_set_errno(TSK_ERR_IMG_READ);
    return -1;
  }
}

void close_image(TSK_IMG_INFO*) noexcept {}  // the memory is Image's
void describe_image(TSK_IMG_INFO*, FILE*) noexcept {}

}  // namespace

Image::Image(std::shared_ptr<base::ByteSource> source, std::uint32_t sector_bytes)
    : source_(std::move(source)), external_(new External{}) {
  static_assert(offsetof(External, info) == 0);
  external_->source = source_.get();
  opened_.reset(tsk_img_open_external(external_.get(), static_cast<TSK_OFF_T>(source_->size()), sector_bytes,
                                      read_image, close_image, describe_image));
  if (!opened_)
    throw base::Error(base::ErrorKind::format,
                      base::say("the image cannot be opened by The Sleuth Kit: {}", last_error()),
                      base::say("The evidence was not changed. Verify the image."));
}

void Image::rethrow_failure() {
  if (auto failure = std::exchange(external_->failure, nullptr)) std::rethrow_exception(failure);
}

std::string last_error() {
  return fmt::format("TSK error {:#010x}", tsk_error_get_errno());
}

}  // namespace parse::tsk
