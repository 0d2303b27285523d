#!/usr/bin/env python3
"""Debian 13's Docker engine for a Debian 12 machine, unpacked to a folder, not installed.

    debian_engine.py [FOLDER]

prints the path of its dockerd, for BGPLBD_DOCKERD (see engine.py).  Beside it lie
containerd with its shim, docker-proxy and the docker client; runc stays the
machine's own, for Debian 13's wants a newer libc.  On Debian 13 the machine's own
engine is that one, and its path is printed.

What is unpacked already is used as it is; else the packages are fetched from the
mirror that the machine's own apt sources name, with lists and cache of their own,
and verified by the keys of Debian's archive.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SUITE = "trixie"
PACKAGES = ("docker.io", "docker-cli", "containerd")
PROGRAMS = ("dockerd", "docker-proxy", "docker", "containerd", "containerd-shim-runc-v2")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "build/engines" / SUITE


class Failure(Exception):
    """Why the engine cannot be had, in a sentence or with what a command said."""


def dockerd(folder=FOLDER):
    """The path of an unpacked dockerd; fetches the engine if it is not there."""
    if _codename() == SUITE:
        own = shutil.which("dockerd")
        if own is None:
            raise Failure("dockerd is not installed: apt-get install docker.io")
        return own
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{SUITE}-", dir=folder.parent) as place:
            place = pathlib.Path(place)
            place.chmod(0o755)  # for apt's own user
            _fetch(place)
            _unpack(place, place / "engine")
            (place / "engine").rename(folder)
    return str(folder / "dockerd")


def _codename():
    with open("/etc/os-release") as lines:
        values = dict(line.strip().split("=", 1) for line in lines if "=" in line)
    return values.get("VERSION_CODENAME", "").strip('"')


def _run(*argv, cwd=None):
    """A command's output; what it complains of, if it fails."""
    done = subprocess.run(list(map(str, argv)), cwd=cwd, text=True, capture_output=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8"))
    if done.returncode != 0:
        complaints = [line for line in done.stderr.splitlines() if line[:3] in ("E: ", "W: ")]
        raise Failure(f"{argv[0]} ended with {done.returncode}: "
                      + ("; ".join(complaints) or done.stderr.strip()))
    return done.stdout


def _mirrors():
    """Where the machine gets this Debian from, by sources whose lists may never have come."""
    found = re.findall(r"'(\S+)/dists/(\S+)/InRelease'",
                       _run("apt-get", "update", "--print-uris"))
    return list(dict.fromkeys(uri for uri, suite in found
                              if suite in (_codename(), "stable", "oldstable")))


def _fetch(place):
    """The packages into the folder place/debs, from the first mirror that has them."""
    refusals = []
    for mirror in _mirrors():
        apt = _apt(place, mirror)
        try:
            _run(*apt, "update", "--error-on=any")
            _run(*apt, "download", *(f"{p}/{SUITE}" for p in PACKAGES), cwd=place / "debs")
            return
        except Failure as failure:
            refusals.append(str(failure))
    raise Failure("\n".join(refusals) or f"no apt source names Debian's {_codename()}")


def _apt(place, mirror):
    """apt-get with a source, lists and a cache of its own; the machine's proxies count."""
    for folder in ("debs", "state/lists/partial", "cache/archives/partial"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    shutil.chown(place / "debs", user="_apt")
    (place / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    options = {"Dir::Etc::sourcelist": place / "sources.list", "Dir::Etc::sourceparts": "/dev/null",
               "Dir::Etc::preferences": "/dev/null", "Dir::Etc::preferencesparts": "/dev/null",
               "Dir::State": place / "state", "Dir::Cache": place / "cache"}
    return ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]


def _unpack(place, engine):
    """The programs out of the packages into the folder engine."""
    for package in (place / "debs").glob("*.deb"):
        _run("dpkg-deb", "--extract", package, place / "files")
    engine.mkdir()
    for program in PROGRAMS:
        found = [p for p in (place / "files").glob(f"usr/*bin/{program}") if p.is_file()]
        if not found:
            raise Failure(f"{', '.join(PACKAGES)} of {SUITE} have no {program}")
        found[0].rename(engine / program)


if __name__ == "__main__":
    try:
        print(dockerd(*[pathlib.Path(os.path.abspath(p)) for p in sys.argv[1:2]]))
    except Failure as failure:
        sys.exit(f"Debian's engine of {SUITE}, to test with, cannot be had: {failure}")
