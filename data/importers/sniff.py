"""What a file really is, told by its bytes: compression, format, encoding; limits before anything is read whole."""

import codecs
import gzip
import hashlib
import os
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.importers.findings import FileRefused

CHUNK = 1 << 20
MB = 1_000_000
_NAMED = {
    b"%PDF": "PDF",
    b"PAR1": "Parquet",
    b"\x89PNG": "PNG image",
    b"\xff\xd8\xff": "JPEG image",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"\x7fELF": "program",
    b"MZ": "program",
}
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix")
_READABLE = (".csv", ".txt", ".tsv", ".xlsx", ".geojson", ".json", ".gpkg", ".shp", ".gz")
_ARCHIVES = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may weigh: `page` for uploads, `terminal` for whoever runs the machine."""

    file_mb: float = 20
    expanded_mb: float = 200
    ratio: float = 100
    rows: int = 100_000
    columns: int = 500
    seconds: float = 30
    memory_mb: int = 1500

    @classmethod
    def terminal(cls) -> "Limits":
        """Limits of the command line: a department's cadastre, a region's stock."""
        return cls(
            file_mb=8000, expanded_mb=16_000, rows=20_000_000, columns=3000, seconds=600, memory_mb=8000
        )


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A file ready to be read: where it is once unpacked, its format, how it was compressed."""

    path: Path
    format: str
    compression: str | None = None


def fingerprint(paths: list[Path]) -> str:
    """SHA-256 of the bytes of one file, or of the files of one delivery in order."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def sniff(path: Path, workspace: Path, limits: Limits) -> Sniffed:
    """
    Tell what a file is and unpack it into the workspace where it is compressed.

    Raises
    ------
    FileRefused
        If it is absent, empty, too big, no table nor map layer, or an archive that is unsafe or cut.
    """
    if not path.is_file():
        raise FileRefused("missing_file")
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("empty_file")
    if size > limits.file_mb * MB:
        raise FileRefused("too_big", size_mb=round(size / MB), limit_mb=round(limits.file_mb))
    head = _head(path)
    if head.startswith(b"\x1f\x8b"):
        inner = sniff(_gunzip(path, workspace, limits), workspace, limits)
        return Sniffed(inner.path, inner.format, "gzip")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, workspace, limits)
    return Sniffed(path, _format(path, head))


def _format(path: Path, head: bytes) -> str:
    for magic, what in _NAMED.items():
        if head.startswith(magic):
            raise FileRefused("not_a_table", what=what)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("old_workbook")
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if head.startswith(b"\x00\x00\x27\x0a"):
        _require_shape_parts(path)
        return "shapefile"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(?:!doctype\s+html|html|head|body|\?php)", text):
        raise FileRefused("web_page")
    if text.startswith(b"<"):
        raise FileRefused("not_a_table", what="XML")
    return "geojson" if text.startswith((b"{", b"[")) else "csv"


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


def _require_shape_parts(path: Path) -> None:
    present = {part.suffix.lower() for part in path.parent.glob(f"{_glob_safe(path.stem)}.*")}
    if ".dbf" not in present:
        raise FileRefused("shapefile_alone", lacking=".dbf")


def _glob_safe(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def _gunzip(path: Path, workspace: Path, limits: Limits) -> Path:
    target = workspace / (path.name.removesuffix(".gz") or "unpacked")
    room = min(limits.expanded_mb * MB, max(path.stat().st_size * limits.ratio, MB))
    try:
        with gzip.open(path) as packed, target.open("wb") as plain:
            _copy(packed, plain, room, path.stat().st_size, limits)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileRefused("truncated_archive") from None
    if target.stat().st_size == 0:
        raise FileRefused("empty_file")
    return target


def _copy(packed, plain, room: float, packed_size: int, limits: Limits) -> None:
    written = 0
    while chunk := packed.read(CHUNK):
        written += len(chunk)
        if written > room:
            raise _expanded(written, packed_size, limits)
        plain.write(chunk)


def _expanded(size: int, packed: int, limits: Limits) -> FileRefused:
    return FileRefused(
        "expands_too_much",
        ratio=round(size / max(packed, 1)),
        size_mb=round(size / MB),
        ratio_limit=round(limits.ratio),
        size_limit_mb=round(limits.expanded_mb),
    )


def _zipped(path: Path, workspace: Path, limits: Limits) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _require_safe(entries, path.stat().st_size, limits)
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" in names or "xl/workbook.xml" in names:
                return Sniffed(path, "xlsx")
            return _unzip(archive, _chosen(entries), workspace, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise FileRefused("bad_archive", why=type(error).__name__) from None


def _require_safe(entries: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    """Refuse an archive before a byte of it is expanded: paths, links, nesting, size, ratio."""
    if len(entries) > 1000:
        raise FileRefused("bad_archive", why=f"{len(entries)} entries")
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        outside = name.startswith("/") or re.match(r"^[A-Za-z]:", name) or ".." in PurePosixPath(name).parts
        if outside or stat.S_ISLNK(entry.external_attr >> 16) or "\x00" in name:
            raise FileRefused("unsafe_archive", entry=name[:80])
    expanded = sum(entry.file_size for entry in entries)
    worst = max((e.file_size / max(e.compress_size, 1) for e in entries if e.file_size > MB), default=0)
    if (
        expanded > limits.expanded_mb * MB
        or worst > limits.ratio
        or expanded > max(packed * limits.ratio, MB)
    ):
        raise _expanded(expanded, packed, limits)


def _chosen(entries: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Entries to unpack: the one table, or all the parts of the layers; the rest of the archive is left alone."""
    visible = [
        e for e in entries if "__MACOSX" not in e.filename and not Path(e.filename).name.startswith(".")
    ]
    for entry in visible:
        if entry.filename.lower().endswith(_ARCHIVES):
            raise FileRefused("nested_archive", entry=entry.filename[:80])
    main = [e for e in visible if e.filename.lower().endswith(_READABLE)]
    shapes = [e for e in main if e.filename.lower().endswith(".shp")]
    if shapes:
        return [e for e in visible if e.filename.lower().endswith(_SHAPE_PARTS)]
    if not main:
        raise FileRefused("empty_archive")
    if len(main) > 1:
        raise FileRefused("several_files", entries=", ".join(e.filename for e in main[:10]))
    return main


def _unzip(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], workspace: Path, limits: Limits
) -> Sniffed:
    folder = workspace / "unzipped"
    folder.mkdir(exist_ok=True)
    for entry in entries:
        target = folder / PurePosixPath(entry.filename.replace("\\", "/")).name
        with archive.open(entry) as packed, target.open("wb") as plain:
            _copy(packed, plain, limits.expanded_mb * MB, entry.compress_size, limits)
    if len(entries) == 1:
        inner = sniff(folder / os.listdir(folder)[0], workspace, limits)
        return Sniffed(inner.path, inner.format, "zip")
    return Sniffed(folder, "folder", "zip")


def encoding_of(path: Path, chosen: str | None = None) -> tuple[str, bool]:
    """
    Encoding of a text file, and whether it is a guess: the user's choice, marks, then UTF-8, then Windows-1252.

    Raises
    ------
    FileRefused
        If the file is binary, or cannot be read so.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    if chosen:
        encoding, guessed = chosen, False
    elif head.startswith(codecs.BOM_UTF8):
        encoding, guessed = "utf-8-sig", False
    elif head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, guessed = "utf-16", False
    elif _decodes(path, "utf-8") is None:
        encoding, guessed = "utf-8", False
    else:
        encoding, guessed = "cp1252", True
    fault = _decodes(path, encoding)
    if fault is not None:
        raise FileRefused("unknown_encoding", position=fault)
    return encoding, guessed


def _decodes(path: Path, encoding: str) -> int | None:
    """Position of the first byte that the encoding cannot read; None where it reads the whole file."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        return 0
    position = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return position + error.start
            if "\x00" in text:
                raise FileRefused("binary")
            if not chunk:
                return None
            position += len(chunk)
