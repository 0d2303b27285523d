"""bgplbd as a managed plugin of an engine, built by etc/plugin/build.

Its processes run in namespaces of their own but for the network's, which is the
node's; from the lab they are seen as any other process of the sandbox.
"""

import os
import pathlib
import re
import subprocess

from lab import control, daemon, engine, processes, sandbox, waiting

BUILD = daemon.TOP / "etc/plugin/build"
COMMAND = re.compile(rb"bgplbd: ([a-z ]+)")


class ManagedPlugin:
    """A plugin by its name, such as "org/bgplb:v1"; create() makes Docker know it."""

    def __init__(self, lab_engine, name):
        self.engine = lab_engine
        self.name = name
        self.folder = sandbox.directory() / f"plugin-{lab_engine.node.name}"
        self.control = _Control(self)

    def create(self):
        """As make plugin does it."""
        tools = os.path.dirname(engine.DOCKER)
        path = os.environ["PATH"] if not tools else f"{tools}:{os.environ['PATH']}"
        done = subprocess.run(
            [BUILD, daemon.BIN, self.folder, self.name], capture_output=True, text=True,
            env=dict(os.environ, PATH=path, DOCKER_HOST=f"unix://{self.engine.socket}"))
        assert done.returncode == 0, done.stdout + done.stderr

    def set(self, **settings):
        self.engine.docker("plugin", "set", self.name,
                           *(f"{name}={value}" for name, value in settings.items()))

    def enable(self):
        self.engine.docker("plugin", "enable", self.name)
        waiting.until(lambda: set(self.pids()) == {daemon.PARENT, *daemon.CHILDREN},
                      lambda: f"the plugin runs; its log:\n{self.log()}")

    def disable(self):
        self.engine.docker("plugin", "disable", self.name)

    def remove(self):
        """Whatever state it is in, known or not."""
        self.engine.docker("plugin", "rm", "-f", self.name, check=False)

    def inspect(self):
        return self.engine.get(f"/plugins/{self.name}/json")

    def log(self):
        """What dockerd's log has of it: one line of bgplbd a line."""
        return "\n".join(
            found.group(1).replace('\\"', '"')
            for found in re.finditer(r'msg="((?:[^"\\]|\\.)*)" plugin=', self.engine.log()))

    def pids(self):
        """pid by title, such as "rde": those that run on its node.

        A child may have a network of its own, the parent has the node's.
        """
        network = os.stat(f"/proc/{self.engine.node.pid}/ns/net").st_ino
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                its_network = os.stat(folder / "ns/net").st_ino
            except OSError:
                continue
            if its_network == network and _title(folder) == daemon.PARENT:
                return self._family(int(folder.name))
        return {}

    @staticmethod
    def _family(parent):
        try:
            children = processes.children(parent)
        except FileNotFoundError:
            children = []
        titles = {_title(pathlib.Path(f"/proc/{pid}")): pid for pid in [parent, *children]}
        return {title: pid for title, pid in titles.items() if title is not None}


def _title(folder):
    try:
        title = COMMAND.match((folder / "cmdline").read_bytes())
    except OSError:
        return None
    return title.group(1).decode().strip() if title is not None else None


class _Control(control.Control):
    """The bgplbctl inside the plugin."""

    def __init__(self, plugin):
        super().__init__(plugin.engine.node)
        self._plugin = plugin

    def run(self, *argv):
        parent = self._plugin.pids()[daemon.PARENT]
        return subprocess.run(
            self.node.in_node("nsenter", "--mount", "--target", parent, "bgplbctl", *argv),
            capture_output=True, text=True, timeout=control.PATIENCE)
