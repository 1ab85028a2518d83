// SPDX-License-Identifier: Apache-2.0
#include "export/report_frame.h"

#include "base/digest.h"

namespace exporter {
namespace {

constexpr Literal kStyle(R"css(
:root{--ink:#1c2733;--soft:#4a5868;--line:#d5dde6;--paper:#fff;--ground:#f4f6f8;--link:#174f86;--out:#e6f0ee;
--held:#fff3d1;--held-ink:#5a3c00}
*{box-sizing:border-box}
html{color-scheme:light;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);
font:1rem/1.55 system-ui,"Noto Sans","Noto Sans Thai","Noto Sans Khmer","Noto Sans Myanmar","Noto Sans Lao","Noto Sans SC","Noto Sans Arabic","Segoe UI",sans-serif}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .8rem;z-index:1}
header.top{background:var(--paper);border-bottom:1px solid var(--line)}
.wide{max-width:78rem;margin:0 auto;padding:0 1.5rem}
header.top p{margin:0;padding:1rem 0 .2rem;color:var(--soft);font-size:.9rem}
nav ul{list-style:none;margin:0;padding:.3rem 0 .8rem;display:flex;flex-wrap:wrap;gap:.35rem 1.4rem}
nav a{text-decoration:none;padding:.2rem 0;border-bottom:2px solid transparent}
nav a:hover{border-color:var(--link)}
nav a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--ink)}
main.wide{padding-top:1.8rem;padding-bottom:3rem}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .6rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;font-weight:650}
h3{font-size:1rem;margin:1.4rem 0 .4rem;font-weight:650}
p{max-width:44rem}
.lead{color:var(--soft);margin-top:0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.3rem;margin:1rem 0}
.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.scroll{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:.5rem;margin:.8rem 0}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:start;padding:.7rem .9rem;color:var(--soft)}
th,td{text-align:start;vertical-align:top;padding:.45rem .9rem;border-top:1px solid var(--line)}
thead th{border-top:0;background:#eef2f5;font-weight:600;white-space:nowrap}
tbody th{font-weight:500}
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums}
td{max-width:26rem;overflow-wrap:break-word}td bdi{white-space:pre-wrap}
tbody th{white-space:nowrap}td.prov{min-width:17rem}td.prov .from{margin:0}
dl.facts{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.3rem 1.4rem;margin:0}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:1rem;margin:1.2rem 0;padding:0;list-style:none}
.figures li{background:var(--paper);border:1px solid var(--line);border-radius:.5rem;padding:.8rem 1.2rem;min-width:9rem}
.figures b{display:block;font-size:1.5rem;font-weight:650;font-variant-numeric:tabular-nums}
.figures span{color:var(--soft);font-size:.9rem}
.chat{max-width:52rem;display:flex;flex-direction:column;gap:.6rem}
.day{align-self:center;color:var(--soft);font-size:.9rem;font-weight:600;margin:1.1rem 0 .2rem}
.m{background:var(--paper);border:1px solid var(--line);border-radius:.7rem;padding:.6rem .95rem;max-width:86%;align-self:flex-start}
.m.out{background:var(--out);align-self:flex-end}
.m.ev{align-self:center;background:transparent;border-style:dashed;text-align:center}
.m .who{font-weight:600}
.m .when,.m .way{color:var(--soft);font-size:.86rem}
.m p.said{margin:.25rem 0;white-space:pre-wrap;overflow-wrap:anywhere;max-width:none}
.m blockquote{margin:.3rem 0;padding-inline-start:.8rem;border-inline-start:3px solid var(--line);color:var(--soft);white-space:pre-wrap}
.m ul{margin:.3rem 0;padding-inline-start:1.2rem;font-size:.92rem}
.from{color:var(--soft);font-size:.78rem;margin:.3rem 0 0;overflow-wrap:anywhere;max-width:none}
.from code,td code,dd code{font:.95em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.held{background:var(--held);color:var(--held-ink);border-radius:.25rem;padding:.05rem .4rem;font-size:.88em;white-space:nowrap}
.cc{background:#e4e8ec;color:#333;border-radius:.2rem;padding:0 .25rem;font:.8em ui-monospace,"DejaVu Sans Mono",monospace}
.pages{display:flex;gap:1.5rem;margin:1.2rem 0}
.foot .wide{color:var(--soft);font-size:.85rem;padding-top:.4rem;padding-bottom:2rem}
.foot{border-top:1px solid var(--line)}
:target{outline:3px solid #c08a1e;outline-offset:2px}
@media (max-width:40rem){dl.facts{grid-template-columns:1fr;gap:0 0}dl.facts dd{margin-bottom:.5rem}.m{max-width:100%}}
@media print{@page{margin:16mm}body{background:#fff;font-size:10pt}nav,.skip,.pages{display:none}
.wide{max-width:none;padding:0}.m,tr,.card{break-inside:avoid}.scroll{overflow:visible;border:0}a{color:inherit;text-decoration:none}}
)css");

std::string source_of(Literal style) {
  return " 'sha256-" + base::to_base64(base::sha256(base::as_bytes(style.view())).bytes) + "'";
}

// Only style sheets of ours run; no script, no picture, no connection, no form, no frame.
std::string policy(const Frame& frame) {
  return "default-src 'none'; style-src" + source_of(kStyle) +
         (frame.further_style ? source_of(*frame.further_style) : "") +
         "; base-uri 'none'; form-action 'none'";
}

void write_head(Markup& markup, const Frame& frame) {
  const auto head = markup.element("head");
  markup.empty_element("meta", {{"charset", "utf-8"}});
  markup.empty_element("meta", {{"http-equiv", "Content-Security-Policy"}, {"content", policy(frame)}});
  markup.empty_element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  markup.empty_element("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  markup.empty_element("meta",
                       {{"name", "format-detection"}, {"content", "telephone=no, email=no, address=no"}});
  markup.words("title", frame.title + " – " + frame.case_line);
  markup.style(kStyle);
  if (frame.further_style) markup.style(*frame.further_style);
}

void write_entry(Markup& markup, const NavigationEntry& entry, bool current) {
  const auto item = markup.element("li");
  if (!current) return markup.link(entry.link, entry.label);
  const auto anchor = markup.element("a", {{"href", entry.link}, {"aria-current", "page"}});
  markup.words(entry.label);
}

void write_top(Markup& markup, const Frame& frame) {
  const auto top = markup.element("header", {{"class", "top"}});
  const auto wide = markup.element("div", {{"class", "wide"}});
  markup.words("p", frame.case_line);
  if (frame.navigation.empty()) return;
  const auto navigation = markup.element("nav", {{"aria-label", "Report"}});
  const auto list = markup.element("ul");
  for (const NavigationEntry& entry : frame.navigation)
    write_entry(markup, entry, entry.label == frame.title);
}

}  // namespace

void open_page(std::string& out, const Frame& frame) {
  Markup markup(out);
  out += "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">";
  write_head(markup, frame);
  out += "<body>";
  {
    const auto skip = markup.element("a", {{"class", "skip"}, {"href", Link("#content")}});
    markup.words("Skip to content");
  }
  write_top(markup, frame);
  out += "<main id=\"content\" class=\"wide\">";
}

void close_page(std::string& out, const Frame& frame) {
  out += "</main>";
  Markup markup(out);
  {
    const auto foot = markup.element("footer", {{"class", "foot"}});
    const auto wide = markup.element("div", {{"class", "wide"}});
    markup.words("p", frame.foot);
  }
  out += "</body></html>\n";
}

}  // namespace exporter
