"""FRR: zebra and bgpd, network statements."""

import shutil

from bench.bgp import speaker, world

_FOLDER = "/usr/lib/frr"

_HEAD = """
ip prefix-list none seq 5 deny any
ipv6 prefix-list none seq 5 deny any
router bgp {as_}
 bgp router-id {speaker}
 no bgp ebgp-requires-policy
 no bgp network import-check
"""


class Frr(speaker.Speaker):
    name = "FRR"
    program = _FOLDER + "/bgpd"
    can_filter = True

    def start(self):
        text = [_HEAD.format(as_=world.SPEAKER_AS, speaker=world.SPEAKER)]
        text += [f" neighbor {n} remote-as {world.ROUTER_AS}\n" for n in self.neighbors()]
        text.append(" address-family ipv4 unicast\n")
        text += [f"  network {p}\n" for p in world.prefixes(self.workload.prefixes)]
        text += self._filters()
        text.append(" exit-address-family\n address-family ipv6 unicast\n")
        text += [f"  neighbor {n} activate\n" for n in self.neighbors()]
        text += self._filters()
        text.append(" exit-address-family\n")
        run = self.node.path("/run/frr")
        self.node.run("mkdir", "-p", "/run/frr")
        shutil.chown(run, "frr", "frr")
        self._start("zebra", "hostname speaker\n")
        self._start("bgpd", "".join(text), "--no_kernel", "--bgp_port", "0")

    def _filters(self):
        if self.workload.accept:
            return []
        return [f"  neighbor {n} prefix-list none in\n" for n in self.neighbors()]

    def _start(self, daemon, text, *options):
        configuration = self.file(f".{daemon}.conf", text)
        self.launch(f"{_FOLDER}/{daemon}", "-f", configuration, "-i", f"/run/frr/{daemon}.pid",
                    "-z", "/run/frr/zserv.api", "--vty_socket", "/run/frr", "-P", "0",
                    "--log", "stdout", *options)

    def _configure(self, line):
        return self.command("vtysh", "--vty_socket", "/run/frr", "-d", "bgpd",
                            "-c", "configure terminal", "-c", f"router bgp {world.SPEAKER_AS}",
                            "-c", "address-family ipv4 unicast", "-c", line)

    def announce_one(self):
        return self._configure(f"network {world.ONE_MORE}")

    def withdraw_one(self):
        return self._configure(f"no network {world.ONE_MORE}")
