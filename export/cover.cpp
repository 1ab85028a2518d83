// SPDX-License-Identifier: Apache-2.0
#include "export/cover.h"

#include <fmt/format.h>

#include "export/report_frame.h"

namespace exporter {
namespace {

void write_fact(Markup& markup, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  markup.words("dt", name);
  markup.words("dd", value);
}

void write_exhibits(const ReportInputs& inputs, Markup& markup) {
  markup.words("h2", "Exhibits");
  const auto scroll = markup.element("div", {{"class", "scroll"}});
  const auto table = markup.element("table");
  {
    const auto head = markup.element("thead");
    const auto row = markup.element("tr");
    for (const std::string_view name : {"Exhibit", "Kind", "Description", "Whole", "In part", "Withheld"}) {
      markup.words("th", name, {{"scope", "col"}});
    }
  }
  const auto body = markup.element("tbody");
  for (const ExhibitFacts& exhibit : inputs.exhibits) {
    const auto row = markup.element("tr");
    markup.words("th", exhibit.label, {{"scope", "row"}});
    for (const std::string_view member : {"kind", "description"}) {
      const auto cell = markup.element("td");
      const base::Json* value = exhibit.description.find(member);
      if (value != nullptr && value->is_text()) markup.evidence(value->text());
    }
    const auto counts = inputs.edition.counts_by_exhibit.find(exhibit.uid);
    const Counts shown = counts == inputs.edition.counts_by_exhibit.end() ? Counts{} : counts->second;
    for (const std::uint64_t number : {shown.released, shown.redacted, shown.withheld}) {
      markup.words("td", std::to_string(number), {{"class", "n"}});
    }
  }
}

void write_statement(const ReportInputs& inputs, Markup& markup) {
  const Counts& counts = inputs.edition.counts;
  markup.words("h2", "What this is");
  markup.words(
      "p",
      fmt::format(
          "This edition releases {} records whole and {} in part, and withholds {}. Every withheld record "
          "and field stands in the disclosure schedule with its reason. What is released can be proven, "
          "record by record, against the extraction that was signed before this edition was made.",
          counts.released, counts.redacted, counts.withheld));
  markup.words("p",
               "It was made from what the devices hold. It says what the data is and where it stood; it sets "
               "no role on any "
               "person. It may show violence, threats and private matters of people who are not party to the "
               "case. What the "
               "extraction did not read is listed in the report under accounting.");
  markup.words("p", "No image of an exhibit travels in this bundle.");
}

void write_way(Markup& markup, const char* target, std::string_view label, std::string_view what) {
  const auto item = markup.element("li");
  markup.link(Link(target), label);
  markup.words(what);
}

void write_ways(Markup& markup) {
  const auto list = markup.element("ul");
  write_way(markup, "data/report/index.html", "Report", ": what the devices hold, as far as it is released");
  write_way(markup, "data/cover/cover.html", "Cover", ": who asked whom, and on which legal basis");
  write_way(markup, "data/disclosure/schedule.html", "Disclosure schedule",
            ": what is withheld, with the reason");
  write_way(markup, "01-VERIFY.txt", "How to verify", ": with Holdfast, or with tools that every system has");
}

void write_signature(Markup& markup, const BundleLabels& labels) {
  const auto card = markup.element("section", {{"class", "card"}, {"aria-label", "Signature"}});
  const auto facts = markup.element("dl", {{"class", "facts"}});
  write_fact(markup, "Signed by", labels.signer);
  write_fact(markup, "Certificate (SHA-256)", labels.fingerprint);
  write_fact(markup, "Digest of the data", labels.data_manifest_sha256);
  write_fact(markup, "Signed in ledger", fmt::format("{}, entry {}", labels.station, labels.disclose_entry));
  std::string further;
  for (const std::string& station : labels.further_stations)
    further += (further.empty() ? "" : ", ") + station;
  write_fact(markup, "Ledgers of other stations", further);
}

}  // namespace

std::string cover_page(const ReportInputs& inputs) {
  const Request& request = inputs.edition.request;
  const Frame frame{"Cover",
                    inputs.case_id + " · " + inputs.title,
                    {{Link("../report/index.html"), "Report"},
                     {Link("../disclosure/schedule.html"), "Disclosure schedule"}},
                    "Request " + request.id + ", for " + request.recipient + "."};
  return page_of(frame, [&](Markup& markup) {
    markup.words("h1", request.title);
    {
      const auto card = markup.element("section", {{"class", "card"}, {"aria-label", "Request"}});
      const auto facts = markup.element("dl", {{"class", "facts"}});
      write_fact(markup, "Case", inputs.case_id + ", " + inputs.title);
      write_fact(markup, "Request", request.id);
      write_fact(markup, "Recipient", request.recipient);
      write_fact(markup, "Requesting authority", request.requesting_authority);
      write_fact(markup, "Requested authority", request.requested_authority);
      write_fact(markup, "Legal basis", request.legal_basis);
      write_fact(markup, "Use limits", request.use_limits);
    }
    write_exhibits(inputs, markup);
    write_statement(inputs, markup);
  });
}

std::string start_page(const ReportInputs& inputs, const BundleLabels& labels) {
  const Frame frame{"Start here", inputs.case_id + " · " + inputs.title, {}, "Bundle " + labels.name + "."};
  return page_of(frame, [&](Markup& markup) {
    markup.words("h1", inputs.edition.request.title);
    markup.words(
        "p", "A bundle of digital evidence. Everything opens in a browser; no program is needed to read it.",
        {{"class", "lead"}});
    write_ways(markup);
    write_signature(markup, labels);
    markup.words(
        "p",
        "Compare the certificate's fingerprint with the sender by another way, such as the telephone. What a "
        "bundle says of itself proves nothing.");
  });
}

std::string verify_text(const BundleLabels& labels) {
  return fmt::format(R"text(How to verify this bundle: {name}

1. With Holdfast, everything: signatures, ledger, proofs of every released record, schedule.

   holdfast verify FOLDER --trust SENDER.pem

   SENDER.pem comes from the sender by another way than this bundle. Its fingerprint must be
   {fingerprint}
   ({signer})

2. Without Holdfast, on Linux or macOS with coreutils and OpenSSL 3, in the bundle's folder:

   sha256sum --check --strict --quiet tagmanifest-sha256.txt
   sha512sum --check --strict --quiet tagmanifest-sha512.txt
   sha256sum --check --strict --quiet manifest-sha256.txt
   sha512sum --check --strict --quiet manifest-sha512.txt
   openssl x509 -in SENDER.pem -noout -fingerprint -sha256
   openssl cms -verify -cades -binary -inform DER -in {signature} -content tagmanifest-sha256.txt -CAfile SENDER.pem -purpose any -out /dev/null

   The digest that the ledger's entry {entry} signs over data/ without data/custody/:
   grep '  data/' manifest-sha256.txt | grep -v '  data/custody/' | openssl dgst -sha256
   {digest}

3. On Windows, in PowerShell, in the bundle's folder; it prints nothing where all is well:

   foreach ($line in Get-Content tagmanifest-sha256.txt, manifest-sha256.txt) {{
     $sum, $name = $line -split '  ', 2
     if ((Get-FileHash -Algorithm SHA256 -LiteralPath $name).Hash -ne $sum) {{ "DIFFERENT $name" }}
   }}
   (Get-ChildItem -Recurse -File data).Count -eq (Get-Content manifest-sha256.txt).Count

Steps 2 and 3 show that nothing changed since it was signed and who signed it. Only step 1 shows that the
records are those of the signed extraction and that nothing but what the schedule lists was left out.
)text",
                     fmt::arg("name", labels.name), fmt::arg("fingerprint", labels.fingerprint),
                     fmt::arg("signer", labels.signer), fmt::arg("signature", labels.signature_file),
                     fmt::arg("entry", labels.disclose_entry),
                     fmt::arg("digest", labels.data_manifest_sha256));
}

}  // namespace exporter
