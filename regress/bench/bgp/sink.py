"""The sink, as its driver sees it (sink.c tells what it does)."""

import json
import select
import subprocess
import time

from lab import sandbox

from bench.bgp import world

SECOND = 1_000_000_000  # the unit of stamps is nanoseconds


class Late(Exception):
    """What was waited for did not come; the text has the sink's last report."""


class Report:
    """One answer.  Stamps are nanoseconds of the monotonic clock, 0 for never."""

    def __init__(self, answer):
        self.raw = answer
        self.now = answer["now"]
        self.listening = answer["listening"]
        self.sessions = answer["sessions"]

    def first(self, stamp):
        """The earliest of all sessions."""
        return min((s[stamp] for s in self.sessions if s[stamp]), default=0)

    def last(self, stamp):
        return max((s[stamp] for s in self.sessions), default=0)

    def total(self, counter):
        return sum(s[counter] for s in self.sessions)


class Sink:
    """Runs on the world's router until closed; a context manager.

    hold: neighbors' OPENs are answered only at go().
    """

    def __init__(self, place, tools, hold=False):
        options = ["-h"] if hold else []
        self._log = open(sandbox.directory() / "sink.log", "ab")
        self._process = subprocess.Popen(
            place.router.in_node(tools / "sink", "-A", world.ROUTER_AS, "-r", world.router(),
                                 "-i", 10_000, *options),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
            start_new_session=True, preexec_fn=sandbox.die_with_parent)
        self._bytes = b""
        self.report()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends all sessions with Cease, and the sink."""
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def tell(self, *words):
        self._process.stdin.write(" ".join(map(str, words)).encode() + b"\n")
        self._process.stdin.flush()

    def report(self):
        self.tell("report")
        return self._answer("report", 10)

    def wait(self, what, number, seconds):
        """The report of the moment in which number is reached, see sink.c."""
        self.tell("wait", what, number)
        try:
            return self._answer("wait", seconds)
        except Late:
            raise Late(f"the sink has not seen {number} {what} within {seconds} s: "
                       f"{self.report().raw}") from None

    def _answer(self, event, seconds):
        deadline = time.monotonic() + seconds
        while True:
            line, found, rest = self._bytes.partition(b"\n")
            if found:
                self._bytes = rest
                answer = json.loads(line)
                if answer["event"] == event:
                    return Report(answer)
                continue
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise Late(event)
            more = self._process.stdout.read1(65536)
            if not more:
                raise RuntimeError("the sink ended; see its log in " + self._log.name)
            self._bytes += more
