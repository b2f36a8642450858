"""The jobs of Îlot in a terminal: import, export, demo, sites, indicators, sectors, programme, exchanges."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
CHOICES = ("crs", "keep_unlocated", "replace", "accept_removals", "reference_date", "source")


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one job.

    Returns
    -------
    int
        0 done, 1 the data were refused (the report is printed), 2 wrong usage.
    """
    options = parser().parse_args(arguments)
    try:
        result, status = options.job(options)
    except Exception as error:
        if not _expected(error):
            raise
        print(f"ilot: {_said(error, options.lang)}", file=sys.stderr)
        return REFUSED
    if options.json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        print(_readable(result))
    return status


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; every job has ``--json`` and ``--store``."""
    top = argparse.ArgumentParser(prog="cli.py", description=__doc__, parents=[_everywhere()])
    top.set_defaults(store=None, json=False, lang="fr")
    jobs = top.add_subparsers(required=True, metavar="JOB")

    def job(name: str, run: Callable, summary: str) -> argparse.ArgumentParser:
        sub = jobs.add_parser(name, help=summary, description=summary, parents=[_everywhere()])
        sub.set_defaults(job=run)
        return sub

    demo = job("demo", _demo, "build the invented town in the store")
    demo.add_argument("--seed", type=int, default=93048)

    bring = job("import", _import, "check a file and write it to the store, wholly or not at all")
    bring.add_argument("kind", metavar="KIND")
    bring.add_argument("files", metavar="FILE", nargs="+")
    bring.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    bring.add_argument("--set-aside", action="store_true", help="write the good lines, give the others back")
    bring.add_argument(
        "--accept-guesses", action="store_true", help="agree to what the report says was guessed"
    )
    bring.add_argument(
        "--crs", metavar="EPSG:2154", help="the projection, where the file does not say it right"
    )
    bring.add_argument("--keep-unlocated", action="store_true", help="take residences without coordinates")
    bring.add_argument("--replace", action="store_true", help="stock: what the file does not hold goes")
    bring.add_argument(
        "--accept-removals", action="store_true", help="agree that over a tenth of what is there goes"
    )
    bring.add_argument("--reference-date", metavar="YYYY-MM-DD", help="day that the file tells of")
    bring.add_argument("--source", default="", metavar="TEXT", help="where the file comes from")
    bring.add_argument("--report", metavar="FILE.json")

    blank = job("template", _template, "write an empty table of a kind to fill in, .csv or .xlsx")
    blank.add_argument("kind", metavar="KIND")
    blank.add_argument("file", metavar="FILE")

    back = job("undo", _undo, "take the last import back: the store is as before")
    back.add_argument("--kind", metavar="KIND", help="the last import of this kind (default: of all)")
    back.add_argument("--import", dest="import_id", metavar="ID", help="an import of the register")

    forget = job("retention", _retention, "forget what is private and older than the months kept")
    forget.add_argument("--dry-run", action="store_true", help="count what would be forgotten")
    forget.add_argument(
        "--set", metavar="NAME=MONTHS", action="append", default=[], help="months kept by a rule, from now on"
    )

    out = job("export", _export, "write a layer to .csv .xlsx .geojson .gpkg .parquet")
    out.add_argument("layer", metavar="LAYER")
    out.add_argument("file", metavar="FILE")

    sites = job("sites", _sites, "evaluate and score every site of the store")
    sites.add_argument("--insee", metavar="CODE", help="one commune (default: all)")
    sites.add_argument("--out", metavar="FILE", help="one row a site")
    sites.add_argument("--form", choices=("small_collective", "intermediate", "townhouse"))
    sites.add_argument("--public", default="family", help="for whom (default: family)")

    land = job("land", _land, "find land units: adjacent parcels, and what assembling them gains")
    land.add_argument("--insee", metavar="CODE", help="one commune (default: all)")
    land.add_argument(
        "--parcels", nargs="+", metavar="ID", help="take these parcels together, and nothing else"
    )
    land.add_argument("--public", default="family", help="for whom (default: family)")
    land.add_argument("--edges", metavar="ID", help="tell the edges of a site, with their keys")
    land.add_argument(
        "--edge", nargs=2, metavar=("ID", "KEY"), help="set an edge of a site: its --kind, its --setback"
    )
    land.add_argument("--kind", choices=("street", "side", "rear"))
    land.add_argument("--setback", type=float, metavar="M")
    land.add_argument("--clear-edges", metavar="ID", help="forget what was set on the edges of a site")

    figures = job("indicators", _indicators, "occupancy, complaints, energy and charges by area")
    figures.add_argument("--by", choices=("residence", "sector", "agency", "stock"), default="sector")
    figures.add_argument("--out", metavar="FILE")

    sectors = job("sectors", _sectors, "propose territories: balanced, contiguous, with a proven gap")
    sectors.add_argument("residences", metavar="RESIDENCES")
    sectors.add_argument("agencies", metavar="AGENCIES")
    sectors.add_argument("--edges", metavar="EDGES")
    sectors.add_argument(
        "--barriers", metavar="GEOJSON", help="lines no territory crosses, named points where one may"
    )
    sectors.add_argument("--tolerance", type=float, default=5, help="largest deviation of workload, %%")
    sectors.add_argument("--seconds", type=float, default=10)
    sectors.add_argument("--seed", type=int, default=1)
    sectors.add_argument("--out", metavar="FILE", help="unit, agency")

    works = job("programme", _programme, "operations year by year, from the evaluated and ranked sites")
    works.add_argument("--years", type=int, default=5)
    works.add_argument("--seconds", type=float, default=20)

    moves = job("mobility", _mobility, "who may move and why, by sector and public; small cells hidden")
    moves.add_argument("--by", choices=("sector", "agency", "stock"), default="sector")

    swaps = job("exchanges", _exchanges, "cycles and chains of moves that serve most households on file")
    swaps.add_argument("--seconds", type=float, default=10)
    swaps.add_argument("--longest-cycle", type=int, choices=(2, 3, 4), help="default: the reference value")
    swaps.add_argument("--adviser", choices=("on", "off"), help="open or close the adviser's page")
    swaps.add_argument("--without-vacant", action="store_true", help="no chain from vacant homes")
    return top


def _everywhere() -> argparse.ArgumentParser:
    """Return the options that may stand before or after the job; what is not given is not overwritten."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--store",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="an embedded store's file, or postgresql://... (default: $ILOT_STORE, else .ilot/ilot.duckdb)",
    )
    shared.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help="one object on standard output, progress on standard error",
    )
    shared.add_argument(
        "--lang", choices=("fr", "en"), default=argparse.SUPPRESS, help="language of the messages"
    )
    return shared


def _demo(options: argparse.Namespace) -> tuple[dict, int]:
    from data import demo

    with _store(options) as store:
        return demo.build(store, seed=options.seed, progress=show_progress), DONE


def _import(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.imports")
    if options.kind not in job.kinds():
        parser().error(f"unknown kind {options.kind!r}: use one of {', '.join(job.kinds())}")
    with _store(options) as store:
        report = job.run(
            store,
            options.kind,
            options.files,
            dry_run=options.dry_run,
            set_aside=options.set_aside,
            accept_guesses=options.accept_guesses,
            language=options.lang,
            progress=show_progress,
            **{name: getattr(options, name) for name in CHOICES},
        )
    if options.report:
        with open(options.report, "w", encoding="utf-8") as file:
            json.dump(report, file, ensure_ascii=False, indent=1, default=str)
    waiting = report["outcome"].startswith("reject") or (report["guesses"] and not options.dry_run)
    return report, REFUSED if waiting and not report["written"] else DONE


def _template(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.imports")
    if options.kind not in job.kinds():
        parser().error(f"unknown kind {options.kind!r}: use one of {', '.join(job.kinds())}")
    return job.write_template(options.kind, options.file), DONE


def _undo(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.imports")
    with _store(options) as store:
        report = job.undo(store, import_id=options.import_id, kind=options.kind, language=options.lang)
    return report, DONE if report["written"] else REFUSED


def _retention(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.retention")
    wanted = [text.partition("=") for text in options.set]
    if any(not months.isdecimal() for _, _, months in wanted):
        parser().error("--set expects NAME=MONTHS, as in households=24")
    with _store(options) as store:
        for name, _, months in wanted:
            job.keep(store, name, int(months))
        return job.run(store, dry_run=options.dry_run), DONE


def _export(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.export")
    with _store(options) as store:
        return job.export(store, options.layer, options.file), DONE


def _sites(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.sites")
    with _store(options) as store:
        result = job.run(
            store,
            insee_code=options.insee,
            out=options.out,
            form=options.form,
            public=options.public,
            progress=show_progress,
        )
        if options.form:
            scores = import_module("views.jobs.scores")
            result["ranking"] = scores.ranking(store, options.form, options.public)
        return result, DONE


def _land(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.land")
    if (options.kind or options.setback is not None) and not options.edge:
        parser().error("--kind and --setback belong to --edge ID KEY")
    with _store(options) as store:
        if options.edges:
            return {"site": options.edges, "edges": job.edges_told(store, options.edges)}, DONE
        if options.edge:
            site, key = options.edge
            changed = job.set_edge(store, site, key, kind=options.kind, setback_m=options.setback)
            return {"site": site, "edge": key, "dwellings": _by_form(changed)}, DONE
        if options.clear_edges:
            changed = job.clear_edges(store, options.clear_edges)
            return {"site": options.clear_edges, "dwellings": _by_form(changed)}, DONE
        if not options.parcels:
            told = job.units(store, insee_code=options.insee, public=options.public, progress=show_progress)
            return told, DONE
        found = job.together(store, options.parcels, public=options.public)
    forms = json.loads(found.forms.reset_index().to_json(orient="records"))
    unit = json.loads(found.unit.to_json())
    return {"unit_id": found.unit_id} | unit | {"forms": forms}, DONE


def _by_form(changed) -> dict:
    """Dwellings before and after, by form; null where the form does not fit."""
    return json.loads(changed.to_json(orient="index"))


def _indicators(options: argparse.Namespace) -> tuple[dict, int]:
    from views.jobs.export import write

    job = import_module("views.jobs.indicators")
    with _store(options) as store:
        frame = job.run(store, by=options.by, progress=show_progress)
    if options.out:
        write(frame, options.out)
    rows = json.loads(frame.reset_index().to_json(orient="records", date_format="iso"))
    return {"by": options.by, "rows": rows}, DONE


def _sectors(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.sectors")
    plan = job.run(
        options.residences,
        options.agencies,
        options.edges,
        barriers_geojson=options.barriers,
        tolerance_pct=options.tolerance,
        seconds=options.seconds,
        spent=job.since_start(),
        seed=options.seed,
        out=options.out,
        progress=show_progress,
    )
    return plan, DONE


def _programme(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.programme")
    with _store(options) as store:
        return job.run(store, years=options.years, seconds=options.seconds, progress=show_progress), DONE


def _mobility(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.mobility")
    with _store(options) as store:
        return job.run(store, by=options.by, progress=show_progress), DONE


def _exchanges(options: argparse.Namespace) -> tuple[dict, int]:
    job = import_module("views.jobs.exchanges")
    with _store(options) as store:
        if options.adviser:
            store.set_setting(job.ADVISER, "yes" if options.adviser == "on" else "no")
            return {"adviser": options.adviser}, DONE
        found = job.run(
            store,
            seconds=options.seconds,
            with_vacant=not options.without_vacant,
            longest_cycle=options.longest_cycle,
            progress=show_progress,
        )
    return found, DONE


def show_progress(done: float, text: str) -> None:
    """Draw a bar on standard error, where somebody is looking at it."""
    if sys.stderr.isatty():
        filled = round(30 * done)
        print(f"\r{'█' * filled}{'·' * (30 - filled)} {done:4.0%} {text:<40.40}", end="", file=sys.stderr)
        if done >= 1:
            print(file=sys.stderr)


def _store(options: argparse.Namespace):
    from contextlib import closing

    from data.store import open_store

    return closing(open_store(options.store))


def _expected(error: Exception) -> bool:
    """Whether the error speaks to the user: ours do, and a missing file's does."""
    ours = type(error).__module__.split(".")[0] in {"data", "geo", "planning", "views"}
    return ours or isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError)


def _said(error: Exception, language: str) -> str:
    """Return an error's words, ours in the language asked for."""
    if not hasattr(error, "said"):
        return str(error)
    return import_module("views.shared.i18n").error_words(error, language)


def _readable(result: object, indent: str = "") -> str:
    """Return a result as indented lines, one fact a line, long lists cut."""
    if isinstance(result, dict):
        return "\n".join(
            f"{indent}{name}:\n{_readable(value, indent + '  ')}"
            if isinstance(value, dict | list) and value
            else f"{indent}{name}: {value}"
            for name, value in result.items()
        )
    if isinstance(result, list):
        shown = [
            f"{indent}- " + _readable(item).replace("\n", f"\n{indent}  ")
            if isinstance(item, dict)
            else f"{indent}- {item}"
            for item in result[:20]
        ]
        more = [f"{indent}... and {len(result) - 20} more (--json gives all)"] if len(result) > 20 else []
        return "\n".join(shown + more)
    return f"{indent}{result}"


if __name__ == "__main__":
    sys.exit(main())
