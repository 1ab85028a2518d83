// SPDX-License-Identifier: Apache-2.0
// CFTT's assertions on every acquisition, DA-AM-01 to DA-AM-10: docs/cftt.md.
#include <sys/wait.h>
#include <unistd.h>

#include "acquire/advice.h"
#include "acquire/command_channel.h"
#include "cftt_support.h"
#include "faulty_disk.h"
#include "faulty_source.h"
#include "storage_replies.h"

using namespace acquire_test;

namespace {

acquire::Plan plan_in(const fs::path& folder, acquire::OutputFormat format = acquire::OutputFormat::e01) {
  return {.folder = folder, .stem = "x", .format = format};
}

void expect_same(const fs::path& source, const base::Buffer& media, const char* through) {
  SCOPED_TRACE(through);
  const TempFolder folder;
  const auto report = image_file(source, plan_in(folder.path()));
  EXPECT_EQ(report.outcome, acquire::Outcome::complete) << report.trouble;
  EXPECT_TRUE(read_image(folder / "x.E01") == media);
}

TEST(Cftt, DA_AM_01_ReadsThroughEachInterface) {
  const TempFolder folder;
  const auto media = stated_media(4096 * 301);
  put_file(folder / "source", media);
  expect_same(folder / "source", media, "a file");
  for (const std::string bytes : {"512", "4096"}) {
    const LoopDevice loop(folder / "source", "-b " + bytes);
    if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
    EXPECT_EQ(acquire::open_source(loop.path())->facts().logical_sector, std::stoul(bytes));
    expect_same(loop.path(), media, "a block device");
  }
  if (!support::has_program("nbdkit")) GTEST_SKIP() << "nbdkit is not installed";
  const std::string socket = (folder / "socket").string();
  ASSERT_EQ(run("nbdkit -r -U " + socket + " -P " + (folder / "pid").string() + " file " +
                (folder / "source").string())
                .status,
            0);
  expect_same("nbd+unix:///?socket=" + socket, media, "a server");
  pid_t server = 0;
  std::ifstream(folder / "pid") >> server;
  if (server > 1) kill(server, SIGKILL);
}

// A whole disk and a part of it, an odd number of sectors, a single one, and none.
TEST(Cftt, DA_AM_02_AcquiresEachKindOfSource) {
  const TempFolder folder;
  auto media = stated_media(kOddMedia);
  put_file(folder / "odd", media);
  expect_same(folder / "odd", media, "an odd number of sectors");
  put_file(folder / "one", base::Bytes(media).first(512));
  expect_same(folder / "one", base::to_buffer(base::Bytes(media).first(512)), "one sector");
  put_file(folder / "none", {});
  const auto empty = image_file(folder / "none", plan_in(folder.path(), acquire::OutputFormat::raw));
  EXPECT_EQ(empty.media_digests, digests_of({})) << "a source of no bytes";
  // A partition from sector 35 of 1 199 sectors, type 83h (the MBR's table at 446).
  const unsigned char entry[] = {0, 0, 0, 0, 0x83, 0, 0, 0, 35, 0, 0, 0, 0xAF, 4, 0, 0};
  for (std::size_t i = 0; i < 66; ++i) media[446 + i] = std::byte{0};
  for (std::size_t i = 0; i < sizeof entry; ++i) media[446 + i] = std::byte{entry[i]};
  media[510] = std::byte{0x55}, media[511] = std::byte{0xAA};
  put_file(folder / "disk", media);
  const LoopDevice loop(folder / "disk", "-b 512 -P");
  if (loop.path().empty()) GTEST_SKIP() << "no loop device can be made here (it needs root and losetup)";
  expect_same(loop.path(), media, "a disk");
  // Not every kernel shows partitions of loop devices; what begins in the middle of a disk is the same to
  // read.
  const auto part = base::to_buffer(base::Bytes(media).subspan(35 * 512, 1'199 * 512));
  const LoopDevice middle(folder / "disk", "-b 512 --offset 17920 --sizelimit 613888");
  expect_same(middle.path(), part, "a part of a disk");
  if (fs::exists(loop.path() + "p1")) expect_same(loop.path() + "p1", part, "a partition");
}

// As root and as nobody: what is not allowed to be read is refused in words.
TEST(Cftt, DA_AM_03_RunsWithAndWithoutRoot) {
  if (geteuid() != 0) GTEST_SKIP() << "becoming another user needs root; this ran without, as all tests did";
  const TempFolder folder;
  const auto media = stated_media(kOddMedia);
  put_file(folder / "source", media);
  put_file(folder / "secret", media);
  fs::permissions(folder / "secret", fs::perms::none);
  fs::permissions(folder.path(), fs::perms::all);
  fs::permissions(folder / "source", fs::perms::owner_read | fs::perms::others_read);
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(10);
    const auto report = image_file(folder / "source", plan_in(folder.path()));
    if (report.media_digests != digests_of(media)) _exit(11);
    try {
      acquire::open_source(folder / "secret");
    } catch (const base::Error& error) {
      _exit(std::string(error.what()).find("secret: Permission denied") == std::string::npos ? 12 : 0);
    }
    _exit(13);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0) << "exit code " << WEXITSTATUS(status);
  EXPECT_TRUE(read_image(folder / "x.E01") == media);
}

TEST(Cftt, DA_AM_05_WritesToEachFileSystem) {
  const TempFolder folder;
  const auto media = stated_media(kOddMedia);
  put_file(folder / "source", media);
  const auto expect_on = [&](const MountedPlace& mounted, const fs::path& place) {
    if (!mounted.ok) return false;
    const auto report = image_file(folder / "source", plan_in(place));
    EXPECT_EQ(report.outcome, acquire::Outcome::complete) << place << report.trouble;
    EXPECT_TRUE(read_image(place / "x.E01") == media) << place;
    return true;
  };
  int tested = expect_on(MountedPlace("mount -t tmpfs none", folder / "tmpfs"), folder / "tmpfs");
  for (const std::string make : {"mkfs.vfat", "mke2fs -q -F", "mkntfs -q -F"}) {
    const std::string name = make.substr(0, make.find(' '));
    put_file(folder / (name + ".disk"), {});
    fs::resize_file(folder / (name + ".disk"), 40u << 20);
    if (run(make + " " + (folder / (name + ".disk")).string()).status != 0) continue;
    const fs::path disk = folder / (name + ".disk");
    const MountedPlace mounted(name == "mkntfs" ? "ntfs-3g " + disk.string() : mount_command(disk),
                               folder / name);
    tested += expect_on(mounted, folder / name);
  }
  if (tested < 4)
    GTEST_SKIP() << tested << " of tmpfs, vfat, ext2 and ntfs could be mounted here (it needs root)";
}

TEST(Cftt, DA_AM_06_AcquiresEveryVisibleSector) {
  for (const std::uint64_t sectors : {1u, 63u, 64u, 65u, 2'047u, 2'049u, 4'097u}) {
    const TempFolder folder;
    put_file(folder / "source", stated_media(sectors * 512));
    image_file(folder / "source", plan_in(folder.path()));
    const auto numbers = stated_numbers(read_image(folder / "x.E01"));
    ASSERT_EQ(numbers.size(), sectors);
    EXPECT_EQ(numbers.back(), sectors - 1) << "the last sector, which is odd";
  }
}

class RecordedDrive final : public acquire::CommandChannel {
 public:
  Language language() const override { return Language::scsi; }
  Reply send(acquire::AtaCommand command) override {
    switch (command) {
      case acquire::AtaCommand::identify_device:
        return {usual_disk().finished(), {}, {}, false};
      case acquire::AtaCommand::read_native_max_address_ext:
        return {{}, descriptor_sense(3'907'029'167u + 2'048), {}, false};
      default:
        return {{}, {}, "the drive aborted the command", false};
    }
  }
  Reply send(acquire::NvmeCommand) override { return {{}, {}, "no such drive", false}; }
};

// A source with the facts of a drive that hides 2 048 sectors and does not say whether it hides more.
class HidingSource final : public acquire::Source {
 public:
  HidingSource() : media_(stated_media(kOddMedia)) {
    RecordedDrive drive;
    facts_.path = "/dev/of-a-test";
    facts_.bytes = media_.size();
    facts_.block_device = true;
    facts_.drive = acquire::ask_drive(drive);
    facts_.advice = acquire::advice_on(facts_);
  }
  const acquire::SourceFacts& facts() const override { return facts_; }
  Read read_at(std::uint64_t offset, std::span<std::byte> into) override {
    std::ranges::copy(base::Bytes(media_).subspan(offset, into.size()), into.begin());
    return Read::ok;
  }

 private:
  base::Buffer media_;
  acquire::SourceFacts facts_;
};

// Holdfast does not acquire hidden sectors, for that writes to the drive; it must say that they are there.
TEST(Cftt, DA_AM_07_StatesHiddenSectorsAndThatTheyAreNotAcquired) {
  const TempFolder folder;
  HidingSource source;
  const auto report = acquire::acquire(source, plan_in(folder.path()), {}, {});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete);
  const auto json = base::parse_profile(base::read_file(folder / "acquisition.json")).at("source");
  const auto& hidden = json.at("drive").at("hidden");
  EXPECT_EQ(hidden.at("hpa").at("state").text(), "present");
  EXPECT_EQ(hidden.at("hpa").at("sectors").text(), "2048");
  EXPECT_EQ(hidden.at("dco").at("state").text(), "unknown");
  EXPECT_EQ(hidden.at("dco").at("why").text(), "the drive aborted the command");
  std::map<std::string, std::string> advice;
  for (const auto& one : json.at("advice").items()) advice[one.at("code").text()] = one.at("words").text();
  EXPECT_NE(advice["hidden_area"].find("hides 2048 sectors (HPA), which the image will not hold"),
            std::string::npos)
      << advice["hidden_area"];
  EXPECT_TRUE(advice.contains("hidden_area_unknown"));
}

TEST(Cftt, DA_AM_08_EverySectorIsInItsPlace) {
  for (const auto format : {acquire::OutputFormat::e01, acquire::OutputFormat::raw}) {
    const TempFolder folder;
    put_file(folder / "source", stated_media((5u << 20) + kOddMedia));
    auto plan = plan_in(folder.path(), format);
    plan.segment_bytes = 2u << 20;
    const auto report = image_file(folder / "source", plan);
    const auto numbers = stated_numbers(read_image(folder / report.files.front().name));
    ASSERT_EQ(numbers.size(), (5u << 20) / 512 + 1'235);
    for (std::uint64_t number = 0; number < numbers.size(); ++number) ASSERT_EQ(numbers[number], number);
  }
}

std::set<std::uint64_t> bad_in(std::uint64_t sectors) {
  return {0, 7, 62, 63, 64, 200, 201, 202, 1'000, sectors - 1};
}

TEST(Cftt, DA_AM_09_NamesWhatCouldNotBeReadAndWhere) {
  const std::uint64_t sectors = 1'240;
  FaultySource truth(stated_media(sectors * 512), 512);
  truth.bad = bad_in(sectors);
  const FaultyDisk disk(truth.media(), 512, truth.bad);
  SKIP_WITHOUT(disk);
  const TempFolder folder;
  std::uint64_t told = 0;
  const auto report = image_file(disk.path(), plan_in(folder.path()),
                                 [&](const auto& progress) { told = std::max(told, progress.bad_sectors); });
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges) << "never a clean success";
  EXPECT_EQ(report.bad, truth.bad_ranges());
  EXPECT_EQ(told, truth.bad.size()) << "while it runs";
  const auto json = base::parse_profile(base::read_file(folder / "acquisition.json"));
  EXPECT_EQ(json.at("bad_ranges").items().size(), truth.bad_ranges().size());
  EXPECT_EQ(json.at("media").at("bad").text(), std::to_string(truth.bad.size() * 512));
  EXPECT_EQ(image::open_image(folder / "x.E01")->facts().bad, truth.bad_ranges()) << "and in the image";
}

TEST(Cftt, DA_AM_10_ZerosStandForWhatCouldNotBeRead) {
  for (const std::uint32_t sector : {512u, 4096u}) {
    const std::uint64_t sectors = 1'235;
    FaultySource source(stated_media(sectors * sector, sector), sector);
    source.bad = bad_in(sectors);
    const TempFolder folder;
    acquire::acquire(source, plan_in(folder.path()), {}, {});
    const auto numbers = stated_numbers(read_image(folder / "x.E01"), sector);
    ASSERT_EQ(numbers.size(), sectors);
    for (std::uint64_t number = 0; number < sectors; ++number)
      EXPECT_EQ(numbers[number], source.bad.contains(number) ? kZeros : number);
    EXPECT_TRUE(read_image(folder / "x.E01") == source.media_with_zeros()) << "and every byte of them";
  }
}

}  // namespace
