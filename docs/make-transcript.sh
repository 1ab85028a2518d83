#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# make-transcript.sh [--check [PRINTED]]: runs the demo (./dev demo) and puts what it printed into README.md, between the two markers.
# With --check nothing is written, and a transcript that differs is shown and fails; PRINTED is what a demo printed that has run already.
set -euo pipefail
check=0
[ "${1:-}" != --check ] || { check=1; shift; }
root=$(dirname "$(dirname "$(readlink -f "$0")")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Standard error is left out: warnings depend on the machine, for instance on whether its disk is encrypted.
if [ $# -gt 0 ]; then
  cp "$1" "$work/output"
else
  "$root/dev" demo "$work/demo" >"$work/output" 2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }
fi

python3 - "$work/output" "$root/README.md" "$check" <<'PYTHON'
import difflib
import re
import sys

output, readme, check = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2], sys.argv[3] == "1"
BEGIN, END = "<!-- transcript: written by docs/make-transcript.sh -->\n", "<!-- end of transcript -->\n"

# Which commands are shown: the first whose line has these words, and how many lines of what it printed.
SHOWN = [
    ("identity new", 1),
    ("case new", 2),
    ("exhibit add LC-A-0001", 2),
    ("acquire phone-2.img", 6),
    ("parse", 4),
    ("find '护照'", 5),
    ("explain", 30),
    ("export request.json", 2),
    ("verify LC-2026_ed1 --trust", 10),
    ("verify damaged", 1),
]
# Of these only the lines with these words are shown.
ONLY = {
    "explain": r"^(source|position|extractor|sender|time|text|file|read again)",
    "verify damaged": r"^DAMAGED",
}

def steady(text):
    """What differs from run to run becomes an ellipsis, long digests are cut."""
    text = re.sub(r"/\S*/(evidence|partner|examiner)/", "", text)
    text = re.sub(r"case LC-2026 in \S+", "case LC-2026 in …", text)
    text = re.sub(r"(root|uid|certificate) [0-9a-f]{8,}…?", r"\1 …", text)
    text = re.sub(r"\b[a-z2-7]{26}\b", "…", text)
    text = re.sub(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b", r"\1…", text)
    return text

def is_random(line):
    return re.match(r"^  (certificate|valid) ", line) or line.startswith("segment ")

blocks = [block.strip("\n").split("\n") for block in re.split(r"(?m)^(?=\$ )", output.split("\n== Done")[0]) if block.startswith("$ ")]
lines = []
for words, count in SHOWN:
    block = next((b for b in blocks if steady(b[0]).startswith("$ holdfast " + words)), None)
    if block is None:
        sys.exit(f"make-transcript.sh: the demo has no command {words!r}")
    printed = []
    for line in block[1:]:
        if line.startswith("== "):
            break
        if line and not is_random(line) and re.search(ONLY.get(words, ""), line):
            printed.append(steady(line))
    lines += [steady(block[0]), *printed[:count], ""]

text = open(readme, encoding="utf-8").read()
start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
new = "```\n" + "\n".join(lines).rstrip("\n") + "\n```\n"
if not check:
    open(readme, "w", encoding="utf-8").write(text[:start] + new + text[end:])
elif text[start:end] != new:
    sys.stdout.writelines(difflib.unified_diff(text[start:end].splitlines(True), new.splitlines(True), "README.md", "the demo"))
    sys.exit("README.md: the transcript is not what the demo prints; docs/make-transcript.sh writes it")
PYTHON
