"""A hub on this machine, as far as the client asks it: what a real one answers, and how it refuses.

    python -m tests.models.hub_server FOLDER      # prints its address, serves until it is killed

FOLDER holds one folder per repository, owner--name. `closed--model` is gated; `slow--model` never
answers.
"""

import hashlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "c0ffee" + "0" * 34


class Handler(BaseHTTPRequestHandler):
    """Model information, access, list of files, files."""

    root: Path

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        parts = self.path.partition("?")[0].strip("/").split("/")
        owner, name, *rest = parts[2:] if parts[:2] == ["api", "models"] else parts
        folder = self.root / f"{owner}--{name}"
        if owner == "slow":
            time.sleep(60)
        if owner == "closed" and rest[-1:] == ["auth-check"]:
            return self.refuse(403, "GatedRepo")
        if owner != "closed" and not folder.is_dir():
            return self.refuse(404, "RepoNotFound")
        if rest[:1] == ["revision"] and rest[1] not in ("main", COMMIT):
            return self.refuse(404, "RevisionNotFound")
        if rest[:1] == ["resolve"]:
            return self.send((folder / rest[2]).read_bytes())
        if rest[:1] == ["tree"]:
            return self.say([self.entry(path) for path in sorted(folder.iterdir())])
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        return self.say(
            {
                "id": f"{owner}/{name}",
                "sha": COMMIT,
                "siblings": [{"rfilename": p.name, "size": p.stat().st_size} for p in files],
            }
        )

    @staticmethod
    def entry(path):
        content = path.read_bytes()
        return {
            "type": "file", "path": path.name, "size": len(content),
            "oid": hashlib.sha1(content).hexdigest(),
        }  # fmt: skip

    def say(self, value):
        self.send(json.dumps(value).encode(), "application/json")

    def send(self, content, kind="application/octet-stream"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def refuse(self, status, code):
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Nothing."""


if __name__ == "__main__":
    Handler.root = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    server.serve_forever()
