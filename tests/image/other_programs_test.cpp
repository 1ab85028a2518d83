// SPDX-License-Identifier: Apache-2.0
// Every kind of image that we write, with a file system in it, as other programs see it: ewfverify, ewfinfo,
// img_stat and fls must say of it what they say of the media themselves.
#include "image_support.h"

using namespace image_test;

namespace {

struct Kind {
  const char* name;
  image::Format format = image::Format::e01;
  std::uint32_t sector_bytes = 512;
  std::optional<std::uint64_t> segment_bytes;
  std::uint32_t sectors_per_chunk = 64;  // chunks of 32 KiB to 1 MiB
};

// An ext2 file system of 12 MiB with files of several sizes, and names that are not ASCII.
bool make_file_system(const fs::path& path, const fs::path& tree) {
  fs::create_directories(tree / "folder/deeper");
  put_file(tree / "folder/note.txt", base::as_bytes("a note"));
  put_file(tree / "folder/deeper/\xE5\x9B\xAD\xE5\x8C\xBA.txt", base::as_bytes("a name in Chinese"));
  put_file(tree / "noise", mixed_media(5'000'000));
  put_file(tree / "empty", {});
  fs::resize_file((put_file(path, {}), path), 12u << 20);
  return run("mke2fs -q -F -b 4096 -d " + tree.string() + " " + path.string()).status == 0;
}

class OtherPrograms : public testing::TestWithParam<Kind> {
 protected:
  // The files of the image, quoted for a shell.
  std::string write(base::Bytes media) {
    image::WriterOptions options;
    options.media_bytes = media.size();
    options.sector_bytes = GetParam().sector_bytes;
    options.sectors_per_chunk = GetParam().sectors_per_chunk;
    options.segment_bytes = GetParam().segment_bytes;
    options.header = {{"case_number", "KK-2026"}, {"evidence_number", "KK-A-0001"}};
    const auto writer = GetParam().format == image::Format::e01
                            ? image::create_e01({{folder_.path(), {}}}, "x", options)
                            : image::create_raw({{folder_.path(), {}}}, "x", options);
    writer->write(media);
    std::string files;
    for (const auto& name : names_of(writer->finish(digests_of(media))))
      files += " " + (folder_ / name).string();
    return files;
  }
  void expect_ewf_tools_agree(const std::string& files, base::Bytes media) {
    const auto digests = digests_of(media);
    const auto verified = run("ewfverify -q -d sha1,sha256" + files);
    EXPECT_EQ(verified.status, 0) << verified.output;
    for (const auto& [algorithm, digest] : digests)
      EXPECT_NE(verified.output.find(base::to_hex(digest)), std::string::npos) << base::name_of(algorithm);
    const auto info = run("TZ=UTC ewfinfo" + files + " | tr -s '\\t'");
    for (const std::string text :
         {std::string("KK-A-0001"), "Bytes per sector:\t" + std::to_string(GetParam().sector_bytes),
          "(" + std::to_string(media.size()) + " bytes)", base::to_hex(digests.at(base::Algorithm::md5)),
          base::to_hex(digests.at(base::Algorithm::sha1)),
          "Sectors per chunk:\t" + std::to_string(GetParam().sectors_per_chunk)}) {
      EXPECT_NE(info.output.find(text), std::string::npos) << text << "\n" << info.output;
    }
  }
  TempFolder folder_;
};

TEST_P(OtherPrograms, SeeTheSame) {
  for (const char* tool : {"ewfverify", "ewfinfo", "img_stat", "fls", "icat", "mke2fs"}) {
    if (!has_tool(tool)) GTEST_SKIP() << tool << " is not installed";
  }
  const TempFolder source;
  ASSERT_TRUE(make_file_system(source / "disk", source / "tree"));
  const auto media = file_bytes(source / "disk");
  const std::string files = write(media);
  if (GetParam().format == image::Format::e01) expect_ewf_tools_agree(files, media);

  const auto stat = run("img_stat" + files);
  EXPECT_EQ(stat.status, 0) << stat.output;
  EXPECT_NE(stat.output.find(std::to_string(media.size())), std::string::npos) << stat.output;
  if (GetParam().format == image::Format::e01) {
    EXPECT_NE(stat.output.find("Sector size:\t" + std::to_string(GetParam().sector_bytes)), std::string::npos)
        << stat.output;
  }
  const auto expected = run("fls -r -p -f ext2 " + (source / "disk").string());
  EXPECT_NE(expected.output.find("folder/deeper/\xE5\x9B\xAD"), std::string::npos) << expected.output;
  EXPECT_EQ(run("fls -r -p -f ext2" + files).output, expected.output);
  const std::string inode = run("ifind -n noise -f ext2" + files).output;
  const auto copied = run("icat -f ext2" + files + " " + std::to_string(std::atoi(inode.c_str())) + " > " +
                          (source / "copy").string());
  EXPECT_EQ(copied.status, 0) << copied.output;
  EXPECT_TRUE(file_bytes(source / "copy") == mixed_media(5'000'000)) << "the content of a file";
}

INSTANTIATE_TEST_SUITE_P(Kinds, OtherPrograms,
                         testing::Values(Kind{"E01"}, Kind{"E01Segments", image::Format::e01, 512, 1u << 20},
                                         Kind{"E01Segments3M", image::Format::e01, 512, 3u << 20},
                                         Kind{"E01Sectors1024", image::Format::e01, 1024, {}},
                                         Kind{"E01Sectors2048", image::Format::e01, 2048, 2u << 20},
                                         Kind{"E01Sectors4096", image::Format::e01, 4096, {}},
                                         Kind{"E01Sectors4096Segments", image::Format::e01, 4096, 1u << 20},
                                         Kind{"E01Chunks64K", image::Format::e01, 512, 1u << 20, 128},
                                         Kind{"E01Chunks128K", image::Format::e01, 512, {}, 256},
                                         Kind{"E01Chunks512K", image::Format::e01, 512, 3u << 20, 1024},
                                         Kind{"E01Sectors4096Chunks1M", image::Format::e01, 4096, 3u << 20,
                                              256},
                                         Kind{"Raw", image::Format::raw, 512, {}},
                                         Kind{"SplitRaw", image::Format::raw, 512, 1u << 20},
                                         Kind{"SplitRawUneven", image::Format::raw, 512, 5'000'192}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
