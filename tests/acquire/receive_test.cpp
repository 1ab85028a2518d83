// SPDX-License-Identifier: Apache-2.0
// Evidence that others made, as it is copied, hashed, read back and compared.
#include "acquire/receive.h"

#include "acquire/copy_out.h"
#include "acquire_support.h"

using namespace acquire_test;

namespace {

using acquire::KeepAs;
using acquire::StatedResult;

class Receive : public testing::Test {
 protected:
  Receive() : media_(media_without_zeros(40 * 512)) { fs::create_directory(in_ / "copies"); }
  fs::path put(const std::string& name, base::Bytes bytes) {
    put_file(in_ / name, bytes);
    return in_ / name;
  }
  fs::path put_e01(const std::map<base::Algorithm, base::Buffer>& stated) {
    image::WriterOptions options;
    options.media_bytes = media_.size();
    const auto writer = image::create_e01({{in_.path(), {}}}, "Disk Of Somebody", options);
    writer->write(media_);
    writer->finish(stated);
    return in_ / "Disk Of Somebody.E01";
  }
  acquire::Report receive(const std::vector<fs::path>& files, KeepAs keep = KeepAs::told_by_content,
                          bool in_place = false) {
    acquire::ReceivePlan plan{acquire::look_at_incoming(files, "P_a1", keep), "Agency B", "", stated_, {}};
    if (!in_place) plan.folder = in_ / "copies";
    return acquire::receive(plan, [](const acquire::Progress&) {}, {});
  }
  static std::string text(const std::vector<fs::path>& files) {
    const auto incoming = acquire::look_at_incoming(files, "P_a1");
    std::string out = incoming.what;
    for (const auto& name : incoming.names) out += " " + name;
    return out;
  }
  TempFolder in_;
  base::Buffer media_;
  std::vector<acquire::Stated> stated_;
};

TEST_F(Receive, AnE01StatesItself) {
  const auto first = put_e01(digests_of(media_));
  const auto report = receive({first});
  ASSERT_TRUE(report.received);
  EXPECT_EQ(report.received->what, "image");
  EXPECT_EQ(report.received->result, StatedResult::weak) << "it can hold MD5 and SHA-1 only";
  EXPECT_EQ(report.media_digests, digests_of(media_));
  EXPECT_EQ(report.read_back, acquire::ReadBack::equal);
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_EQ(report.files[0].name, "P_a1.E01") << "the name that came is data";
  EXPECT_EQ(report.received->files[0].name, "Disk Of Somebody.E01");
  EXPECT_EQ(report.received->files[0].digests, digests_of(base::read_file(first)));
  EXPECT_EQ(base::read_file(in_ / "copies/P_a1.E01"), base::read_file(first));
  const auto rights = fs::status(in_ / "copies/P_a1.E01").permissions();
  EXPECT_EQ(rights & fs::perms::all, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  const auto json = report.to_json().at("received");
  EXPECT_EQ(json.at("result").text(), "weak");
  EXPECT_EQ(json.at("stated").items().at(0).at("by").text(), "image");
}
TEST_F(Receive, AnotherDigestThanItStatesStandsAsItCame) {
  auto stated = digests_of(media_);
  stated[base::Algorithm::md5][0] ^= std::byte{1};
  const auto report = receive({put_e01(stated)});
  EXPECT_EQ(report.received->result, StatedResult::different);
  EXPECT_EQ(report.outcome, acquire::Outcome::complete);
  EXPECT_EQ(report.trouble, "");
}
TEST_F(Receive, ADamagedImageStandsAsItCame) {
  const auto first = put_e01(digests_of(media_));
  auto bytes = base::read_file(first);
  bytes[bytes.size() / 2] ^= std::byte{16};
  fs::remove(first);
  put("Disk Of Somebody.E01", bytes);
  const auto report = receive({first});
  EXPECT_EQ(report.outcome, acquire::Outcome::complete_with_bad_ranges);
  EXPECT_EQ(report.received->result, StatedResult::none) << "nothing can be compared with what it states";
  EXPECT_EQ(base::read_file(in_ / "copies/P_a1.E01"), bytes);
}
TEST_F(Receive, SegmentsBesideTheFirstComeWithIt) {
  const base::Bytes media(media_);
  const auto first = put("x.001", media.first(8192));
  put("x.002", media.subspan(8192));
  put("y.001", media);
  EXPECT_EQ(text({first}), "image P_a1.001 P_a1.002");
  EXPECT_EQ(text({in_ / "x.002", first}), "image P_a1.001 P_a1.002") << "in whatever order they are named";
  stated_.push_back({base::Algorithm::sha256, digests_of(media_).at(base::Algorithm::sha256), {}, "log"});
  const auto report = receive({first});
  EXPECT_EQ(report.received->result, StatedResult::equal);
  EXPECT_EQ(report.received->comparisons[0].with, "media");
  EXPECT_EQ(read_image(in_ / "copies/P_a1.001"), media_);
  EXPECT_THROW(acquire::look_at_incoming({first, in_ / "y.001"}, "P_a1"), base::Error);
}
TEST_F(Receive, WhatItIsIsToldByItsFirstBytesAndItsName) {
  const auto zip = put("cellebrite.ufdr", base::as_bytes("PK\x03\x04 and so on"));
  EXPECT_EQ(text({zip}), "archive P_a1.zip");
  base::Buffer tar(1024);
  const auto mark = base::as_bytes("ustar");
  std::copy(mark.begin(), mark.end(), tar.begin() + 257);
  EXPECT_EQ(text({put("x", tar)}), "archive P_a1.tar");
  EXPECT_EQ(text({put("x.dd", media_)}), "image P_a1.dd");
  EXPECT_EQ(text({put("x.mbox", media_)}), "files 1");
  EXPECT_EQ(text({zip, in_ / "x.mbox"}), "files 1 2");
  const auto incoming = acquire::look_at_incoming({in_ / "x.mbox"}, "P_a1", KeepAs::image);
  EXPECT_EQ(incoming.what, "image");
  EXPECT_EQ(acquire::look_at_incoming({zip}, "P_a1", KeepAs::files).what, "files");
}
TEST_F(Receive, WhatCannotBeOpenedAsAnImageIsKeptAsFiles) {
  const auto l01 = put("x.L01", base::as_bytes(std::string_view("LVF\x09\x0d\x0a\xff\x00 and so on", 18)));
  const auto incoming = acquire::look_at_incoming({l01}, "P_a1");
  EXPECT_EQ(incoming.what, "files");
  EXPECT_EQ(incoming.remarks.size(), 1u);
}
TEST_F(Receive, NamesThatCameBecomeNoPaths) {
  const auto odd = put("a\nb\x1b[2J.mbox", base::as_bytes("From x"));
  const auto report = receive({odd});
  EXPECT_TRUE(fs::exists(in_ / "copies/1"));
  EXPECT_EQ(report.files[0].name, "1");
  EXPECT_TRUE(report.to_json().at("received").at("files").items()[0].at("name").is_object());
}
TEST_F(Receive, LeftWhereItLies) {
  const auto first = put("x.001", base::Bytes(media_).first(8192));
  put("x.002", base::Bytes(media_).subspan(8192));
  stated_.push_back(
      {base::Algorithm::md5, digests_of(base::read_file(first)).at(base::Algorithm::md5), "x.001", "log"});
  const auto report = receive({first}, KeepAs::told_by_content, true);
  EXPECT_TRUE(report.received->in_place);
  EXPECT_EQ(report.received->result, StatedResult::weak);
  EXPECT_EQ(report.files.size(), 2u);
  EXPECT_EQ(report.read_back, acquire::ReadBack::nothing_stated);
  EXPECT_TRUE(fs::is_empty(in_ / "copies"));
}
TEST_F(Receive, Sha512IsComputedWhereItIsStated) {
  const auto zip = put("x.zip", base::as_bytes("PK\x03\x04 and so on"));
  base::Hasher hasher(base::Algorithm::sha512);
  hasher.update(base::read_file(zip));
  stated_.push_back({base::Algorithm::sha512, hasher.finish(), {}, "log"});
  EXPECT_EQ(receive({zip}).received->result, StatedResult::equal);
}
TEST_F(Receive, StoppedIsNothing) {
  std::stop_source stop;
  stop.request_stop();
  acquire::ReceivePlan plan{
      acquire::look_at_incoming({put("x.dd", media_)}, "P_a1"), "Agency B", "", {}, in_ / "copies"};
  try {
    acquire::receive(
        plan, [](const acquire::Progress&) {}, stop.get_token());
    FAIL() << "it went on";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::interrupted);
  }
}
TEST_F(Receive, ACopyIsMadeOfWhatWasRecordedAndOfNothingElse) {
  const auto file = put("x.dd", media_);
  const std::string sha256 = base::sha256(media_).hex();
  acquire::copy_out({{base::open_source(file), "y.dd", sha256}}, in_ / "copies", {}, {});
  EXPECT_EQ(base::read_file(in_ / "copies/y.dd"), media_);
  try {
    acquire::copy_out({{base::open_source(file), "z.dd", std::string(64, '0')}}, in_ / "copies", {}, {});
    FAIL() << "something else was copied";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind, base::ErrorKind::format);
  }
}

}  // namespace
