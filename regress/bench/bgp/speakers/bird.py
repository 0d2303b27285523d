"""BIRD 2: a static protocol; at run time another one is enabled."""

from bench.bgp import speaker, world

_HEAD = """
router id {speaker};
protocol device {{ }}
protocol static one {{ disabled; ipv4; route {one} blackhole; }}
protocol static many {{
	ipv4;
"""
_NEIGHBOR = """
protocol bgp router{number} {{
	local {speaker} as {as_};
	neighbor {router} as {router_as};
	ipv4 {{ import {policy}; export all; next hop self; }};
	ipv6 {{ import {policy}; export all; next hop self; }};
}}
"""


class Bird(speaker.Speaker):
    name = "BIRD"
    program = "bird"
    can_filter = True

    def start(self):
        text = [_HEAD.format(speaker=world.SPEAKER, one=world.ONE_MORE)]
        text += [f"\troute {p} blackhole;\n" for p in world.prefixes(self.workload.prefixes)]
        text.append("}\n")
        text += [_NEIGHBOR.format(
            number=i, speaker=world.SPEAKER, as_=world.SPEAKER_AS, router=address,
            router_as=world.ROUTER_AS, policy="all" if self.workload.accept else "none")
            for i, address in enumerate(self.neighbors())]
        configuration = self.file(".conf", "".join(text))
        self._control = "/run/bird.ctl"
        self.launch("bird", "-f", "-c", configuration, "-s", self._control)

    def announce_one(self):
        return self.command("birdc", "-s", self._control, "enable", "one")

    def withdraw_one(self):
        return self.command("birdc", "-s", self._control, "disable", "one")
