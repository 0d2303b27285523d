"""gobgpd: routes loaded by its tool, many from an MRT file, one by a command."""

import socket

from lab import waiting

from bench.bgp import mrt, speaker, world

_PORT = 50051
_PADDING = 5000

_GLOBAL = """
[global.config]
as = {as_}
router-id = "{speaker}"
port = -1
"""
_NEIGHBOR = """
[[neighbors]]
[neighbors.config]
neighbor-address = "{router}"
peer-as = {router_as}
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ipv4-unicast"
[[neighbors.afi-safis]]
[neighbors.afi-safis.config]
afi-safi-name = "ipv6-unicast"
"""


class Gobgpd(speaker.Speaker):
    name = "gobgpd"
    program = "gobgpd"

    def start(self):
        text = _GLOBAL.format(as_=world.SPEAKER_AS, speaker=world.SPEAKER)
        text += "".join(_NEIGHBOR.format(router=n, router_as=world.ROUTER_AS)
                        for n in self.neighbors())
        self._process = self.launch(
            "gobgpd", "--config-file", self.file(".toml", text), "--log-plain",
            "--api-hosts", f"127.0.0.1:{_PORT}")

    def finish_start(self):
        waiting.until(self._answers, lambda: f"gobgpd answers; {self.log()}", 20)
        dump = self.stem.with_suffix(".mrt")
        # The tool ends before its last routes have arrived; so the last is repeated.
        prefixes = world.prefixes(self.workload.prefixes)
        mrt.write(dump, prefixes + prefixes[-1:] * _PADDING, world.SPEAKER)
        self._gobgp("mrt", "inject", "global", dump)
        super().finish_start()
        found = self.node.run("gobgp", "-p", _PORT, "global", "rib", "summary").stdout
        if f"Destination: {self.workload.prefixes}," not in found:
            raise RuntimeError(f"gobgpd has not {self.workload.prefixes} routes: {found}")

    def _answers(self):
        assert self._process.status() is None, self.log()
        try:
            self.node.inside(lambda: socket.create_connection(("127.0.0.1", _PORT)).close())
        except OSError:
            return False
        return True

    def _gobgp(self, *argv):
        return self.command("gobgp", "-p", _PORT, *argv)

    def announce_one(self):
        return self._gobgp("global", "rib", "add", world.ONE_MORE)

    def withdraw_one(self):
        return self._gobgp("global", "rib", "del", world.ONE_MORE)
