"""A Docker engine that has labelled networks and nothing else.

It answers what bgplbd asks at its start, over a Unix socket, in HTTP/1.0: the
list of networks, an empty list of containers, and an event stream in which nothing
happens.  So the whole daemon can be measured with more networks than a real engine
could be given in reasonable time.
"""

import http
import json
import os
import socket
import threading

# A network's list of subnets is bounded in bgplbd; so many networks share them out.
SUBNETS_PER_NETWORK = 16
LABEL = {"bgplb_advertise": "true"}


def networks(prefixes):
    """As GET /networks would list them."""
    found = []
    for start in range(0, len(prefixes), SUBNETS_PER_NETWORK):
        number = start // SUBNETS_PER_NETWORK
        found.append({
            "Id": f"{number + 1:064x}", "Name": f"network{number}", "Driver": "bridge",
            "Scope": "local", "Labels": LABEL, "Options": {}, "Containers": {},
            "IPAM": {"Driver": "default", "Config": [
                {"Subnet": p} for p in prefixes[start:start + SUBNETS_PER_NETWORK]]}})
    return found


class DockerStub:
    """Serves until closed, in a thread a connection."""

    def __init__(self, path, prefixes):
        self._answers = {"/networks": json.dumps(networks(prefixes)).encode(),
                         "/containers/json": b"[]"}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen(64)
        self._path = path
        self._open = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            connection.close()
        os.unlink(self._path)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                more = connection.recv(4096)
                if not more:
                    return
                request += more
            path = request.split()[1].decode().partition("?")[0]
            if path == "/events":
                _reply(connection, http.HTTPStatus.OK, b"")
                connection.recv(1)   # until bgplbd has had enough
            elif path in self._answers:
                _reply(connection, http.HTTPStatus.OK, self._answers[path])
            else:
                _reply(connection, http.HTTPStatus.NOT_FOUND, b'{"message":"not here"}')
        except OSError:
            pass
        finally:
            self._open.discard(connection)
            connection.close()


def _reply(connection, status, body):
    connection.sendall(f"HTTP/1.0 {status.value} {status.phrase}\r\n"
                       "Content-Type: application/json\r\n\r\n".encode() + body)
