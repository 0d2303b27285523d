"""OpenBGPD: a prefix set that is announced as a network.

A network statement for each prefix would take it three times as long to read.
"""

from bench.bgp import speaker, world

_HEAD = """
AS {as_}
router-id {speaker}
fib-update no
socket "/run/bgpd.sock"
"""
_NEIGHBOR = """
neighbor {router} {{
	remote-as {router_as}
	announce IPv4 unicast
	announce IPv6 unicast
}}
"""


class Openbgpd(speaker.Speaker):
    name = "OpenBGPD"
    program = "/usr/sbin/bgpd"
    can_filter = True

    def start(self):
        text = [_HEAD.format(as_=world.SPEAKER_AS, speaker=world.SPEAKER),
                "prefix-set many {\n"]
        text += [f"\t{p}\n" for p in world.prefixes(self.workload.prefixes)]
        text.append("}\nnetwork prefix-set many\n")
        text += [_NEIGHBOR.format(router=n, router_as=world.ROUTER_AS)
                 for n in self.neighbors()]
        text.append("allow to ebgp\n")
        text.append(f"{'allow' if self.workload.accept else 'deny'} from ebgp\n")
        configuration = self.file(".conf", "".join(text))
        configuration.chmod(0o600)
        self.node.run("mkdir", "-p", "/run/openbgpd")   # the root directory of its children
        self.launch("/usr/sbin/bgpd", "-d", "-f", configuration)

    def announce_one(self):
        return self.command("bgpctl", "-s", "/run/bgpd.sock", "network", "add", world.ONE_MORE)

    def withdraw_one(self):
        return self.command("bgpctl", "-s", "/run/bgpd.sock", "network", "delete",
                            world.ONE_MORE)
