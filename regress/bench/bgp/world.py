"""Where one speaker is measured: two machines, one cable.

    speaker ---- router (the sink)

The router has as many addresses as there are neighbors, all on the one link.
"""

import ipaddress

from lab import namespaces

SPEAKER_AS = 64512
ROUTER_AS = 65001
SPEAKER, SPEAKER6 = "198.18.0.200", "2001:db8:18::200"
ROUTER6 = "2001:db8:18::1"
NEIGHBORS_MAX = 64

_FIRST_ROUTER = ipaddress.IPv4Address("198.18.0.1")
_FIRST_PREFIX = ipaddress.IPv4Address("10.0.0.0")

# A prefix that is in no workload, for what is announced at run time.
ONE_MORE_NUMBER = 0xffff01
ONE_MORE = f"{_FIRST_PREFIX + ONE_MORE_NUMBER}/32"


def router(number=0):
    """The address of the nth neighbor."""
    return str(_FIRST_ROUTER + number)


def prefixes(count):
    """The prefixes that a speaker announces."""
    return [f"{_FIRST_PREFIX + i}/32" for i in range(count)]


class World:
    def __init__(self):
        self.router = namespaces.Node("router")
        self.speaker = namespaces.Node("speaker")
        namespaces.connect(self.router, "eth0", self.speaker, "eth0")
        addresses = "".join(f"address add {router(i)}/24 dev eth0\n"
                            for i in range(NEIGHBORS_MAX))
        self.router.run("ip", "-batch", "-", input=addresses)
        self.router.add_address("eth0", ROUTER6 + "/64")
        self.speaker.add_address("eth0", SPEAKER + "/24")
        self.speaker.add_address("eth0", SPEAKER6 + "/64")
        self.router.wait_addresses()
        self.speaker.wait_addresses()

    def close(self):
        self.speaker.close()
        self.router.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
