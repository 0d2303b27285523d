"""ExaBGP: static routes of the configuration; at run time a process's commands."""

import os
import time

from bench.bgp import measure, speaker, world

_HEAD = """
process commands {{
	run /bin/cat {fifo};
	encoder text;
}}
"""
_NEIGHBOR = """
neighbor {router} {{
	router-id {speaker};
	local-address {speaker};
	local-as {as_};
	peer-as {router_as};
	family {{
		ipv4 unicast;
		ipv6 unicast;
	}}
	api {{
		processes [ commands ];
	}}
	static {{
{routes}	}}
}}
"""
_ENVIRONMENT = {
    "exabgp.daemon.user": "root",
    "exabgp.daemon.daemonize": "false",
    "exabgp.daemon.drop": "false",
    "exabgp.api.ack": "false",
    "exabgp.api.cli": "false",
    "exabgp.log.level": "ERR",
}


class Exabgp(speaker.Speaker):
    name = "ExaBGP"
    program = "exabgp"

    def start(self):
        fifo = self.stem.with_suffix(".fifo")
        os.mkfifo(fifo)
        self._commands = os.open(fifo, os.O_RDWR)
        routes = "".join(f"\t\troute {p} next-hop self;\n"
                         for p in world.prefixes(self.workload.prefixes))
        text = _HEAD.format(fifo=fifo) + "".join(_NEIGHBOR.format(
            router=n, speaker=world.SPEAKER, as_=world.SPEAKER_AS, router_as=world.ROUTER_AS,
            routes=routes) for n in self.neighbors())
        self.launch("exabgp", self.file(".conf", text), env={**os.environ, **_ENVIRONMENT})

    def finish_start(self):
        # With many neighbors that do not answer it never rests, and gives them up after 60 s.
        measure.wait_for_rest(self.pids, 30)

    def stop(self):
        super().stop()
        os.close(self._commands)

    def _say(self, line):
        begin = time.monotonic_ns()
        os.write(self._commands, line.encode() + b"\n")
        return begin

    def announce_one(self):
        return self._say(f"announce route {world.ONE_MORE} next-hop self")

    def withdraw_one(self):
        return self._say(f"withdraw route {world.ONE_MORE} next-hop self")
