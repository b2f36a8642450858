"""The helper process that opens map layers: started once, it forks a child for each file, and dies with us."""

import atexit
import os
import subprocess
import sys
import threading
from pathlib import Path

CHILD = Path(__file__).with_name("vector_child.py")


class Helper:
    """
    A process that has loaded its libraries and forks for each request, so that a file costs milliseconds.

    The child that opens the file takes its limits on and dies after it; should the helper die too, the next
    request starts another one.
    """

    def __init__(self, program: Path = CHILD):
        self.program = program
        self.lock = threading.Lock()
        self.process: subprocess.Popen | None = None
        atexit.register(self.close)

    def serve(self, request: Path) -> None:
        """Wait until a request is served; its answer is a file beside it, absent where the child died."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self.close()
                self.process = self._start()
            try:
                self.process.stdin.write(f"{request}\n")
                self.process.stdin.flush()
                self.process.stdout.readline()
            except (BrokenPipeError, OSError):
                self.close()

    def close(self) -> None:
        """Let the helper go: without us to ask, it ends by itself."""
        if self.process is not None:
            for stream in (self.process.stdin, self.process.stdout):
                try:
                    stream.close()
                except OSError:
                    continue
            self.process.wait()
            self.process = None

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-I", "-W", "ignore", str(self.program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            text=True,
        )


HELPER = Helper()
