"""The floor: sender.c, which only writes what was made before."""

from bench.bgp import speaker, world


class Floor(speaker.Speaker):
    name = "floor"
    program = "sender"

    def start(self):
        self.launch(self.tools / "sender", "-A", world.SPEAKER_AS, "-n", self.workload.prefixes,
                    "-s", self.workload.neighbors, world.router(), world.SPEAKER)
