"""Where the programs are that the bench runs."""

import os
import pathlib
import shutil

_TOP = pathlib.Path(__file__).resolve().parents[3]


class Tools:
    """tools / "sink" is the path of a program: of this build, or of the system."""

    def __init__(self):
        self._bin = pathlib.Path(os.environ.get("BGPLBD_BIN", _TOP / "build/plain/bin")).resolve()
        self._bench = self._bin.parent / "regress/bench/bgp"

    def __truediv__(self, name):
        for folder in (self._bench, self._bin):
            if (folder / name).exists():
                return folder / name
        return shutil.which(name) or pathlib.Path(name)

    def has(self, name):
        return pathlib.Path(self / name).exists()
