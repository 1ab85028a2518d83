// SPDX-License-Identifier: Apache-2.0
// Sources: Android package names as in the Play store's addresses; ids of browser extensions as in the Chrome
// web store's; Telegram Desktop's folder in telegramdesktop/tdesktop, Telegram/SourceFiles/settings.cpp;
// suffixes of WhatsApp's backups in github.com/ElDavoo/wa-crypt-tools.
#include "parse/unsupported.h"

#include <algorithm>
#include <array>

namespace parse {
namespace {

// What a name means: `app` is the word that an extractor for it would have.
struct Known {
  std::string_view name, app;
};

constexpr std::array<Known, 33> kAndroidPackages{{
    {"com.bitkeep.wallet", "bitget wallet"},
    {"com.discord", "discord"},
    {"com.facebook.orca", "messenger"},
    {"com.google.android.apps.messaging", "google messages"},
    {"com.instagram.android", "instagram"},
    {"com.kakao.talk", "kakaotalk"},
    {"com.okinc.okex.gp", "okx"},
    {"com.skype.raider", "skype"},
    {"com.tencent.mm", "wechat"},
    {"com.tencent.mobileqq", "qq"},
    {"com.tinder", "tinder"},
    {"com.tronlinkpro.wallet", "tronlink"},
    {"com.twitter.android", "x"},
    {"com.viber.voip", "viber"},
    {"com.wallet.crypto.trustapp", "trust wallet"},
    {"com.whatsapp", "whatsapp"},
    {"com.whatsapp.w4b", "whatsapp"},
    {"com.zhiliaoapp.musically", "tiktok"},
    {"com.zing.zalo", "zalo"},
    {"im.token.app", "imtoken"},
    {"im.vector.app", "element"},
    {"io.metamask", "metamask mobile"},
    {"jp.naver.line.android", "line"},
    {"network.loki.messenger", "session"},
    {"org.potato.messenger", "potato"},
    {"org.telegram.messenger", "telegram"},
    {"org.telegram.messenger.beta", "telegram"},
    {"org.telegram.messenger.web", "telegram"},
    {"org.telegram.plus", "telegram"},
    {"org.thoughtcrime.securesms", "signal"},
    {"so.onekey.app.wallet", "onekey"},
    {"tw.nekomimi.nekogram", "telegram"},
    {"vip.mytokenpocket", "tokenpocket"},
}};

constexpr std::array<Known, 23> kWalletExtensions{{
    {"acmacodkjbdgmoleebolmdjonilkdbch", "rabby"},
    {"aeachknmefphepccionboohckonoeemg", "coin98"},
    {"afbcbjpbpfadlkmhmclhkeeodmamcflc", "mathwallet"},
    {"aflkmfhebedbjioipglgcbcmnbpgliof", "backpack"},
    {"aholpfdialjgjfhomihkjbmgjidlcdno", "exodus"},
    {"bfnaelmomeimhlpmgjnjophhpkkoljpa", "phantom"},
    {"bhhhlbepdkbapadjdnnojkbgioiodbic", "solflare"},
    {"cadiboklkpojfamcoggejbbdjcoiljjk", "binance wallet"},
    {"dmkamcknogkgcdfhhbddcghachkejeap", "keplr"},
    {"egjidjbpglichdcondbcbdnbeeppgdph", "trust wallet"},
    {"ejbalbakoplchlghecdalmeeeajnimhm", "metamask"},
    {"fhbohimaelbohpjbbldcngcnapndodjp", "binance wallet"},
    {"fnjhmkhhmkbjkkabndcnnogagogbneec", "ronin"},
    {"hnfanknocfeofbddgcijnmhnfnkdnaad", "coinbase wallet"},
    {"ibnejdfjmmkpcnlpebklmnkoeoihofec", "tronlink"},
    {"jiidiaalihmmhddjgbnbgdfflelocpak", "bitget wallet"},
    {"jnmbobjmhlngoefaiojfljckilhhlhcj", "onekey"},
    {"mcohilncbfahbmgdjkbpemcciiolgcge", "okx"},
    {"mfgccjchihfkkindfppnaooecgfneiii", "tokenpocket"},
    {"nkbihfbeogaeaoehlefnkodbefgpgknn", "metamask"},
    {"obffkkagpmohennipjokmpllocnlndac", "onekey"},
    {"omaabbefbmiijedngplfjmnooppbclkk", "tonkeeper"},
    {"pbpjkcldjiffchgbbndmhojiacbgflha", "okx"},
}};

constexpr std::array<Known, 5> kFolders{{
    {"Roaming/Exodus/exodus.wallet", "exodus"},
    {"Signal/sql", "signal"},
    {"Telegram Desktop/tdata", "telegram"},
    {"WeChat Files", "wechat"},
    {"xwechat_files", "wechat"},
}};

struct KnownFile {
  std::string_view suffix, kind, what;
};
constexpr std::array<KnownFile, 9> kFiles{{
    {".crypt12", "database", "whatsapp backup (crypt12)"},
    {".crypt14", "database", "whatsapp backup (crypt14)"},
    {".crypt15", "database", "whatsapp backup (crypt15)"},
    {".ab", "container", "android backup"},
    {".hc", "container", "veracrypt container"},
    {".tc", "container", "truecrypt container"},
    {".luks", "container", "luks container"},
    {"/wallet.dat", "database", "bitcoin core wallet"},
    {"/EnMicroMsg.db", "database", "wechat database (encrypted)"},
}};

std::string_view last_step(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_read(std::string_view app, ExtractorList extractors) {
  return std::any_of(extractors.begin(), extractors.end(), [&](const auto* e) { return e->app == app; });
}

template <std::size_t N>
std::string_view app_named(const std::array<Known, N>& table, std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Known& k) { return k.name == name; });
  return found == table.end() ? "" : found->app;
}

bool is_extension_folder(std::string_view path) {
  return path_matches("Local Extension Settings/*", path);
}

std::string_view app_in_folder(std::string_view path) {
  const std::string_view name = last_step(path);
  if (is_extension_folder(path)) return app_named(kWalletExtensions, name);
  if (android_user(std::string(path) + "/x")) return app_named(kAndroidPackages, name);
  const auto found = std::find_if(kFolders.begin(), kFolders.end(),
                                  [&](const Known& k) { return path_matches(k.name, path); });
  return found == kFolders.end() ? "" : found->app;
}

}  // namespace

std::optional<UnsupportedFind> unsupported_at(std::string_view path, EntryKind kind,
                                              ExtractorList extractors) {
  if (kind == EntryKind::folder) {
    const std::string_view app = app_in_folder(path);
    if (app.empty() || is_read(app, extractors)) return std::nullopt;
    return UnsupportedFind{"app", std::string(app)};
  }
  const auto ends = [&](const KnownFile& file) { return path.ends_with(file.suffix); };
  const auto found = std::find_if(kFiles.begin(), kFiles.end(), ends);
  if (kind != EntryKind::file || found == kFiles.end()) return std::nullopt;
  return UnsupportedFind{std::string(found->kind), std::string(found->what)};
}

}  // namespace parse
