"""Three hosts that announce the same address to a router that spreads over them."""

import pytest

from lab import topology, waiting
from lab.topology import LABEL

V4, V6 = topology.address_of(1)
ADDRESSES = tuple(prefix.split("/")[0] for prefix in (V4, V6))


@pytest.fixture(scope="module")
def served(cluster):
    """web1 on each host, announced by all."""
    def serve(host):
        host.run_bgplbd("graceful-restart yes\n", "drain delay 2s\n")
        host.create_gateway(LABEL)
        host.engine.create_network("web1", V4, V6)
        host.engine.run_container("web1", ["gateway", "web1"],
                                  options=["--hostname", host.name])

    cluster.each(serve)
    cluster.wait_established()
    cluster.wait_spread(V4, V6)
    return cluster


def test_router_spreads_connections_over_all_hosts(served):
    """Docker's gateway network may need a second or two for its IPv6 address."""
    everyone = {host.name for host in served.hosts}
    for address in ADDRESSES:
        seen = set()
        waiting.until(lambda: seen.add(served.fetch_name(address)) or everyone <= seen,
                      lambda: f"answers from {everyone}; there were {seen}")
