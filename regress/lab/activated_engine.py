"""The lab's engine with its socket held by socket_activator.py, as systemd has it."""

import pathlib
import signal
import sys

from lab import engine, processes, sandbox, waiting

ACTIVATOR = pathlib.Path(__file__).with_name("socket_activator.py")
BY_CONNECTION, BY_ORDER = "by a connection", "by order"


class ActivatedEngine(engine.Engine):
    """Takes over an engine that does not run, with all that it has; close() gives it back.

    The containers have the same names and files, whoever holds the socket.
    """

    def __init__(self, plain):
        self.__dict__.update(plain.__dict__)
        self._stem = self.files / "activator-log"
        self._process = None

    def hold(self):
        """The socket is there, and no engine runs."""
        self._stem.unlink(missing_ok=True)
        self._process = processes.Process(
            "the activator", self.node.in_node(sys.executable, ACTIVATOR, engine.SOCKET,
                                               *self.command("fd://")),
            self._stem, env=self.environment())
        waiting.until(lambda: pathlib.Path(self.socket).exists(), "the socket")

    def start(self):
        """systemctl start docker."""
        if self._process is None:
            self.hold()
        self._process.send(signal.SIGUSR2)
        waiting.until(lambda: self.starts()[-1:] == [BY_ORDER], "dockerd starts")
        self.wait_answer()

    def begin_stop(self):
        """systemctl stop docker, which takes its time."""
        self._process.send(signal.SIGUSR1)

    def wait_stopped(self):
        waiting.until(lambda: len(self._printed("ended")) == len(self.starts()),
                      lambda: f"dockerd ends; {self._process.log()[-2000:]}", 40)

    def stop(self):
        self.begin_stop()
        self.wait_stopped()

    def close(self):
        self._process.stop(seconds=40)
        pathlib.Path(self.socket).unlink()

    def log(self):
        return self._process.log()

    def starts(self):
        """Why dockerd was started, each time since hold()."""
        return [line.split(" ", 1)[1] for line in self._printed("start")]

    def _printed(self, word):
        return [line for line in self._process.log().splitlines()
                if line.split(" ")[0] == word]
