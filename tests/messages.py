#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""messages.py SOURCES [--write]: every error that the program can show, read from the sources, as docs/messages.md.

Without --write the page must be what the sources say, and each error must be two lines that help: what happened, a sentence
without its end; then how the evidence is and what to do. Ends with 1 and the faults where that does not hold.
"""

import itertools
import pathlib
import re
import sys

ROOMS = "base image chain-of-custody acquire parse store export tools".split()
LONGEST = 160

TOKEN = re.compile(r'''(?P<comment>//[^\n]*|/\*.*?\*/|^[ \t]*\#(?:\\\n|[^\n])*)|(?P<raw>R"(?P<mark>[^()\\ ]{0,16})\(.*?\)(?P=mark)")'''
                   r'''|(?P<text>"(?:\\.|[^"\\\n])*")|(?P<char>'(?:\\.|[^'\\\n])+')|(?P<number>\.?\d(?:'?[\w.])*)|(?P<name>[A-Za-z_]\w*)'''
                   r'''|(?P<blank>\s+)|(?P<sign>::|->|<<|>>|&&|\|\||[=!<>+]=|\+\+|--|.)''', re.S | re.M)


class Source:
    """The tokens of a file, with the brackets that belong together."""

    def __init__(self, path, text):
        self.path = path
        self.tokens = [(m.lastgroup, m.group(), m.start()) for m in TOKEN.finditer(text)
                       if m.lastgroup not in ("comment", "blank", "mark")]
        self.text, self.other, self.around = text, {}, []
        stack = []
        for i, (kind, token, _) in enumerate(self.tokens):
            if kind == "sign" and token in ")]}" and stack:
                self.other[i], self.other[stack[-1]] = stack[-1], i
                stack.pop()
            self.around.append(stack[-1] if stack else None)
            if kind == "sign" and token in "([{":
                stack.append(i)

    def at(self, i):
        return self.tokens[i][1] if 0 <= i < len(self.tokens) else ""

    def line(self, i):
        return self.text.count("\n", 0, self.tokens[i][2]) + 1

    def split(self, begin, end, *signs):
        """The range without what is in brackets, cut at these signs."""
        parts, start, i = [], begin, begin
        while i < end:
            if self.tokens[i][0] == "sign" and self.at(i) in "([{" and i in self.other:
                i = self.other[i] + 1
                continue
            if self.tokens[i][0] == "sign" and self.at(i) in signs:
                parts.append((start, i))
                start = i + 1
            i += 1
        return parts + [(start, end)]

    def arguments(self, opener):
        inside = (opener + 1, self.other[opener])
        return self.split(*inside, ",") if inside[0] < inside[1] else []

    def functions(self):
        """(name, the bracket of its parameters, that of its body), also of lambdas that have a name."""
        for i in range(1, len(self.tokens)):
            if self.at(i) != "(" or i not in self.other:
                continue
            name = self.at(i - 1) if self.tokens[i - 1][0] == "name" else None
            if self.at(i - 1) == "]" and self.at(self.other.get(i - 1, 0) - 1) == "=":
                name = self.at(self.other[i - 1] - 2)
            end = self.other[i] + 1
            while self.at(end) in ("const", "noexcept", "override", "->", "std", "base", "::", "string", "Error"):
                end += 1
            if name and name not in ("if", "for", "while", "switch", "catch") and self.at(end) == "{":
                yield name, i, end


def literal(token):
    return re.sub(r'\\(.)', lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), token[1:-1])


class Reader:
    """What the arguments of errors say."""

    def __init__(self, sources):
        self.sources, self.constants, self.plain, self.faults = sources, {}, set(), []
        for source in sources:
            for m in re.finditer(r'constexpr auto (k\w+)\s*=\s*(?:base::)?phrase\(\s*((?:"(?:\\.|[^"\\\n])*"\s*)+)\)', source.text):
                words = "".join(literal(t) for t in re.findall(r'"(?:\\.|[^"\\\n])*"', m.group(2)))
                self.constants.setdefault(m.group(1), {})[source.path] = words
        self.helpers = {}  # of what is said: name -> [(names of all parameters, those that are said, source, body)]
        for source in sources:
            for name, parameters, body in source.functions():
                ranges = source.arguments(parameters)
                said = {source.at(end - 1) for begin, end in ranges if any(source.at(i) == "Said" for i in range(begin, end - 1))}
                if said:
                    self.helpers.setdefault(name, []).append(([source.at(end - 1) for _, end in ranges], said, source, body))

    def constant(self, name, source):
        known = self.constants.get(name, {})
        return known.get(source.path) or next((words for path, words in known.items() if path.endswith(".h")), None)

    def values(self, source, begin, end, known):
        """The texts that an expression can be; `known` are those of parameters."""
        if begin >= end:
            return [""]
        question = source.split(begin, end, "?")
        if len(question) > 1:
            depth = 0
            after = question[0][1] + 1
            for i in range(after, end):
                depth += (source.at(i) == "?") - (source.at(i) == ":")
                if depth < 0:
                    return self.values(source, after, i, known) + self.values(source, i + 1, end, known)
        chain = source.split(begin, end, "+")
        if len(chain) > 1:
            return ["".join(parts) for parts in itertools.product(*(self.values(source, a, b, known) for a, b in chain))]
        if source.at(begin) == "(" and source.other.get(begin) == end - 1:
            return self.values(source, begin + 1, end - 1, known)
        if [source.at(begin + i) for i in range(4)] == ["std", "::", "string", "("] and source.other.get(begin + 3) == end - 1:
            return self.values(source, begin + 4, end - 1, known)
        if source.at(begin) == "base" and source.at(begin + 1) == "::":
            begin += 2
        if source.at(begin) in ("say", "phrase") and source.at(begin + 1) == "(":
            return self.said(source, begin + 1, known)
        if source.at(begin) == "say_counted" and source.at(begin + 1) == "(":
            return ["<n> " + literal(source.tokens[source.arguments(begin + 1)[2][0]][1])]
        if source.at(begin) in ("Said", "visible") and source.at(begin + 1) == "(":
            return self.values(source, begin + 2, end - 1, known)
        if all(source.tokens[i][0] == "text" for i in range(begin, end)):
            words = "".join(literal(source.at(i)) for i in range(begin, end))
            if re.search("[A-Za-z]{2}", words):
                self.plain.add((source.path, source.line(begin), words))
            return [words]
        if end - begin == 1:
            name = source.at(begin)
            constant = self.constant(name, source)
            return known.get(name) or ([constant] if constant else [f"<{self.name_of(source, begin, end)}>"])
        return [f"<{self.name_of(source, begin, end)}>"]

    def said(self, source, opener, known):
        arguments = source.arguments(opener)
        pattern = "".join(literal(source.at(i)) for i in range(*arguments[0]))
        out = []
        for given in itertools.product(*(self.values(source, a, b, known) for a, b in arguments[1:])):
            left = list(given)
            out.append(re.sub(r"\{\{|\}\}|\{\}", lambda m: m.group()[0] if m.group() != "{}" else left.pop(0) if left else "{}", pattern))
        return out

    @staticmethod
    def name_of(source, begin, end):
        names = [source.at(i) for i in range(begin, end) if source.tokens[i][0] == "name"]
        dull = {"std", "base", "fmt", "custody", "string", "string_view", "to_string", "visible", "format", "c_str", "front", "value", "text", "at",
                "custody", "size", "what", "happened", "get", "begin", "utf8", "name_of", "acquire"}
        names = [name for name in names if name not in dull and not name.startswith("k")] or ["why"]
        return {"error": "why", "trouble": "why"}.get(names[0], names[0]).rstrip("_").replace("_", " ")

    def lists(self, source):
        """(the bracket of an error's list, the ranges of its two lines, what the program adds to the first)."""
        for i in range(1, len(source.tokens)):
            if source.tokens[i][0] != "sign" or source.at(i) not in "({" or i not in source.other:
                continue
            arguments = source.arguments(i)
            first = [source.at(k) for k in range(*arguments[0])] if len(arguments) == 3 else []
            if not first or first[0] == "const" or ";" in first:
                continue
            if source.at(i - 1) in ("io_error", "destination_error"):
                yield i, arguments[0], arguments[2], ": <the system's words>"
            elif "ErrorKind" in first[:-1] or source.at(i - 1) == "Error" or (first[-1] == "kind" and "." in first):
                yield i, arguments[1], arguments[2], ""

    def helper_of(self, source, i):
        """The innermost function that token i is in, of those that are given what they say."""
        around = [(body, name, names, said) for name, options in self.helpers.items() for names, said, where, body in options
                  if where is source and body < i < where.other[body]]
        return max(around)[1:] if around else None

    def calls(self, name, count, source):
        """Where the function is called: in its own file, or anywhere where a header declares it."""
        declared = any(re.search(r"\b%s\(const" % name, other.text) for other in self.sources
                       if other.path.endswith(".h") and other.path.split("/")[0] == source.path.split("/")[0])
        for other in self.sources if declared else [source]:
            if other is not source and any(function == name for function, _, _ in other.functions()):
                continue  # its own of the same name
            for i in range(1, len(other.tokens) - 1):
                if other.at(i) == name and other.at(i + 1) == "(" and other.at(i - 1) not in (".", "->", "::") and i + 1 in other.other:
                    arguments = other.arguments(i + 1)
                    if len(arguments) == count and not any(
                            other.at(k) == "Said" and other.at(k + 1) == "&" for k in range(i + 2, other.other[i + 1])):
                        yield other, i + 1

    def known_in(self, source, ranges):
        """(source, token, what its parameters say) of each way in which these expressions come to be said: where they say what
        their function is given, at each call of the function, and so on."""
        helper = self.helper_of(source, ranges[0][0])
        if not helper or not any(source.at(i) in helper[2] for line in ranges for i in range(*line)):
            yield source, ranges[0][0], {}
            return
        name, names, said = helper
        for other, at in self.calls(name, len(names), source):
            given = {n: line for n, line in zip(names, other.arguments(at)) if n in said}
            for where, token, known in self.known_in(other, list(given.values())):
                yield where, token, {n: self.values(other, *line, known) for n, line in given.items()}

    def errors(self, source):
        """(source, token, what happened, what now, the end of what happened) of each error."""
        for _, first, second, end in self.lists(source):
            for where, token, known in self.known_in(source, [first, second]):
                yield where, token, self.values(source, *first, known), self.values(source, *second, known), end


# ---------------------------------------------------------------------------------------------------- what a good error is

STATE = re.compile(
    r"\b([Nn]othing (else )?(was|is|of|here|could|has)|No \w+ (was|were|is)|untouched|unharmed|unchanged"
    r"|not (touched|changed|written|read|registered|overwritten|made|complete|be used)|only read|(stays?|stands?|is kept|are kept|is safe|are safe|as it was|as they were|goes on|is recorded|were kept)\b"
    r"|may still be|loses nothing|no evidence)")
IMPERATIVE = re.compile(r"(?:^|[.:;] |: |, then |; )(?:Then |then |Please |please )?(" + "|".join(
    "Acquire Add Adopt Answer Ask Attach Begin Bring Build Check Choose Close Compare Connect Convert Copy Decide Delete Export Find Free Get Give Go Hand Image Import Insert "
    "Install Issue Keep Leave Let List Look Make Mend Mount Move Name Open Parse Plug Print Put Read Redact Register Remove Rename Repeat Report Restart Restore "
    "Retire Run Save Scan Search See Set Show Sign Start Stop Take Tell Try Type Unmount Unplug Use Verify Wait Write "
    "attach ask choose compare copy check give go image keep let acquire export insert let leave restore retire read wait tell leave say make mend move name pass put repeat run set take use verify work write".split()) + r")\b")


def faults_of(happened, now):
    """What is wrong with the two lines of one error."""
    shown = re.sub(r"<[^<>]*>", "x", happened)
    if not re.match(r"[a-z0-9<`\"'({-]|[A-Z][A-Z0-9a-z]*[A-Z0-9-]|[A-Z][a-z]*ix |I |Libcurl", happened):
        yield "what happened begins with a capital letter"
    if re.search(r"[.!?]$", happened):
        yield "what happened ends like a sentence; the program adds nothing to it"
    if re.match(r"(add|choose|cut|find|get|give|go|make|name|open|put|read|set|start|take|use|write)\b", happened):
        yield "what happened reads like a command"
    if len(shown.split()) < 3 and not re.search(r"<(why|what happened|what|fault)>", happened):
        yield "what happened is no sentence: fewer than three words"
    if not now.strip():
        yield "there is no second line"
        return
    if now == "<advice>":
        return  # it was said where the object was made that says it now
    if not re.match(r"[A-Z<`\"-]", now) or not re.search(r"([.!?)]|`|[A-Z]+|<[^<>]*>|\.[a-z]+|--[a-z]+)$", now):
        yield "the second line is no sentence"
    if not STATE.search(now):
        yield "the second line does not say how the evidence is"
    if not IMPERATIVE.search(now) and not re.search(r"`|holdfast |--[a-z]|<what now>|<advice>", now):
        yield "the second line does not say what to do"
    for line in (happened, now):
        if len(line) > LONGEST or "\n" in line:
            yield f"a line of {len(line)} characters: {LONGEST} are the most"


def cell(text):
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")


HEAD = """<!-- Made by tests/messages.py from the sources; `python3 tests/messages.py . --write` makes it anew. -->
# Every error, in its two lines

An error is two lines on standard error: what happened, with the name of the thing, then how the evidence is and what to do now. The exit
code says of which kind it is (`man holdfast`). With `--json` it is one object, `{"event":"error","happened":…,"advice":…}`. The English text
is the one that counts; [translating.md](translating.md) says how others come to be. In `<…>` stands what differs from case to case; where
the system refused something, its own words follow.

What is wrong with *evidence* is never an error: it is counted, stored and shown, and the work goes on.
"""


def page_of(rows):
    out = [HEAD]
    for room in ROOMS:
        files = sorted({path for path, _, _ in rows if path.startswith(room + "/")})
        if not files:
            continue
        out.append(f"\n## {room}\n")
        for path in files:
            out.append(f"\n`{path}`\n\n| what happened | how the evidence is, and what now |\n|---|---|\n")
            seen = set()
            for _, happened, now in (row for row in rows if row[0] == path):
                if (happened, now) not in seen:
                    seen.add((happened, now))
                    out.append(f"| {cell(happened)} | {cell(now)} |\n")
    return "".join(out)


def main():
    root = pathlib.Path(sys.argv[1])
    files = [path for room in ROOMS for path in sorted((root / room).rglob("*")) if path.suffix in (".h", ".cpp")]
    sources = [Source(str(path.relative_to(root)), path.read_text(encoding="utf-8")) for path in files
               if path.relative_to(root).as_posix() not in ("base/error.h", "base/error.cpp", "base/words.h", "tools/holdfast_verify.cpp")]
    reader = Reader(sources)
    rows, faults = [], []
    for source in sources:
        for where, at, happened, now, end in reader.errors(source):
            for one, other in itertools.product(dict.fromkeys(happened), dict.fromkeys(now)):
                if all(re.fullmatch(r"<[^<>]*>", line) for line in (one, other)):
                    continue  # what was said elsewhere is passed on
                rows.append((where.path, one + end, other))
                faults += [f"{where.path}:{where.line(at)}: {fault}\n    {one + end}\n    {other}" for fault in faults_of(one, other)]
    faults += [f"{path}:{line}: not through say or phrase: {words}" for path, line, words in sorted(reader.plain)]
    page, target = page_of(rows), root / "docs/messages.md"
    if "--write" in sys.argv:
        target.write_text(page, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != page:
        faults.append("docs/messages.md is not what the sources say: python3 tests/messages.py . --write")
    if len(rows) < 300:
        faults.append(f"only {len(rows)} errors were found: is this the whole source?")
    print(f"{len(rows)} errors")
    print("\n".join(dict.fromkeys(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
