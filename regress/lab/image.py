"""The image of the lab's service, made without a registry.

A root folder with nothing but busybox and the service is imported.  The service
is a script as PID 1 that serves a page, says on its standard output which signals
it got, and ends on TERM; USR2 it survives, as a service that drains does.
Its health check fails while /tmp/bad exists.
"""

import os
import pathlib
import subprocess

NAME = "service:latest"
HEALTH_COMMAND = "test ! -f /tmp/bad"
BUSYBOX = "/bin/busybox"
PAGE = "hello from "

_SERVICE = """#!/bin/sh
# Serves /www on port 80; prints each signal that it gets.
trap 'echo got TERM; exit 0' TERM
trap 'echo got USR2' USR2
hostname > /www/name
httpd -f -p 80 -h /www &
echo serving
while kill -0 $! 2> /dev/null; do
	wait $!
done
"""

# What the client fetches: who serves it, and as whom the service sees the client.
_WHO = f"""#!/bin/sh
echo "Content-Type: text/plain"
echo
echo "{PAGE}$(cat /www/name) to $REMOTE_ADDR"
"""

# A connection that stays: says every now and then who serves it.
_STREAM = f"""#!/bin/sh
echo "Content-Type: text/plain"
echo
while echo "{PAGE}$(cat /www/name)"; do
	sleep 0.2
done
"""


def build(root):
    """Fills the folder root with the service's file system."""
    root = pathlib.Path(root)
    for folder in ("bin", "tmp", "www/cgi-bin"):
        (root / folder).mkdir(parents=True)
    busybox = root / "bin/busybox"
    busybox.write_bytes(pathlib.Path(BUSYBOX).read_bytes())
    busybox.chmod(0o755)
    applets = subprocess.check_output([BUSYBOX, "--list"], text=True).split()
    for applet in set(applets) - {"busybox"}:
        os.symlink("busybox", root / "bin" / applet)
    for path, text in (("bin/service", _SERVICE), ("www/cgi-bin/who", _WHO),
                       ("www/cgi-bin/stream", _STREAM)):
        (root / path).write_text(text)
        (root / path).chmod(0o755)


def load(engine, root):
    """Builds the image in the folder root, if it is not there, and imports it."""
    if not pathlib.Path(root).exists():
        build(root)
    tar = subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE)
    engine.docker("import", "--change", 'CMD ["/bin/service"]', "-", NAME, stdin=tar.stdout)
    tar.stdout.close()
    if tar.wait() != 0:
        raise RuntimeError("tar failed")
