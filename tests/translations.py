#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""translations.py template SOURCES POT        the messages of the sources (xgettext)
translations.py pseudo POT PO                  a made-up language: every message in ⟦…⟧, with accents
translations.py check SOURCES POT              the translations of po/ are of messages that there are, and say whether they were reviewed
translations.py english TEXT WORDS             what a screen shows in English outside ⟦…⟧, but for words and patterns of data
"""

import pathlib
import re
import subprocess
import sys

ROOMS = "base image chain-of-custody acquire parse store export tools".split()
ACCENTS = str.maketrans("aeiouyAEIOUYcnsz", "áéíóúýÁÉÍÓÚÝçñšž")


def template(root, pot):
    files = sorted(str(path.relative_to(root)) for room in ROOMS for path in (root / room).rglob("*") if path.suffix in (".h", ".cpp"))
    subprocess.run(["xgettext", "--language=C++", "--from-code=UTF-8", "--keyword=", "--keyword=say:1", "--keyword=phrase:1",
                    "--keyword=say_counted:2,3", "--add-location=file", "--package-name=holdfast", "-o", str(pot.resolve()), *files],
                   cwd=root, check=True)


def entries(text):
    """(comments, msgid, msgid_plural or None) of each message of a .po or .pot file; the header has the id ""."""
    for block in text.split("\n\n"):
        found = {}
        for keyword, strings in re.findall(r'(?m)^(msgid|msgid_plural|msgstr(?:\[\d\])?) ((?:"(?:\\.|[^"\\])*"\n?)+)', block):
            found[keyword] = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', strings))
        if "msgid" in found:
            yield re.findall(r"(?m)^#.*$", block), found["msgid"], found.get("msgid_plural"), found


def accented(message):
    before, words, after = re.fullmatch(r"((?:\\n)*)(.*?)((?:\\n)*)", message).groups()  # msgfmt wants lines to begin and end alike
    parts = re.split(r"(\{\}|\\.)", words)
    return before + "⟦" + "".join(part if re.fullmatch(r"\{\}|\\.", part) else part.translate(ACCENTS) for part in parts) + "⟧" + after


def pseudo(pot, po):
    out = ['msgid ""\nmsgstr ""\n"Language: en_XA\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
           '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n"X-Reviewed: yes\\n"\n']
    for _, message, plural, _ in entries(pot.read_text(encoding="utf-8")):
        if not message:
            continue
        out.append(f'\nmsgid "{message}"\n' + (f'msgid_plural "{plural}"\nmsgstr[0] "{accented(message)}"\nmsgstr[1] "{accented(plural)}"\n'
                                               if plural else f'msgstr "{accented(message)}"\n'))
    po.write_text("".join(out), encoding="utf-8")


def check(root, pot):
    known = {message for _, message, _, _ in entries(pot.read_text(encoding="utf-8"))}
    faults = []
    languages = [line for line in (root / "po/LINGUAS").read_text().split("\n") if line and not line.startswith("#")]
    if sorted(f"{language}.po" for language in languages) != sorted(path.name for path in (root / "po").glob("*.po")):
        faults.append("po/LINGUAS does not list the files of po/")
    for language in languages:
        header, unreviewed, number = "", 0, 0
        for comments, message, _, found in entries((root / f"po/{language}.po").read_text(encoding="utf-8")):
            if not message:
                header = found["msgstr"]
                continue
            number += 1
            unreviewed += any("unreviewed" in comment for comment in comments)
            if message not in known:
                faults.append(f"po/{language}.po: no message of the program is: {message}")
        reviewed = "X-Reviewed: yes" in header
        if reviewed == (unreviewed > 0) or not re.search("X-Reviewed: (yes|no)", header):
            faults.append(f"po/{language}.po: {unreviewed} messages are marked as unreviewed, and X-Reviewed says {reviewed}")
        print(f"{language}: {number} messages of {len(known) - 1}, {unreviewed} unreviewed")
    return faults


def outside(text):
    """What stands outside ⟦…⟧, which may nest: arguments stand within them."""
    depth, out = 0, []
    for c in text:
        if c == "⟦":
            depth += 1
        elif c == "⟧":
            depth -= 1
            out.append(" ")
        elif depth == 0:
            out.append(c)
    return "".join(out)


def english(text, words):
    """Words of three and more letters that are neither accented nor data. A line of `words`: a word, or /a pattern/."""
    lines = [line.split("#")[0].strip() for line in words.read_text(encoding="utf-8").split("\n")]
    data = {line for line in lines if line and not line.startswith("/")}
    patterns = [line.strip("/") for line in lines if line.startswith("/")]
    faults = []
    for line in outside(text).split("\n"):
        left = line
        for pattern in patterns:
            left = re.sub(pattern, " ", left)
        found = [word for word in re.findall(r"(?<![\w./=-])[A-Za-z][a-z]{2,}(?![\w/=-])", left) if word not in data and word.lower() not in data]
        if found:
            faults.append(f"{line.strip()}\n    in English: {' '.join(found)}")
    return faults


def main():
    verb, paths = sys.argv[1], [pathlib.Path(path) for path in sys.argv[2:]]
    if verb == "template":
        return template(*paths)
    if verb == "pseudo":
        return pseudo(*paths)
    faults = check(*paths) if verb == "check" else english(paths[0].read_text(encoding="utf-8", errors="replace"), paths[1])
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
