"""The arrows of the house: imports look down only, and each library lives on its own floor."""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "geo": set(),
    "planning": {"geo"},
    "data": {"geo"},
    "views": {"geo", "planning", "data"},
}
HOUSE = {"app", "cli", *FLOORS}
ROOT_NAMES = {
    "app.py", "cli.py", "geo", "planning", "data", "views", "tests", "requirements.txt", "README.md",
    "Makefile", "pyproject.toml", "CHANGELOG.md", "package.json", "package-lock.json", "compose.yaml",
    "LICENSE", ".streamlit", ".ci", ".gitignore", ".git",
}  # fmt: skip


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@cache
def imported(module: Path) -> set[str]:
    """Return the first names of all that a module imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_look_down_only(floor):
    allowed = FLOORS[floor] | {floor}
    climbing = {str(m): sorted(imported(m) & HOUSE - allowed) for m in modules(floor)}
    assert {module: names for module, names in climbing.items() if names} == {}


def test_no_two_modules_import_each_other_in_a_circle():
    tree = {dotted(m): m for floor in FLOORS for m in modules(floor)}
    uses = {name: taken(module) & tree.keys() - {name} for name, module in tree.items()}
    assert len(list(TopologicalSorter(uses).static_order())) == len(tree)


def dotted(module: Path) -> str:
    return ".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def taken(module: Path) -> set[str]:
    """Return the whole names of all that a module may import: `from a.b import c` is `a.b`, or the module `a.b.c`."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name for name in inner if is_module(name)} or {node.module}
    return names


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("streamlit", ("views", "app.py")),
        ("folium", ("views/shared/map.py", "views/shared/map")),
        ("streamlit_folium", ("views/shared/map.py", "views/shared/map")),
        ("duckdb", ("data/store",)),
        ("psycopg", ("data/store",)),
        ("psycopg_pool", ("data/store",)),
    ],
)
def test_each_library_lives_on_its_own_floor(library, home):
    everywhere = [m for floor in FLOORS for m in modules(floor)] + [ROOT / "app.py", ROOT / "cli.py"]
    users = [m.relative_to(ROOT).as_posix() for m in everywhere if library in imported(m)]
    assert [user for user in users if not user.startswith(home)] == []


def test_jobs_know_no_screen():
    assert [m.name for m in modules("views/jobs") if "streamlit" in imported(m)] == []


def test_every_module_says_in_one_line_what_it_is():
    silent = [
        str(m.relative_to(ROOT))
        for floor in FLOORS
        for m in modules(floor)
        if not ast.get_docstring(ast.parse(m.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_root_stays_small(tracked_files):
    assert {name.split("/")[0] for name in tracked_files} <= ROOT_NAMES


def test_lock_file_and_sources_name_no_registry(tracked_files):
    hosts = (
        "registry." + "npmjs",
        "pypi." + "org",
        "deb.debian" + ".org",
        "unpkg" + ".com",
        "jsdelivr" + ".net",
    )
    named = {
        name: host
        for name in tracked_files
        if (ROOT / name).is_file() and (ROOT / name).suffix not in {".png", ".xlsx"}
        for host in hosts
        if host in (ROOT / name).read_text(encoding="utf-8", errors="replace")
    }
    assert named == {}


@pytest.fixture(scope="module")
def tracked_files() -> list[str]:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git clone: the list of tracked files is unknown")
    return listed.stdout.split("\n")[:-1]
