"""A swarm: the hosts of a cluster with bgplbd as a managed plugin, which is what Docker
takes there, under the same name on each.

The first host is the manager, the others are workers.  Each has a docker_gwbridge with
a subnet of its own and the label, made before it joins.  Service images are named by
their ids, so that Docker asks no registry for them.
"""

import subprocess

from lab import cluster, ecmp_router, engine, image, managed_plugin, waiting
from lab.topology import LABEL

DRIVER = "org/bgplb:v1"
GATEWAY = "docker_gwbridge"
SERVICE = "web"
HEALTH_COMMAND = f"{image.HEALTH_COMMAND} && wget -q -O /dev/null http://127.0.0.1/name"


class Member:
    """A host of the swarm: its plugin, its node id, its task of the service."""

    def __init__(self, host):
        self.host = host
        self.name = host.name
        self.node_id = None
        self.plugin = managed_plugin.ManagedPlugin(host.engine, DRIVER)

    def prepare(self):
        """The plugin first: it needs no second start for a network that comes later."""
        self.host.start()
        self.run_plugin()
        self.host.create_gateway(LABEL, name=GATEWAY)

    def run_plugin(self):
        self.plugin.create()
        self.plugin.set(ROUTER_ID=self.host.address, PEER_ADDRESS=self.host.router,
                        PEER_AS=ecmp_router.AS, SIGUSR2_HANDLER="true", GLOBAL_SCOPE="true",
                        args="-v")
        self.plugin.enable()

    def replace_plugin(self):
        """As its user does on a node that was drained: Docker must not say that it is in use."""
        self.plugin.disable()
        self.docker("plugin", "rm", DRIVER)
        self.run_plugin()

    def docker(self, *argv, **options):
        return self.host.engine.docker(*argv, **options)

    def joined(self):
        self.node_id = self.docker("info", "--format", "{{.Swarm.NodeID}}")

    def tasks(self, *argv, service=SERVICE):
        """The ids of its running containers of a service; ARGV to docker ps."""
        return self.docker("ps", "-q", "--no-trunc", *argv, "--filter",
                           f"label=com.docker.swarm.service.name={service}").split()

    def task(self):
        """The one that runs."""
        only, = self.tasks()
        return engine.Container(self.host.engine, only)

    def links(self):
        """What bgplbd made on this host: bridges and veths, by name."""
        return {link["ifname"] for link in self.host.node.ip("link")
                if link["ifname"].startswith(("bgplb-", "bgpve-", "bgpvc-"))}


class Swarm(cluster.Cluster):
    def __init__(self):
        super().__init__()
        self.members = [Member(host) for host in self.hosts]
        self.manager, *self.workers = self.members

    def start(self):
        self.router.start()
        self.each_member(Member.prepare)
        self._join()
        self._share_image(image.NAME)
        self.wait_established()

    def close(self):
        """Without the driver Docker could not end the containers in order."""
        try:
            self.remove_service()
        finally:
            super().close()

    def each_member(self, function):
        return self.each(lambda host: function(self.members[self.hosts.index(host)]))

    def docker(self, *argv, **options):
        """docker ARGV... on the manager."""
        return self.manager.docker(*argv, **options)

    def _join(self):
        address = self.manager.host.address
        self.docker("swarm", "init", "--advertise-addr", address)
        token = self.docker("swarm", "join-token", "-q", "worker")
        for worker in self.workers:
            worker.docker("swarm", "join", "--token", token, "--advertise-addr",
                          worker.host.address, f"{address}:2377")
        for member in self.members:
            member.joined()

    def _share_image(self, name):
        """All get the manager's image of this name; returns its id."""
        id_ = self.docker("images", "-q", "--no-trunc", name)
        for worker in self.workers:
            save = self.manager.host.engine.docker_process("save", id_, stdout=subprocess.PIPE)
            worker.docker("load", stdin=save.stdout)
            save.stdout.close()
            assert save.wait(10) == 0
        return id_

    def roll_to(self, id_):
        """Begins the rolling update of the service to another image."""
        self.docker("service", "update", "--detach", "--no-resolve-image", "--image", id_, SERVICE)

    def is_rolled(self):
        status = self.manager.host.engine.get(f"/services/{SERVICE}").get("UpdateStatus", {})
        return status.get("State") == "completed"

    def next_image(self):
        """Another image of the service, on all hosts; its id."""
        self.docker("commit", "--pause=false", "--message", "the next version",
                    self.manager.tasks()[0], "service:next")
        return self._share_image("service:next")

    # The service, as docker-bgp-lb's manual makes it, with a health check and draining.

    def create_network(self, name, v4, v6):
        return self.manager.host.engine.create_network(name, v4, v6, driver=DRIVER)

    def create_service(self, network, service=SERVICE):
        self.docker("service", "create", "--detach", "--no-resolve-image", "--name", service,
                    "--network", network, "--endpoint-mode", "dnsrr", "--mode", "global",
                    "--hostname", "{{.Node.ID}}", "--health-cmd", HEALTH_COMMAND,
                    "--health-interval", engine.HEALTH_INTERVAL, "--health-retries", "1",
                    "--stop-signal", "SIGUSR2", "--stop-grace-period", "30s",
                    "--restart-delay", "0s",
                    self.docker("images", "-q", "--no-trunc", image.NAME))

    def remove_service(self, service=SERVICE):
        """Ends at once what runs of it."""
        self.docker("service", "rm", service, check=False)
        for member in self.members:
            for task in member.tasks(service=service):
                member.docker("kill", task, check=False)
            waiting.until(lambda: not member.tasks("-a", service=service),
                          f"no container is on {member.name}", 20)

    def set_availability(self, member, availability):
        self.docker("node", "update", "--availability", availability, member.node_id)

    # What the lab's fixtures ask of every topology.

    def logs(self):
        return [(self.router.log_path.name, self.router.log())] + [
            (f"plugin on {m.name}", m.plugin.log()) for m in self.members]
