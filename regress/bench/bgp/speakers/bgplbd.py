"""bgplbd: the whole daemon, and its session engine alone.

The daemon gets its prefixes as the subnets of labelled networks, from an engine
that is a stub (docker_stub.py).  The session engine gets them on its channel from
bench_rde.c; what is measured is the engine's process.
"""

import json
import subprocess

from lab import sandbox, waiting

from bench.bgp import docker_stub, measure, speaker, world

_DOCKER_SOCKET = "/run/docker.sock"


class _Bgplbd(speaker.Speaker):
    can_filter = True      # it refuses all in any case

    def configuration(self):
        text = (f"AS {world.SPEAKER_AS}\nrouter-id {world.SPEAKER}\n"
                f'docker socket "{_DOCKER_SOCKET}"\n')
        text += "".join(f"neighbor {n} {{\n\tremote-as {world.ROUTER_AS}\n}}\n"
                        for n in self.neighbors())
        return self.file(".conf", text)


class Daemon(_Bgplbd):
    name = "bgplbd"
    program = "bgplbd"

    def start(self):
        self._docker = docker_stub.DockerStub(
            self.node.path(_DOCKER_SOCKET),
            world.prefixes(self.workload.prefixes) + [world.ONE_MORE])
        configuration = self.configuration()
        configuration.chmod(0o600)
        self.launch(self.tools / "bgplbd", "-f", configuration)

    def finish_start(self):
        # The last of its prefixes is kept for the run time.
        waiting.until(self._has_prefixes, lambda: f"bgplbd has its prefixes; {self.log()}", 60)
        super().finish_start()

    def _has_prefixes(self):
        assert self.started[0].status() is None, self.log()
        try:
            self.withdraw_one()
        except speaker.CommandFailed:
            return False
        return True

    def stop(self):
        super().stop()
        self._docker.close()

    def announce_one(self):
        return self.command(self.tools / "bgplbctl", "announce", world.ONE_MORE)

    def withdraw_one(self):
        return self.command(self.tools / "bgplbctl", "withdraw", world.ONE_MORE)


class Engine(_Bgplbd):
    name = "engine"
    program = "bench_rde"

    def start(self):
        self._harness = subprocess.Popen(
            self.node.in_node(self.tools / "launch", f"{self.stem}-0.exec",
                              self.tools / "bench_rde", "-f", self.configuration(),
                              "-6", world.SPEAKER6),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=open(f"{self.stem}-0.log", "wb"),
            start_new_session=True, preexec_fn=sandbox.die_with_parent)
        self._pid = self._answer("started")["pid"]
        self._say("announce", 0, self.workload.prefixes)
        self._say("ready")

    def pids(self):
        return measure.family_of([self._pid])

    def log(self):
        return open(f"{self.stem}-0.log").read()

    def stop(self):
        self._harness.stdin.close()
        try:
            self._harness.wait(5)
        except subprocess.TimeoutExpired:
            self._harness.kill()
            self._harness.wait()
        self._harness.stdout.close()

    def _say(self, *words):
        self._harness.stdin.write(" ".join(map(str, words)).encode() + b"\n")
        self._harness.stdin.flush()
        return self._answer(words[0])

    def _answer(self, event):
        answer = json.loads(self._harness.stdout.readline() or "{}")
        if answer.get("event") != event:
            raise RuntimeError(f"bench_rde: {answer} instead of {event}: {self.log()}")
        return answer

    def announce_one(self):
        return self._say("announce", world.ONE_MORE_NUMBER, 1)["at"]

    def withdraw_one(self):
        return self._say("withdraw", world.ONE_MORE_NUMBER, 1)["at"]
