"""Sends requests that zzuf has spoilt and counts the answers by status:
spoil.py PORT SEEDS FILE... A 0 is a connection without an answer."""
import collections
import concurrent.futures
import socket
import subprocess
import sys

port, seeds, files = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


def ask(job):
    seed, path = job
    with open(path, "rb") as f:
        raw = subprocess.run(["zzuf", "-s", str(seed), "-r", "0.002:0.02"], stdin=f, capture_output=True, check=False).stdout
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=3) as s:
            s.sendall(raw)
            s.shutdown(socket.SHUT_WR)
            head = s.recv(64)
            return head[9:12].decode("ascii", "replace") if head.startswith(b"HTTP/1.1 ") else "0"
    except OSError:
        return "0"


with concurrent.futures.ThreadPoolExecutor(6) as pool:
    count = collections.Counter(pool.map(ask, [(n, f) for n in range(seeds) for f in files]))
print(" ".join(f"{status}:{n}" for status, n in sorted(count.items())))
