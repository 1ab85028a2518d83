#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs_test.sh PROGRAMS SOURCES: the pages say what the program does. Every verb and option of --help is in the manual page and the
# other way round; the manual page has no warnings; every link leads somewhere; worked examples compute; every package of `dev` has
# its reason.
set -euo pipefail
programs=$1 sources=$2
holdfast=$programs/holdfast page=$sources/docs/holdfast.1
[ -x "$holdfast" ] || { echo "skipped: there is no $holdfast"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

# --- the manual page against --help -----------------------------------------------------------------------------------------

subcommands() { "$holdfast" "$@" --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z-][a-z-]*\) .*/\1/p'; }
long_options() { grep -o -- '^  \(-h,\)\?--[a-z-]*' | sed 's/^  \(-h,\)\?--//' | sort -u; }
# The options in one part of the page: those of a verb, or those of all (section OPTIONS).
page_options() {
  awk -v heading="$1" '$0 == heading { inside = 1; next } /^\.S[hs] / { inside = 0 } inside' "$page" |
    sed -n 's/^\.It Fl -\([a-z-]*\).*/\1/p' | sort -u
}

for noun in $(subcommands); do
  verbs=$(subcommands "$noun")
  if [ -z "$verbs" ]; then echo "$noun"; else for verb in $verbs; do echo "$noun $verb"; done; fi
done >"$work/verbs"
[ "$(wc -l <"$work/verbs")" -ge 10 ] || fail "--help lists fewer than ten verbs: is its form another?"
sed -n '/^\.Sh VERBS/,/^\.Sh ENV/s/^\.Ss //p' "$page" >"$work/described"
diff <(sort "$work/verbs") <(sort "$work/described") || fail "verbs of --help (<) and of docs/holdfast.1 (>)"

page_options '.Sh OPTIONS' >"$work/common"
while read -r verb; do
  # shellcheck disable=SC2086
  "$holdfast" $verb --help | long_options | comm -23 - "$work/common" >"$work/asked"
  # An option that all verbs have may not stand in a verb's part again.
  page_options ".Ss $verb" >"$work/told"
  diff "$work/asked" "$work/told" || fail "options of $verb: --help (<) and docs/holdfast.1 (>)"
  { cat "$work/asked" "$work/common"; echo help; } | sed "s/^/$verb --/" >>"$work/known"
done <"$work/verbs"
# What the page says that every verb has, every verb has.
"$holdfast" find --help | long_options >"$work/of_find"
comm -23 "$work/common" "$work/of_find" | grep . && fail "options in OPTIONS that verbs do not have"
for code in 0 1 2 3 4 130; do grep -qx "\.It $code" "$page" || fail "exit code $code is not in the manual page"; done

if command -v man >/dev/null && command -v groff >/dev/null; then
  LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -l "$page" 2>"$work/warnings" >/dev/null || fail "man cannot show the page"
  [ ! -s "$work/warnings" ] || { cat "$work/warnings"; fail "the manual page has warnings"; }
else
  echo "skipped: warnings of the manual page, for man or groff is not installed"
fi

# --- links, examples, packages ----------------------------------------------------------------------------------------------

python3 - "$sources" "$work" <<'PYTHON' || fail "see above"
import base64, hashlib, json, pathlib, re, subprocess, sys

root, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
wrong = []

def listed(*patterns):
    return [path for pattern in patterns for path in sorted(root.glob(pattern)) if "build" not in path.relative_to(root).parts]

def without_code(text):
    return re.sub(r"(?ms)^```.*?^```$", "", text)

def anchors(path):
    found = set()
    for heading in re.findall(r"(?m)^#+ (.*)$", without_code(path.read_text(encoding="utf-8"))):
        plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found

pages = listed("*.md", "docs/**/*.md", "samples/*.md", "tests/**/*.md")
links = 0
for page in pages:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        links += 1
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            wrong.append(f"{page.relative_to(root)}: the link {target} leads nowhere")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            wrong.append(f"{page.relative_to(root)}: {name or page.name} has no heading #{anchor}")
if links < 50:
    wrong.append(f"only {links} links were found: is this the whole source?")

# Pages and files that comments and pages name in words.
rooms = "base image chain-of-custody acquire parse store export tools samples tests docs cmake".split()
for path in listed(*(f"{room}/**/*" for room in rooms), "*.md", "dev"):
    if not path.is_file() or path.suffix in {".pyc", ".png"}:
        continue
    text = path.read_text(encoding="utf-8", errors="replace")
    for name in set(re.findall(r"\bdocs/[a-z0-9_/-]+\.(?:md|1|sh)\b", text)):
        if not (root / name).exists():
            wrong.append(f"{path.relative_to(root)} names {name}, which is not there")
    if path.suffix == ".md":
        for name in set(re.findall(r"`((?:%s)/[a-z0-9_/-]+\.(?:h|cpp|sh|cmake|py))`" % "|".join(rooms), text)):
            if not (root / name).exists():
                wrong.append(f"{path.relative_to(root)} names {name}, which is not there")

# Commands that pages show: verb and options are those of the program.
known = set((work / "known").read_text().split("\n"))
verbs = {line.rsplit(" ", 1)[0] for line in known if line}
commands = 0
for page in pages:
    text = page.read_text(encoding="utf-8")
    for fence in re.findall(r"(?ms)^```\w*\n(.*?)^```", text):
        for command in re.findall(r"(?m)^(?:\$ )?(?:sudo )?holdfast (.*)$", fence.replace("\\\n", " ")):
            if command.startswith("("):  # a drawing, not a command
                continue
            words = re.sub(r"'[^']*'", "x", re.split(r"  #|[|;<>&]", command)[0]).split()
            verb = next((" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in verbs), None)
            commands += 1
            if verb is None:
                wrong.append(f"{page.relative_to(root)}: there is no verb in: holdfast {command}")
            for option in (word.split("=")[0] for word in words if word.startswith("--")) if verb else ():
                if f"{verb} {option}" not in known:
                    wrong.append(f"{page.relative_to(root)}: {verb} has no {option}")
if commands < 20:
    wrong.append(f"only {commands} commands were found in pages")

def block(page, name, language=""):
    found = re.search(r"<!-- (?:computed|example): %s -->\n```%s\n(.*?)```" % (name, language), page, re.S)
    return found.group(1) if found else wrong.append(f"no example {name}") or ""

# The worked example of records.md: the program on the page gives the root on the page.
records = (root / "docs/records.md").read_text(encoding="utf-8")
program = re.search(r"```python\n(.*?)```", records, re.S)
if program is None:
    wrong.append("docs/records.md has no program")
else:
    (work / "example.py").write_text(program.group(1), encoding="utf-8")
    run = subprocess.run([sys.executable, work / "example.py"], input=block(records, "lines").encode(), capture_output=True)
    root_on_page = block(records, "tree").split("root\n")[-1].strip()
    if run.stdout.decode().strip() != root_on_page or run.returncode != 0:
        wrong.append(f"docs/records.md: the program gives {run.stdout.decode().strip()} {run.stderr.decode()}, the page says {root_on_page}")

# The program of recipes.md that compares a kept checkpoint with a later ledger, on three leaves.
def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()

hashes = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in (b"a", b"b", b"c")]
(work / "ledger/leaves").mkdir(parents=True)
for number, leaf in enumerate("abc"):
    (work / f"ledger/leaves/{number:06}.json").write_text(leaf)
program = re.search(r"```python\n(.*?)```", (root / "docs/recipes.md").read_text(encoding="utf-8"), re.S)
(work / "compare.py").write_text(program.group(1) if program else "", encoding="utf-8")
for size, kept, answer in [(2, node(*hashes[:2]), "the same history"), (3, node(node(*hashes[:2]), hashes[2]), "the same history"),
                           (2, node(*hashes[1:]), "ANOTHER HISTORY"), (4, hashes[0], "ANOTHER HISTORY")]:
    (work / "kept").write_text(f"a/b/c\n{size}\n{base64.b64encode(kept).decode()}\n\n", encoding="utf-8")
    run = subprocess.run([sys.executable, work / "compare.py", work / "kept", work / "ledger"], capture_output=True)
    if run.stdout.decode().strip() != "a/b/c " + answer:
        wrong.append(f"docs/recipes.md: the program says {run.stdout.decode()}{run.stderr.decode()} of {size} leaves, not {answer}")

# The entry in formats.md: disclosure -> body -> leaf.
formats = (root / "docs/formats.md").read_text(encoding="utf-8")
body, disclosure, leaf = (block(formats, name).strip() for name in ("body", "disclosure", "leaf"))
if body and disclosure and leaf:
    digest = base64.urlsafe_b64encode(hashlib.sha256(disclosure.encode()).digest()).decode().rstrip("=")
    if json.loads(body)["exhibits"] != [{"...": digest}]:
        wrong.append("docs/formats.md: the disclosure is not the one that the body hides")
    if json.loads(leaf)["body_sha256"] != hashlib.sha256(body.encode()).hexdigest():
        wrong.append("docs/formats.md: the leaf is not that of the body")

# Every package that `dev` installs has its reason.
dependencies = set(re.findall(r"[a-z0-9][a-z0-9.+-]+", (root / "docs/dependencies.md").read_text(encoding="utf-8")))
for name, packages in re.findall(r"(?ms)^(\w+_packages)=\((.*?)\)", (root / "dev").read_text(encoding="utf-8")):
    for package in packages.split():
        if package not in dependencies:
            wrong.append(f"docs/dependencies.md does not say why {package} ({name}) is needed")

print(f"{len(pages)} pages, {links} links")
for what in wrong:
    print(what)
sys.exit(1 if wrong else 0)
PYTHON

[ "$failures" -eq 0 ]
