// SPDX-License-Identifier: Apache-2.0
// make_seeds DIR: the first inputs of the fuzzers, one folder a target, the same bytes every time. Here:
// small images of each shape, and the sections of one.
#include <filesystem>
#include <random>

#include "e01_input.h"
#include "seeds.h"
#include "tests/support/e01_builder.h"

namespace {

using fuzz::Seeds;
using support::E01Shape;

// Noise, zeros and text, a few chunks of each.
base::Buffer media_of(std::size_t bytes) {
  base::Buffer media(bytes);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < bytes; ++i) {
    if (i / 1000 % 3 == 0) media[i] = static_cast<std::byte>(random());
    if (i / 1000 % 3 == 1) media[i] = static_cast<std::byte>('a' + i % 7);
  }
  return media;
}

void make_images(Seeds seeds) {
  constexpr E01Shape kShapes[] = {
      {.sectors_per_chunk = 1, .chunks_per_table = 4},
      {.sectors_per_chunk = 4, .error2 = true},
      {.sectors_per_chunk = 2, .chunks_per_table = 2, .tables_per_segment = 2},
      {.sectors_per_chunk = 1,
       .chunks_per_table = 5,
       .tables_per_segment = 1,
       .table2 = false,
       .error2 = true},
      {.sectors_per_chunk = 1, .table2 = false, .sectors_section = false, .header = false},
      {.sectors_per_chunk = 2, .compress = false, .digest = false},
      {.sectors_per_chunk = 1, .sector_bytes = 4096, .hash = false},
  };
  for (const auto& shape : kShapes) {
    const std::size_t bytes = shape.sector_bytes == 4096 ? 8192 : 13 * 512;
    const auto files = support::build_e01(media_of(bytes), shape);
    if (files.size() <= 4) seeds.add(fuzz::input_of(files));
  }
}

void make_sections(Seeds seeds) {
  const auto add = [&seeds](unsigned which, base::Bytes bytes) {
    base::Buffer input{static_cast<std::byte>(which)};
    input.insert(input.end(), bytes.begin(), bytes.end());
    seeds.add(input);
  };
  namespace e01 = support::e01;
  const std::string text =
      "1\nmain\nc\tn\ta\te\tt\tav\tov\tm\tu\tp\nKK\t1\tdisk\texaminer\t\t1.0\tLinux\t2026 1 1\t\t0\n\n";
  add(0, e01::zlib_of(base::as_bytes(text)));
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide += {c, '\0'};
  add(0, e01::zlib_of(base::as_bytes(wide + "\x3D\xD8\x00\xDE")));  // and a pair of surrogates
  add(1, e01::error2_section());
  const auto file = support::build_e01(media_of(512), {.sectors_per_chunk = 1}).front();
  base::Buffer descriptor;
  e01::put(descriptor, file.size(), 8);
  e01::put(descriptor, 13, 8);
  e01::put(descriptor, base::Bytes(file).subspan(13, 76));
  add(2, descriptor);
  add(3, e01::volume(8192, {}));
  add(4, e01::table({}, 0, true));
  add(5, e01::digest_section(media_of(512), false));
  add(6, e01::digest_section(media_of(512), true));
  image::ChunkPacker packer(4096);
  base::Buffer room(4096);
  const base::Buffer chunk = media_of(4000);
  add(7, packer.pack(base::Bytes(chunk).subspan(1000), room).bytes);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  make_images(Seeds(std::filesystem::path(argv[1]) / "e01"));
  make_sections(Seeds(std::filesystem::path(argv[1]) / "e01_sections"));
  fuzz::make_custody_seeds(argv[1]);
  return 0;
}
