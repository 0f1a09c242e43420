"""pytest-xdist workers that fork from a process with everything imported: interpreters start once, not in every test.

Run as a script, this file stands in a worker's place: it hands its streams, folder and environment to that process
(`worker_source`), and ends when the worker ends. It imports little, as it starts for every worker.
"""

from __future__ import annotations

import json
import os
import socket
import sys


def hand_over(path: str, code: str) -> None:
    """Ask for a worker that runs the code on the streams of this process, and wait until it ends."""
    # no pathlib: it would double the start
    wanted = json.dumps({"folder": os.getcwd(), "environment": dict(os.environ), "code": code}).encode()  # noqa: PTH109
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as source:
        source.connect(path)
        socket.send_fds(source, [len(wanted).to_bytes(4)], [0, 1, 2])
        source.sendall(wanted)
        source.recv(1)


if __name__ == "__main__":
    # what execnet starts: this file, the socket's path, then -u -c CODE
    hand_over(sys.argv[1], sys.argv[-1])
