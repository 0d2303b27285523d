"""bgplbctl, as its user runs it on a node."""

import json
import subprocess

from lab import daemon


PATIENCE = 30


class Control:
    def __init__(self, node):
        self.node = node

    def run(self, *argv):
        """bgplbctl ARGV...; subprocess.CompletedProcess with its status and text."""
        return subprocess.run(
            self.node.in_node(daemon.BIN / "bgplbctl", *argv), capture_output=True, text=True,
            env=daemon.clean_environment(), timeout=PATIENCE)

    def text(self, *argv):
        """What it prints when it succeeds."""
        done = self.run(*argv)
        assert done.returncode == 0, f"bgplbctl {' '.join(argv)}: {done.stderr}"
        return done.stdout

    def ask(self, *argv):
        """bgplbctl -j ARGV...: the parsed answer."""
        return json.loads(self.text("-j", *argv))

    def neighbors(self):
        return {n["address"]: n for n in self.ask("show", "neighbors")["neighbors"]}

    def prefixes(self):
        return {p["prefix"]: p for p in self.ask("show", "prefixes")["prefixes"]}
