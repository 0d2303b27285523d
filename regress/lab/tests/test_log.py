"""The log is not in the way of the work."""

import contextlib
import fcntl
import os

from lab import daemon, sandbox, topology

V4, V6 = topology.address_of(1)


@contextlib.contextmanager
def full_fifo(name):
    """A FIFO that takes nothing more; its path and the descriptor to read it."""
    path = sandbox.directory() / name
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    filler = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        for _ in range(fcntl.fcntl(filler, fcntl.F_GETPIPE_SZ) // 4096):
            os.write(filler, b"." * 4095 + b"\n")
        os.set_blocking(reader, True)
        yield path, reader
    finally:
        os.close(filler)
        os.close(reader)
        path.unlink()


def read_until(reader, *wanted):
    """Reads until all of it has come; each process writes its own, in its own time."""
    text = b""
    while not all(words.encode() in text for words in wanted):
        text += os.read(reader, 65536)


def test_daemon_goes_on_while_nobody_reads_its_log(lab):
    lab.stop_bgplbd()
    running = daemon.Bgplbd(lab.host, topology.configuration())
    with full_fifo("log.fifo") as (path, reader):
        running.argv = ["sh", "-c", f'exec "$0" "$@" 2> {path}', *running.argv]
        try:
            running.start()
            lab.router.wait_established()
            container, _ = lab.serve("web1")
            lab.wait_served(V4, V6)
            container.be_unhealthy()
            lab.wait_not_served(V4, V6)
            read_until(reader, "info: parent: started", f"info: rde: prefix {V4}: announced",
                       f"info: rde: prefix {V4}: withdrawn")
            running.stop()
        finally:
            running.discard()
