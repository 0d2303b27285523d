"""The channels between bgplbd's processes, from outside: to break one of them on purpose."""

import ctypes
import os
import re
import socket

_PIDFD_GETFD = 438
_libc = ctypes.CDLL(None, use_errno=True)


def end_of(bgplbd, title, other):
    """A duplicate of the socket that the process holds of its channel to the other one."""
    pids = bgplbd.pids()
    own, others = _sockets(pids[title]), _sockets(pids[other])
    # Of the sockets of other kinds, none has its peer in a process of bgplbd.
    for line in bgplbd.node.run("ss", "-xaH").stdout.splitlines():
        inodes = re.match(r"u_seq\s+ESTAB\s.*\s(\d+)\s+\S+\s+(\d+)\s*$", line)
        if inodes and inodes.group(1) in own and inodes.group(2) in others:
            return _duplicate(pids[title], own[inodes.group(1)])
    raise AssertionError(f"no channel from the {title} to the {other}")


def _sockets(pid):
    """Descriptor by inode."""
    found = {}
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        inode = re.match(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{descriptor}"))
        if inode:
            found[inode.group(1)] = int(descriptor)
    return found


def _duplicate(pid, descriptor):
    pidfd = os.pidfd_open(pid)
    try:
        fd = _libc.syscall(_PIDFD_GETFD, pidfd, descriptor, 0)
        if fd == -1:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")
        return socket.socket(fileno=fd)
    finally:
        os.close(pidfd)
