"""Notes every address that the interpreter dials or looks up, and lets none but the loopback's through.

It is put on a peer's path, and knows nothing of it. PEER_DIALLED names the file for the notes.
"""

import os
import sys

LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)  # noqa: S104 - compared with, never bound
DIALLING = {"socket.connect": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.sendto": 1}


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event not in DIALLING:
        return
    address = arguments[DIALLING[event]]
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(address, tuple) or event != "socket.connect":  # else a socket of this machine's own files
        with open(os.environ["PEER_DIALLED"], "a") as notes:  # noqa: PTH123 - as early and as little as can be
            notes.write(f"{host}\n")
        if host not in LOOPBACK:
            raise ConnectionRefusedError(f"{host} is not on the loopback")


sys.addaudithook(_note)
