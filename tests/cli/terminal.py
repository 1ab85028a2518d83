# SPDX-License-Identifier: Apache-2.0
"""terminal.py COLUMNS LINES COMMAND... <STEPS: runs a command on a terminal of its own, and types and looks as a person does.

A step a line; '#' begins a comment, {NAME} stands for what `let` set, escapes are those of Python ("\\r" is the Enter key):

  see PATTERN       waits until the screen shows this regular expression (its lines as they stand, without blanks at their ends)
  no PATTERN        the screen does not show it now
  type TEXT         keys
  size COLUMNS LINES
  modes own|given   whether the terminal's modes are the command's own by now, or those that it was given
  signal NAME       to the command
  run COMMAND       of a shell; must succeed
  let NAME COMMAND  its first line
  wait SECONDS
  save FILE         the screen as text
  end CODE          waits for the end: this exit code, and the modes must be those that the terminal was given

Ends with 1, and the screen, where a step does not come true.
"""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 40  # seconds that a step may take to come true


class Screen:
    """What the board's own sequences do to a screen; any other sequence is a failure, so that no test looks at a wrong screen."""

    def __init__(self, columns, lines):
        self.columns, self.lines = columns, lines
        self.rows, self.x, self.y = [[] for _ in range(lines)], 0, 0
        self.decoder, self.pending = codecs.getincrementaldecoder("utf-8")("strict"), ""

    def resize(self, columns, lines):
        """As terminals that do not wrap again: lines stay as they are, those at the top go where there are too many."""
        gone = max(0, self.y - lines + 1)
        self.rows = (self.rows[gone:] + [[] for _ in range(lines)])[:lines]
        self.columns, self.lines, self.y = columns, lines, self.y - gone

    def down(self):
        self.y += 1
        if self.y == self.lines:
            self.rows = self.rows[1:] + [[]]
            self.y -= 1

    def put(self, character):
        if self.x == self.columns:  # the last cell was written: only now the line goes on below
            self.x = 0
            self.down()
        row = self.rows[self.y]
        row.extend(" " * (self.x + 1 - len(row)))
        row[self.x] = character
        self.x += 1

    def sequence(self, number, letter):
        if letter == "A":
            self.y = max(0, self.y - int(number or 1))
        elif letter == "K" and not number:
            del self.rows[self.y][self.x :]
        elif letter == "J" and not number:
            del self.rows[self.y][self.x :]
            self.rows[self.y + 1 :] = [[] for _ in range(self.lines - self.y - 1)]
        elif letter != "m":
            raise ValueError(f"a sequence that is not the board's: ESC [{number}{letter}")

    def feed(self, data):
        text, self.pending = self.pending + self.decoder.decode(data), ""
        while text:
            if text[0] == "\x1b":
                found = re.match(r"\x1b\[(\d*)([A-Za-z])", text)
                if not found:
                    if not re.fullmatch(r"\x1b(\[\d*)?", text):
                        raise ValueError(f"a sequence that is not the board's: {text[:8]!r}")
                    self.pending = text
                    return
                self.sequence(*found.groups())
                text = text[found.end() :]
                continue
            if text[0] == "\r":
                self.x = 0
            elif text[0] == "\n":
                self.down()
            elif text[0] >= " ":
                self.put(text[0])
            else:
                raise ValueError(f"a control character on the screen: {text[0]!r}")
            text = text[1:]

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.rows).rstrip("\n")


def lead(command, tell):
    """The leader of the terminal's session: where the command itself led it, the kernel would reset the modes when it ends."""
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.sigwait([signal.SIGUSR1])
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
    child = subprocess.Popen(command)
    os.write(tell, b"%-16d" % child.pid)
    os.write(tell, b"%-16d" % child.wait())
    while True:
        signal.pause()


class Terminal:
    def __init__(self, columns, lines, command):
        self.screen, self.names = Screen(columns, lines), {}
        self.told, tell = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        self.leader, self.master = pty.fork()
        if self.leader == 0:
            lead(command, tell)
        os.close(tell)
        self.set_size(columns, lines)
        self.given = termios.tcgetattr(self.master)
        self.given[0] ^= termios.IXANY  # unlike the first modes of any terminal
        termios.tcsetattr(self.master, termios.TCSANOW, self.given)
        os.kill(self.leader, signal.SIGUSR1)
        self.command = int(os.read(self.told, 16))
        self.code = None

    def set_size(self, columns, lines):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def ended(self):
        if self.code is None and select.select([self.told], [], [], 0)[0]:
            self.code = int(os.read(self.told, 16))
        return self.code is not None

    def close(self):
        if not self.ended():
            os.kill(self.command, signal.SIGKILL)
        os.kill(self.leader, signal.SIGKILL)
        os.waitpid(self.leader, 0)

    def look(self, seconds):
        """Takes what the command writes, for so long; true where there was something."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.screen.feed(os.read(self.master, 65536))
        return True

    def until(self, what, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not what() and time.monotonic() < end:
            self.look(0.05)
        return what()

    def own_modes(self):
        return termios.tcgetattr(self.master) != self.given

    def shows(self, pattern):
        return re.search(pattern, self.screen.text(), re.MULTILINE) is not None

    def step(self, verb, rest):
        if verb == "see":
            self.until(lambda: self.shows(rest) or self.ended())
            while self.look(0):
                pass
            return self.shows(rest)
        if verb == "no":
            return not self.shows(rest)
        if verb == "type":
            os.write(self.master, codecs.decode(rest, "unicode_escape").encode())
            return True
        if verb == "size":
            columns, lines = map(int, rest.split())
            self.screen.resize(columns, lines)
            self.set_size(columns, lines)
            return True
        if verb == "modes":
            return self.until(lambda: self.own_modes() == {"own": True, "given": False}[rest])
        if verb == "signal":
            os.kill(self.command, signal.Signals["SIG" + rest])
            return True
        if verb == "run":
            return subprocess.run(["bash", "-c", rest]).returncode == 0
        if verb == "let":
            name, command = rest.split(None, 1)
            self.names[name] = subprocess.run(["bash", "-c", command], capture_output=True, text=True).stdout.split("\n")[0]
            return self.names[name] != ""
        if verb == "wait":
            self.until(lambda: False, float(rest))
            return True
        if verb == "save":
            with open(rest, "w") as file:
                file.write(self.screen.text() + "\n")
            return True
        if verb == "end":
            if not self.until(self.ended):
                return False
            while self.look(0):
                pass
            print(f"exit code {self.code}, modes {'of its own' if self.own_modes() else 'as given'}")
            return self.code == int(rest) and not self.own_modes()
        raise ValueError(f"no step is called {verb}")

    def run(self, steps):
        for line in steps:
            if not line.strip() or line.startswith("#"):
                continue
            verb, _, rest = line.strip().partition(" ")
            for name, value in self.names.items():
                rest = rest.replace("{" + name + "}", value)
            if not self.step(verb, rest):
                print(f"did not come true: {line.strip()}\n--- the screen:\n{self.screen.text()}")
                return 1
        return 0


def main(columns, lines, *command):
    terminal = Terminal(int(columns), int(lines), command)
    try:
        return terminal.run(sys.stdin.read().splitlines())
    finally:
        terminal.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
