# SPDX-License-Identifier: Apache-2.0
"""Asks both verifiers about ledgers: ours (second_agree, one process for many ledgers) and the second."""
import os
import subprocess

import verify

# Checks of docs/verification.md that the second verifier does not make. A ledger that needs one of them is not judged by it.
NOT_COVERED = {
    **dict.fromkeys(["ledger.read", "segment.file", "segment.lines", "segment.count", "acquisition.file", "image.file", "photo.file", "slip.file", "authority.file"],
                    "case folders"),
    **dict.fromkeys(["tree.consistency"], "checkpoints that were kept"),
    **dict.fromkeys(["time.token", "time.anchor", "time.bracket"], "tokens of time authorities"),
    **dict.fromkeys(["witness.cosignature", "witness.size", "witness.log", "witness.quorum"], "witnesses"),
    **dict.fromkeys(["signature.retired", "signature.revoked", "revocation.list", "key.act", "crl.form"], "the end of keys"),
    **dict.fromkeys(["session.open", "session.scope", "session.time", "session.entries"], "what a session may, and that its closing lists it all"),
    **dict.fromkeys(["custody.state", "close.last"], "who holds an exhibit, and what may be done to it"),
    **dict.fromkeys(["link.name", "link.ledger", "link.checkpoint", "link.offer", "link.receiver", "link.twice", "link.receipt",
                     "link.continued"], "several ledgers"),
}

ACTS = verify.read_acts(verify.EVENTS.read_text("utf-8"))


def second(kind, files, anchors):
    """(verdict, failed codes, codes not possible) of the second verifier."""
    if kind.startswith("folder "):
        content = verify.ledger_from_folder(kind[len("folder "):])
    else:
        content = verify.ledger_from_edition(files)._replace(whole=kind == "whole")
    verifier = verify.Verifier(content, anchors, ACTS)
    return verifier.run(), sorted(verifier.failed), sorted(verifier.impossible)


def covered(verdict, failed, impossible):
    """The program's answer as far as the second verifier judges; no verdict where only other checks led to it."""
    failed_here, impossible_here = ([code for code in codes if code not in NOT_COVERED] for codes in (failed, impossible))
    if (failed and not failed_here) or (verdict == "NOT PROVEN" and impossible and not impossible_here):
        verdict = "NOT COVERED"
    return verdict, failed_here, impossible_here


def agree(first, second):
    """Whether our answer and the second are the same, the second's codes being all that it judges."""
    return first[1:] == second[1:] and first[0] in (second[0], "NOT COVERED")


class Ours:
    """The program's own verifier. Questions are asked and answered in order; several may be under way."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, kind, files, anchors):
        items = [("kind", kind.encode())] + [("anchors/%d" % i, a) for i, a in enumerate(anchors)] + list(files.items())
        out = [len(items).to_bytes(4, "big")]
        for name, data in items:
            out += [len(name).to_bytes(4, "big"), name.encode(), len(data).to_bytes(4, "big"), data]
        self.process.stdin.write(b"".join(out))
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline().decode()
        if not line.endswith("\n"):
            raise RuntimeError("%s ended" % os.path.basename(self.process.args[0]))
        verdict, failed, impossible = line[:-1].split("\t")
        return covered(verdict, failed.split(), impossible.split())

    def close(self):
        self.process.stdin.close()
        return self.process.wait()
