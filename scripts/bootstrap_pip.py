"""Gives pip to the interpreter that runs this, where neither ensurepip nor any other pip is at hand.

Looks the newest pip up in the package index (PIP_INDEX_URL and PIP_CERT count, as for pip itself), checks its
SHA-256, and lets the wheel install itself. An index that wants a password is for a pip that is already there.
"""

import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import Request, urlopen

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
JSON = "application/vnd.pypi.simple.v1+json"  # PEP 691
WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")  # releases only: 26.2, not 26.2b1


def fetch(url: str) -> bytes:
    """The bytes at an address."""
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    with urlopen(Request(url, headers={"Accept": JSON}), context=context, timeout=60) as reply:
        content: bytes = reply.read()
    return content


def runs_here(requires: str | None) -> bool:
    """Whether a release's `requires-python` admits this interpreter."""
    floor = re.search(r">=\s*(\d+)\.(\d+)", requires or "")
    return floor is None or tuple(map(int, floor.groups())) <= sys.version_info[:2]


def main() -> None:
    """Find, check, install."""
    try:
        files = json.loads(fetch(INDEX))["files"]
    except ValueError:
        sys.exit(f"{INDEX} does not answer in JSON (PEP 691): install pip for {sys.executable} another way")
    wheels = [
        (tuple(map(int, match[1].split("."))), file)
        for file in files
        if (match := WHEEL.fullmatch(file["filename"]))
        and not file.get("yanked")
        and runs_here(file.get("requires-python"))
    ]
    if not wheels:
        sys.exit(f"{INDEX} has no pip for Python {sys.version_info.major}.{sys.version_info.minor}")
    _, newest = max(wheels, key=lambda wheel: wheel[0])
    content = fetch(urljoin(INDEX, newest["url"]))
    if hashlib.sha256(content).hexdigest() != newest["hashes"]["sha256"]:
        sys.exit(f"{newest['filename']} is not what the index says it is: its SHA-256 differs")
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder, newest["filename"])
        wheel.write_bytes(content)
        print(f"{newest['filename']}: SHA-256 as stated by {INDEX}", flush=True)
        subprocess.run([sys.executable, wheel / "pip", "install", "--quiet", "--no-index", wheel], check=True)


if __name__ == "__main__":
    main()
