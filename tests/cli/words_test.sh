#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# words_test.sh PROGRAMS SOURCES: what the program says is translated. Under a made-up language, in which every message of the
# sources stands in ⟦brackets⟧ with accents, verbs are run well and wrongly, and English outside of brackets is found; what is kept,
# signed or read by machines has no bracket. The translations of po/ are of messages that there are, and are spoken.
. "$(dirname "$0")/lib.sh" "$@"
need python3 msgfmt xgettext
translations=$source_root/tests/translations.py
data=$source_root/tests/cli/words_data.txt
unset LANGUAGE LANG LC_MESSAGES

python3 -B "$translations" template "$source_root" all.pot
python3 -B "$translations" check "$source_root" all.pot || fail "po/ is not what the sources say"
python3 -B "$translations" pseudo all.pot en_XA.po
for language in $(grep -v '^#' "$source_root/po/LINGUAS") en_XA; do
  mkdir -p "$top/speaking/share/locale/$language/LC_MESSAGES"
  po=$source_root/po/$language.po
  [ "$language" != en_XA ] || po=en_XA.po
  msgfmt --check-header -o "$top/speaking/share/locale/$language/LC_MESSAGES/holdfast.mo" "$po"
done
mkdir "$top/speaking/bin"
for program in holdfast holdfast-verify make-ntfs-and-leveldb; do
  [ ! -e "$programs/$program" ] || ln "$programs/$program" "$top/speaking/bin/" 2>/dev/null || cp "$programs/$program" "$top/speaking/bin/"
done
export PATH=$top/speaking/bin:$PATH

# --- each translation is spoken, on a system that has no locale but C ---------------------------------------------------------

for language in $(grep -v '^#' "$source_root/po/LINGUAS"); do
  env -i PATH="$PATH" HOME="$work" LANGUAGE="$language" holdfast exhibit list >"said.$language" 2>&1 && fail "there is no case here"
  grep -q "^$language: " "said.$language" || { cat "said.$language"; fail "$language does not say that it is not reviewed"; }
  grep -q 'no case in' "said.$language" && fail "$language is English"
done
# asked ENVIRONMENT... -- OPTION...: what a list says where there is no case.
asked() {
  local environment=()
  while [ "$1" != -- ]; do environment+=("$1"); shift; done
  shift
  env -i PATH="$PATH" HOME="$work" "${environment[@]}" holdfast exhibit list "$@" >asked.txt 2>&1 && fail "there is no case here"
  cat asked.txt
}
grep -q 'ไม่มีคดีใน' <<<"$(asked LANG=th_TH.UTF-8 --)" || fail "LANG alone does not choose a language"
grep -q 'no case in' <<<"$(asked LC_ALL=C LANGUAGE=th --)" || fail "LC_ALL=C is not English"
grep -q '"no case in' <<<"$(asked LANGUAGE=th -- --json)" || fail "--json is not English"
grep -q '^th: ' <<<"$(asked LANGUAGE=th -- --quiet)" && fail "--quiet does not keep quiet"

# --- what is not translated ---------------------------------------------------------------------------------------------------

export LANGUAGE=en_XA
said=$work/said.txt
# Runs it as a person would; both streams are kept, under its name.
speaks() { echo "⟦$*⟧" >>"$said"; hf "$@" >>"$said" 2>&1; }
no_english() {
  python3 -B "$translations" english "$1" "$data" >english.txt || { cat english.txt; fail "English outside of brackets, $2"; }
}

holdfast --help >>"$said" 2>&1
sed -n 's/^\.Ss //p' "$source_root/docs/holdfast.1" | while read -r verb; do
  # shellcheck disable=SC2086
  holdfast $verb --help >>"$said" 2>&1 || true
done
no_english "$said" "in the help"
[ "$(grep -c ⟦ "$said")" -gt 500 ] || fail "the help of all verbs has fewer than 500 messages"

: >"$said"
speaks 0 identity new tester --common-name Tester
mkdir case-folder
speaks "0 3" case new T-1 --to case-folder --agency test.example --station A --yes
cd case-folder/T-1
printf '%s\n' 'phone black' R58M123 '?' 'nonsense' 'on unl 45' 'fara offl' 'TE-0001, 14:03' '301, 3, 14 ! open' \
  'sim of T-A-0001' '8966051234567890123' '' '301, 3' \
  'pc' '- label torn off' 'on unlocked open' 'cable' ', - off' '301' q >"$work/answers"
speaks 0 exhibit add --ask --many <"$work/answers"
speaks 0 exhibit list
speaks 0 exhibit show T-A-0001
speaks 2 exhibit seal T-A-0001=TE-0002
speaks 0 exhibit locate T-A-0002 --room 302
speaks 0 exhibit isolate T-A-0001 --isolation airplane
yes disk | head -c 1048576 >"$work/disk.dd" || true
speaks 0 acquire "$work/disk.dd" --exhibit T-A-0003
speaks 0 exhibit check T-A-0003
speaks 0 session list
speaks 0 next
speaks "0 3" parse
speaks 0 exhibit label --all --to "$work/labels.pdf"
# Wrongly, so that errors are said.
speaks 2 acquire "$work/disk.dd"
speaks 4 acquire "$work/gone.dd" --exhibit T-A-0003
speaks "2 4" acquire "$work/disk.dd" --exhibit T-A-0099
speaks 2 acquire "$work/disk.dd" --exhibit T-A-0003 --format zip
speaks 4 exhibit add T-A-0001 --kind phone --no-serial x --no-clock x
speaks "2 4" exhibit add 'a b' --kind phone --no-serial x --no-clock x
speaks 2 exhibit add T-A-0009 --kind spaceship --no-serial x --no-clock x
speaks 2 exhibit add T-A-0009 --kind phone --battery 120 --no-serial x --no-clock x
printf 'label,kind,serial\nT-A-0008,phone,\n' >"$work/sheet.csv"
speaks 2 exhibit add --sheet "$work/sheet.csv"
speaks 2 exhibit unseal T-A-0002 --reason x
speaks 2 exhibit label --to "$work/labels.zip" --all
speaks 2 session open --acts acquire --until yesterday
speaks 2 show nonsense
speaks 4 explain nonsense
speaks 4 verify "$work/gone"
speaks 2 find x --limit y
speaks 2 nonsense
cd "$work"
speaks 4 exhibit list
no_english "$said" "in what was said"
[ "$(grep -c ⟦ "$said")" -gt 100 ] || { cat "$said"; fail "fewer than 100 lines were said: is this all?"; }

# --- what is kept, and what machines read, is English -------------------------------------------------------------------------

grep -rlaF -e ⟦ -e ⟧ case-folder config state && fail "what is kept was translated"
for verb in 'exhibit list' 'show gaps' next 'ledger log' 'case show'; do
  # shellcheck disable=SC2086
  hf "0 3" $verb --case case-folder/T-1 --json >machine.txt 2>&1
  grep -qF ⟦ machine.txt && { cat machine.txt; fail "$verb --json was translated"; }
done

# The whole journey, from a seized phone to a bundle. What is masked in evidence is written ⟦kind:n⟧ in every language.
if ! grep -qa __asan_init "$programs/holdfast"; then
  need zstd mke2fs mkntfs make-ntfs-and-leveldb openssl
  bash "$source_root/samples/demo.sh" "$top/speaking/bin" "$work/demo" >demo.txt 2>errors.txt || { tail -n 40 demo.txt errors.txt; fail "the demo stopped"; }
  [ "$(grep -c ⟦ demo.txt)" -gt 30 ] || fail "the demo spoke English"
  python3 - "$work/demo" <<'PYTHON' || fail "what is kept was translated"
import pathlib, re, subprocess, sys
files = found = 0
for path in pathlib.Path(sys.argv[1]).rglob("*"):
    if path.is_symlink() or not path.is_file():
        continue
    content = subprocess.run(["zstd", "-qdc", path], check=True, capture_output=True).stdout if path.suffix == ".zst" else path.read_bytes()
    content = re.sub("⟦[a-z]+:[0-9]+⟧".encode(), b"", content)
    at = content.find("⟦".encode())
    files += 1
    if at >= 0:
        found += 1
        print(path, content[max(0, at - 60):at + 80])
sys.exit(found > 0 or files < 100)
PYTHON
fi

# --- the search itself is searched: a message that the catalogue lacks is found ------------------------------------------------

python3 - en_XA.po <<'PYTHON'
import pathlib, sys
po = pathlib.Path(sys.argv[1])
blocks = po.read_text(encoding="utf-8").split("\n\n")
left = [block for block in blocks if 'msgid "no case in {} or above it"' not in block]
assert len(left) == len(blocks) - 1
po.write_text("\n\n".join(left), encoding="utf-8")
PYTHON
msgfmt -o "$top/speaking/share/locale/en_XA/LC_MESSAGES/holdfast.mo" en_XA.po
holdfast exhibit list >lacking.txt 2>&1 && fail "there is no case here"
python3 -B "$translations" english lacking.txt "$data" >english.txt && fail "a message without a translation is not found"
grep -q 'in English: .*case' english.txt || { cat english.txt; fail "it is not named"; }
