#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Hundreds from a sheet under one signature, every fault told before anything is written; and the labels that are printed for them,
# read back by another program and scanned at later steps.
. "$(dirname "$0")/lib.sh" "$@"
need python3
new_case
trust=$XDG_CONFIG_HOME/holdfast/identities/tester/sign.cert.pem
entries() { holdfast ledger log --json | wc -l; }

# --- four hundred rows ------------------------------------------------------------------------------------------------------------
# A row may be the parent of a later one; what an option says holds where the row says nothing.
make_sheet() {  # FROM TO FILE
  python3 - "$@" <<'END'
import sys
first, last = int(sys.argv[1]), int(sys.argv[2])
with open(sys.argv[3], "w", encoding="utf-8-sig") as sheet:
    sheet.write("Label;Kind;Parent;Serial;serial reason;Description;Clock offset s;battery;room\r\n")
    sheet.write("# T-X-0001;phone;;;;;;;\r\n;;;;;;;;\r\n")
    for n in range(first, last + 1):
        if n % 10 == 0:
            sheet.write(f'T-S-{n:04};sim;T-S-{n - 1:04};;contacts worn;"blue; ""n {n}""";;;\r\n')
        else:
            sheet.write(f"T-S-{n:04};phone;;SN{n:06};;ดำ;-{n};{n % 101};301\r\n")
END
}
make_sheet 1 400 sheet.csv
before=$(entries)
hf 0 exhibit add --sheet sheet.csv --no-clock 'a SIM has none' --room 302 --authority 'warrant 17' >said.txt 2>&1
said '^ledger entry'
said '^400 things: 360 phone, 40 sim$'
[ "$(entries)" = $((before + 1)) ] || fail "400 rows are more than one entry"
hf 0 exhibit list --json >list.json
python3 - <<'END' || fail "what the ledger says is not what the sheet says"
import json
exhibits = {one["label"]: one for one in (json.loads(line) for line in open("list.json"))}
assert len(exhibits) == 401
for n in range(1, 401):
    one = exhibits[f"T-S-{n:04}"]
    assert one["authority"] == "warrant 17"
    if n % 10:
        assert (one["serial"], one["clock_offset_s"], one["battery"], one["room"], one["description"]) == (f"SN{n:06}", f"-{n}", str(n % 101), "301", "ดำ"), one
        assert "clock_offset_reason" not in one
    else:
        assert one["parent"] == exhibits[f"T-S-{n - 1:04}"]["uid"] and one["room"] == "302", one
        assert one["description"] == f'blue; "n {n}"' and one["clock_offset_reason"] == "a SIM has none", one
END
# A sheet that was cut off, or has more rows by now, goes on.
make_sheet 391 410 sheet.csv
hf 0 exhibit add --sheet sheet.csv --no-clock 'a SIM has none' --room 302 --authority 'warrant 17' >said.txt 2>&1
said '^10 things of the sheet stood in the ledger already'
said '^10 things: 9 phone, 1 sim$'

# --- faults -----------------------------------------------------------------------------------------------------------------------
before=$(sha256sum ledgers/*/checkpoint)
cat >faulty.csv <<'END'
label,kind,parent,serial,clock_offset_s,battery,isolated_at
T-F-0001,phone,,A1,0,101,
T-F-0002,spaceship,,A2,0,5,
T-F-0003,phone,,A3,,5,
T-F-0003,phone,,A4,soon,5,
T-S-0001,phone,,A5,0,5,
T-F-0006,sim,T-F-0099,A6,0,,
T-F-0007,phone,,SN000001,0,5,2026-11-21T16:19:24Z
T-F-0008,phone,,A8,0,5,yesterday,too much
END
hf 2 exhibit add --sheet faulty.csv >said.txt 2>&1
said '^warning: row 2: battery is a percentage, 0 to 100, and not 101$'
said '^warning: row 3: kind is one of phone, tablet'
said '^warning: row 4: it needs either its clock'
said '^warning: row 5: clock_offset_s is in whole seconds, and not soon$'
said '^warning: row 6: the label T-S-0001 was given already$'
said '^warning: row 7: no exhibit has the label T-F-0099$'
said '^warning: row 8: the same serial number as T-S-0001'
said '^warning: row 9: isolated_at is a time in UTC'
said '^warning: row 9: the cell 8 has no column name above it$'
said '^holdfast: faulty.csv has 8 faults$'
[ "$before" = "$(sha256sum ledgers/*/checkpoint)" ] || fail "something of a faulty sheet was registered"
printf 'label,kind,colour,kind\nT-F-0001,phone,black,phone\n' >faulty.csv
hf 2 exhibit add --sheet faulty.csv >said.txt 2>&1
said 'row 1: no column is called colour'
said 'row 1: two columns are called kind'
printf 'label,kind\nT-F-0001,\xff\n' >faulty.csv
hf 2 exhibit add --sheet faulty.csv >said.txt 2>&1
said 'not text in UTF-8'
hf 2 exhibit add --sheet sheet.csv --photo x.jpg >said.txt 2>&1
said '--photo belongs to one thing'
holdfast exhibit add --sheet-template >template.csv
hf 2 exhibit add --sheet template.csv >said.txt 2>&1
said 'no row below the header names a thing'
sed -i 's/^# //' template.csv
hf 0 exhibit add --sheet template.csv >/dev/null 2>&1

# --- a workbook ---------------------------------------------------------------------------------------------------------------------
make_workbook() {  # FILE XML-BEHIND-CELL-D4 XML-BEFORE-THE-STRINGS [BYTES-OF-TEXT-9]
  python3 - "$@" <<'END'
import sys, zipfile
strings = ["label", "kind", "serial", "serial_reason", "clock_offset_s", "T-W-0001", "phone", "T-W-0002"]
shared = "".join(f"<x:si><x:t>{text}</x:t></x:si>" for text in strings)
shared += "<x:si><x:r><x:t>label </x:t></x:r><x:r><x:t>torn &amp; lost</x:t></x:r><x:rPh><x:t>READING</x:t></x:rPh></x:si>"
if len(sys.argv) > 4:
    shared += "<x:si><x:t>" + "x" * int(sys.argv[4]) + "</x:t></x:si>"
def cell(place, value, kind=' t="s"'):
    return f'<c r="{place}"{kind}><v>{value}</v></c>'
sheet = '<row r="1">' + "".join(cell("ABCDE"[n] + "1", n) for n in range(5)) + "</row>"
sheet += '<row r="3">' + cell("A3", 5) + cell("B3", 6) + cell("C3", "490154203237518", "") + cell("E3", "-30", "") + "</row>"
sheet += '<row r="4"><c r="A4" t="inlineStr"><is><t>T-W-0002</t></is></c>' + cell("B4", 6) + cell("D4", 8) + sys.argv[2] + "</row>"
space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as book:
    book.writestr("[Content_Types].xml", "<Types/>")
    book.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?>{sys.argv[3]}<x:sst xmlns:x="urn:x">{shared}</x:sst>')
    book.writestr("xl/worksheets/sheet1.xml", f'<?xml version="1.0"?><worksheet {space}><sheetData>{sheet}</sheetData></worksheet>')
END
}
refused_book() { hf 2 exhibit add --sheet book.xlsx >said.txt 2>&1; [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }; }
make_workbook book.xlsx '<c r="E4"><v>4.9015420323751802E+16</v></c>' ''
refused_book
said 'the cell E4 holds a number that is not whole, or lost digits'
make_workbook book.xlsx '<c r="E4" t="s"><v>99</v></c>' ''
refused_book
said 'the cell E4 names no text'
make_workbook book.xlsx '<c r="E4"><v>7</v></c>' '<!DOCTYPE sst [<!ENTITY a "b">]>'
refused_book
said 'declares a document type'
many=$(for column in {F..Z}; do printf '<c r="%s4" t="s"><v>9</v></c>' "$column"; done)
make_workbook book.xlsx "$many" '' 4000000
refused_book
said 'it holds more text than a sheet of things may'
head -c 5000 sheet.csv >book.xlsx
refused_book
said 'no workbook'
make_workbook book.xlsx '<c r="E4"><f>3+4</f><v>7</v></c>' ''
hf 0 exhibit add --sheet book.xlsx >/dev/null 2>&1
hf 0 exhibit show T-W-0001 >said.txt
said '^serial *490154203237518'
hf 0 exhibit show T-W-0002 >said.txt
said '^serial_reason *label torn & lost$'
said '^clock_offset_s *7$'

# --- more than an entry holds -------------------------------------------------------------------------------------------------------
make_sheet 1001 2300 sheet.csv
before=$(entries)
hf 0 exhibit add --sheet sheet.csv --no-clock 'a SIM has none' >said.txt 2>&1
[ "$(entries)" = $((before + 2)) ] || fail "1300 rows are not two entries"
hf 0 verify . --trust "$trust" >/dev/null

# --- labels -----------------------------------------------------------------------------------------------------------------------
uid_of() { holdfast exhibit show "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["uid"])'; }
hf 0 exhibit add T-A-0002 --kind phone --serial 'ABC (1) \ ซีเรียล' --no-clock no --seal 'TE-1' >/dev/null
code="HOLDFAST:1:T-1:T-A-0002:$(uid_of T-A-0002)"
hf 0 exhibit label T-A-0002 --to one.png >/dev/null
hf 0 exhibit label T-A-0002 --to one.txt >/dev/null
hf 0 exhibit label T-A-0001 T-A-0002 --to two.pdf >/dev/null
hf 0 exhibit label --all --to all.pdf >said.txt
said '^1715 labels in all.pdf$'
hf 4 exhibit label --all --to all.pdf >said.txt 2>&1
grep -qx "$code" one.txt || fail "the text of the code is not beside it"
hf 2 exhibit label --to none.pdf >/dev/null 2>&1
hf 2 exhibit label --all --to all.png >/dev/null 2>&1
if command -v zbarimg >/dev/null; then
  [ "$(zbarimg --nodbus --quiet --raw one.png)" = "$code" ] || fail "zbarimg reads another code from the picture"
else
  echo "(not asked: zbarimg of zbar-tools, which is not installed)"
fi
if command -v zbarimg >/dev/null && command -v pdftoppm >/dev/null && command -v pdftotext >/dev/null; then
  pdftoppm -r 200 -png two.pdf page 2>said.txt
  [ ! -s said.txt ] || { cat said.txt; fail "pdftoppm finds fault with the page"; }
  printf '%s\n' "HOLDFAST:1:T-1:T-A-0001:$(uid_of T-A-0001)" "$code" >expected.txt
  zbarimg --nodbus --quiet --raw page-1.png | sort >read.txt
  cmp expected.txt read.txt || { cat read.txt; fail "zbarimg reads other codes from the page"; }
  pdftotext -layout two.pdf two.txt
  grep -q 'T-A-0001 *T-A-0002' two.txt && grep -q 'seal TE-1' two.txt || { cat two.txt; fail "the lines beside the code"; }
  ! grep -q 'SN ABC' two.txt || fail "half a serial number is printed"
  # A page in the middle, 24 codes at once.
  pdftoppm -r 200 -f 30 -l 30 -png all.pdf page 2>said.txt
  [ "$(zbarimg --nodbus --quiet --raw page-30.png | sort -u | grep -c '^HOLDFAST:1:T-1:T-S-')" = 24 ] || fail "a page of labels is not read back whole"
else
  echo "(not asked: pdftoppm and pdftotext of poppler-utils, which is not installed)"
fi

# --- scanned at later steps -------------------------------------------------------------------------------------------------------
head -c 512000 /dev/urandom >disk.raw
hf 0 acquire disk.raw --exhibit "$code" --quiet >/dev/null
hf 0 exhibit show "$code" >said.txt
said '^label *T-A-0002'
hf 0 exhibit check "$code" >said.txt
said '^T-A-0002 a1: equal'
hf 0 exhibit add T-A-0003 --kind sim --parent "$code" --no-serial no --no-clock no >/dev/null
refused() { hf 4 "$@" >said.txt 2>&1; [ "$(wc -l <said.txt)" = 2 ] || { cat said.txt; fail "an error has two lines"; }; }
refused exhibit check "${code/T-1:/T-2:}"
said 'of the case T-2 is of no exhibit here'
refused acquire disk.raw --exhibit "HOLDFAST:1:T-1:T-A-0002:$(uid_of T-A-0001)"
said 'the scanned label says T-A-0002, and that exhibit is called T-A-0001 now'
hf 2 exhibit check "${code%??}" >said.txt 2>&1
said 'what was scanned is no whole label'
# The label was wrong: two people amend it, and the one that was printed counts no more.
hf 0 identity new deputy --common-name Deputy >/dev/null 2>&1
hf 0 identity use tester 2>/dev/null
hf 0 ledger add-key "$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem" >/dev/null
hf 0 ledger amend --exhibit "$code" --label T-A-0020 --with deputy --reason 'stuck on the wrong bag' >/dev/null 2>&1
refused exhibit check "$code"
said 'that exhibit is called T-A-0020 now'
hf 0 exhibit check "HOLDFAST:1:T-1:T-A-0020:$(uid_of T-A-0020)" >/dev/null
[ -d exhibits/T-A-0002/a1 ] && [ ! -e exhibits/T-A-0020 ] || fail "a folder was renamed"
mkdir trusted
cp "$trust" trusted/tester.pem
cp "$XDG_CONFIG_HOME/holdfast/identities/deputy/sign.cert.pem" trusted/deputy.pem
hf 0 verify . --trust trusted >said.txt
! grep -q 'one person alone' said.txt || fail "two people amended the label"
echo "1713 things from sheets, labels read back and scanned"
