// SPDX-License-Identifier: Apache-2.0
// Replies of NVMe controllers, built byte by byte after the NVM Express specifications.
#include "acquire/nvme.h"

#include <gtest/gtest.h>

namespace {

class Reply {
 public:
  explicit Reply(std::size_t bytes) : bytes_(bytes) {}
  Reply& number(std::size_t offset, std::size_t width, std::uint64_t value) {
    for (std::size_t i = 0; i < width; ++i, value >>= 8) bytes_[offset + i] = std::byte(value & 0xFF);
    return *this;
  }
  Reply& text(std::size_t offset, std::size_t width, std::string value) {
    value.resize(width, ' ');
    for (std::size_t i = 0; i < width; ++i) bytes_[offset + i] = std::byte(value[i]);
    return *this;
  }
  base::Bytes bytes() const { return bytes_; }

 private:
  base::Buffer bytes_;
};

TEST(Nvme, TheControllerSaysWhatItHasAndWhatNoNamespaceHolds) {
  Reply reply(4096);
  reply.text(4, 20, "S-7").text(24, 40, "HOLDFAST TEST NVME").text(64, 8, "2B");
  reply.number(280, 8, 1'000'204'886'016u).number(296, 8, 4'096'000u).number(516, 4, 32).number(520, 2, 0x04);
  const auto controller = *acquire::nvme_controller(reply.bytes()).value;
  EXPECT_EQ(controller.serial, "S-7");
  EXPECT_EQ(controller.model, "HOLDFAST TEST NVME");
  EXPECT_EQ(controller.firmware, "2B");
  EXPECT_EQ(controller.total_bytes, 1'000'204'886'016u);
  EXPECT_EQ(controller.unallocated_bytes, 4'096'000u);
  EXPECT_EQ(controller.namespaces, 32u);
  EXPECT_TRUE(controller.trim);
  reply.number(288, 8, 1);  // the upper half of 128 bits
  EXPECT_EQ(acquire::nvme_controller(reply.bytes()).value->total_bytes, ~std::uint64_t{0});
  EXPECT_FALSE(acquire::nvme_controller(base::Buffer(4096)).value);
  EXPECT_FALSE(acquire::nvme_controller(reply.bytes().first(4095)).value);
}

TEST(Nvme, TheFormatInUseGivesTheSizeOfABlock) {
  Reply reply(4096);
  reply.number(0, 8, 1'000).number(26, 1, 0b0010'0001).number(33, 1, 0b0'1001);
  reply.number(128 + 17 * 4, 4, 12u << 16 | 8);  // format 17: upper bits of the index stand in bits 6:5
  reply.number(128 + 4, 4, 9u << 16);            // format 1, not in use
  const auto found = *acquire::nvme_namespace(reply.bytes()).value;
  EXPECT_EQ(found.block_bytes, 4096u);
  EXPECT_EQ(found.metadata_bytes, 8u);
  EXPECT_EQ(found.bytes(), 4'096'000u);
  EXPECT_TRUE(found.trim_reads_zeros);
}

TEST(Nvme, ANamespaceThatCannotBeIsNotBelieved) {
  EXPECT_FALSE(acquire::nvme_namespace(base::Buffer(4096)).value) << "not active";
  EXPECT_FALSE(acquire::nvme_namespace(base::Buffer(4096, std::byte{0xFF})).value);
  Reply huge(4096);
  huge.number(0, 8, ~std::uint64_t{0}).number(130, 1, 9);
  EXPECT_FALSE(acquire::nvme_namespace(huge.bytes()).value) << "more bytes than 64 bits count";
}

TEST(Nvme, ActiveNamespacesEndWithZero) {
  Reply reply(4096);
  reply.number(0, 4, 1).number(4, 4, 7);
  EXPECT_EQ(*acquire::nvme_active_namespaces(reply.bytes()).value, (std::vector<std::uint32_t>{1, 7}));
  reply.number(8, 4, 7);
  EXPECT_FALSE(acquire::nvme_active_namespaces(reply.bytes()).value);
}

TEST(Nvme, Health) {
  Reply reply(512);
  reply.number(0, 1, 4)
      .number(1, 2, 310)
      .number(5, 1, 12)
      .number(48, 8, 99)
      .number(128, 8, 8760)
      .number(160, 8, 3);
  const auto health = *acquire::nvme_health(reply.bytes()).value;
  EXPECT_EQ(health.critical_warning, 4);
  EXPECT_EQ(health.temperature_celsius, 37);
  EXPECT_EQ(health.percentage_used, 12);
  EXPECT_EQ(health.data_units_written, 99u);
  EXPECT_EQ(health.power_on_hours, 8760u);
  EXPECT_EQ(health.media_errors, 3u);
  EXPECT_FALSE(acquire::nvme_health(reply.bytes().first(100)).value);
}

}  // namespace
