"""A long-running process of the lab: its log, its end."""

import pathlib
import signal
import subprocess


class Process:
    """argv with standard error and output in a log file of its own.

    It gets a session of its own, so that Ctrl-C on the terminal goes to the
    runner alone, which ends it in order.
    """

    def __init__(self, title, argv, log, env=None):
        self.title = title
        self.log_path = pathlib.Path(log)
        with open(log, "ab") as out:
            self._popen = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env,
                start_new_session=True)
        self.pid = self._popen.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def status(self):
        """None while it runs; else the exit status, negative for a signal."""
        return self._popen.poll()

    def send(self, number):
        self._popen.send_signal(number)

    def wait(self, seconds):
        """Waits for its end and returns its exit status."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{self.title} did not end within {seconds} s; its log:\n{self.log()}") from None

    def stop(self, seconds=10):
        """SIGTERM, and its exit status; SIGKILL and an error if it does not obey."""
        if self.status() is None:
            self.send(signal.SIGTERM)
        try:
            return self.wait(seconds)
        finally:
            self.kill()

    def kill(self):
        if self.status() is None:
            self.send(signal.SIGKILL)
            self._popen.wait()


def children(pid):
    """The pids of a process's children."""
    return [int(p) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
            for p in (task / "children").read_text().split()]
