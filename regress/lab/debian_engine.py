#!/usr/bin/env python3
"""A newer Debian's Docker engine for this machine, unpacked to a folder, not installed.

    debian_engine.py [SUITE [FOLDER]]

prints the path of its dockerd, for BGPLBD_DOCKERD (see engine.py).  The suite is
trixie (Docker 26.1), unless forky (28.5) is named.  Beside dockerd lie containerd
with its shim, runc, docker-proxy, the docker client and docker-compose.  They run
with the machine's C library, but for runc, which may want a newer one: it gets its
suite's, in lib/ beside it.  On a machine of that suite the machine's own engine is that
one, and its path is printed.

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

SUITES = ("trixie", "forky")
ENGINE_PACKAGES = ("docker.io", "docker-cli", "docker-compose", "containerd", "runc")
ENGINE_PROGRAMS = ("dockerd", "docker-proxy", "docker", "containerd", "containerd-shim-runc-v2",
                   "runc")
PLUGINS = ("docker-compose",)
LIBRARY_PACKAGES = ("libc6", "libseccomp2")
LOADER = "ld-linux-x86-64.so.2"
LIBRARIES = (LOADER, "libc.so.6", "libseccomp.so.2")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDER = TOP / "build/engines"


class Failure(Exception):
    """Why the engine cannot be had, in a sentence or with what a command said."""


def dockerd(suite=SUITES[0], folder=None):
    """The path of a suite's dockerd; fetches the engine if it is not there."""
    if suite not in SUITES:
        raise Failure(f"the suites are {', '.join(SUITES)}")
    if _codename() == suite:
        own = shutil.which("dockerd")
        if own is None:
            raise Failure("dockerd is not installed: apt-get install docker.io")
        return own
    folder = folder or FOLDER / suite
    if not all((folder / program).exists() for program in ENGINE_PROGRAMS + PLUGINS):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{suite}-", dir=folder.parent) as place:
            place = pathlib.Path(place)
            place.chmod(0o755)  # for apt's own user
            _fetch(place, suite)
            engine = place / "engine"
            _unpack(place, engine)
            _use_own_libraries(engine / "runc", folder / "lib")
            shutil.rmtree(folder, ignore_errors=True)
            engine.rename(folder)
    _run(folder / "runc", "--version")  # its libraries' path is that of the folder
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


def _fetch(place, suite):
    """The packages into the folder place/debs, from the first mirror that has them."""
    refusals = []
    for mirror in _mirrors():
        apt = _apt(place, mirror, suite)
        try:
            _run(*apt, "update", "--error-on=any")
            _run(*apt, "download", *(f"{p}/{suite}" for p in ENGINE_PACKAGES + LIBRARY_PACKAGES),
                 cwd=place / "debs")
            return
        except Failure as failure:
            refusals.append(str(failure))
    raise Failure("\n".join(refusals) or f"no apt source names Debian's {_codename()}")


def _apt(place, mirror, suite):
    """apt-get with a source, lists and a cache of its own; the machine's proxies count."""
    for folder in ("debs", "state/lists/partial", "cache/archives/partial"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    shutil.chown(place / "debs", user="_apt")
    (place / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n")
    options = {"Dir::Etc::sourcelist": place / "sources.list", "Dir::Etc::sourceparts": "/dev/null",
               "Dir::Etc::preferences": "/dev/null", "Dir::Etc::preferencesparts": "/dev/null",
               "Dir::State": place / "state", "Dir::Cache": place / "cache"}
    return ["apt-get", *(f"-o{name}={value}" for name, value in options.items())]


def _unpack(place, engine):
    """The programs out of the packages into the folder engine, the libraries to its lib/."""
    for package in (place / "debs").glob("*.deb"):
        _run("dpkg-deb", "--extract", package, place / "files")
    (engine / "lib").mkdir(parents=True)
    for folder, pattern, names in ((engine, "usr/*bin/{}", ENGINE_PROGRAMS),
                                   (engine, "usr/libexec/docker/cli-plugins/{}", PLUGINS),
                                   (engine / "lib", "**/lib/*/{}", LIBRARIES)):
        for name in names:
            found = [p for p in (place / "files").glob(pattern.format(name)) if p.is_file()]
            if not found:
                raise Failure(f"there is no {name} in its packages")
            shutil.copy2(found[0], folder / name)


def _use_own_libraries(program, final):
    """Makes a program use the libraries of a folder, by the path that it will have at last.

    The path is absolute, for runc runs a copy of itself that has no folder.
    """
    _run("patchelf", "--set-interpreter", final / LOADER, "--set-rpath", final, program)


if __name__ == "__main__":
    asked, *place = sys.argv[1:] or SUITES[:1]
    try:
        print(dockerd(asked, *[pathlib.Path(os.path.abspath(p)) for p in place[:1]]))
    except Failure as failure:
        sys.exit(f"Debian's engine of {asked}, to test with, cannot be had: {failure}")
