"""What is told of a site, in words: the same lines for the page and for its sheet."""

import pandas as pd

from planning.decision import Panel, waterfall
from planning.decision import reasons as strongest
from planning.decision.explain import Waterfall
from planning.finance import HOME_KIND
from planning.finance.budget import LINES
from planning.finance.inputs import PRODUCTS
from planning.needs import TYPES
from planning.publics import OWNERSHIP
from views.jobs import scores, site_sheet
from views.parts.site import duties, late, standing
from views.parts.site.labels import GROUP_WORDS, LINE_WORDS, SOURCE_WORDS
from views.parts.site.state import Shown
from views.parts.sites import frames, words
from views.shared import cache, frame
from views.shared.codes import FORMS, OWNER_GROUPS, STATUSES, word
from views.shared.html import Fact
from views.shared.i18n import N_, _, ngettext
from views.shared.numbers import NO_BREAK, day, number, percent, quantity, square_metres
from views.shared.reasons import sentence

Rows = list[tuple[str, list[str]]]
EURO, EURO_M2 = "€", "€/m²"
BINDING_WORDS = {
    "land": N_("the land itself"),
    "form": N_("the size of the form"),
    "height": N_("the height"),
    "footprint": N_("the footprint"),
    "open_soil": N_("the open soil to keep"),
    "parking": N_("the parking places asked for"),
    "street_setback": N_("the setback from the street"),
    "side_setback": N_("the setback from the sides"),
    "rear_setback": N_("the setback from the rear"),
    "band": N_("the depth of the building band"),
}
HOMES = {"flat": N_("flats"), "house": N_("houses")}
QUANTITY_WORDS = {
    "land_price_eur": N_("price of the land"),
    "demolition_m2": N_("floor area to demolish"),
    "pollution_m2": N_("soil to treat"),
}


def money(value: object) -> str:
    """Write an amount in whole euros."""
    return quantity(value, EURO)


def types(result: pd.Series) -> str:
    """Write the dwellings of a layout by type: 9 T2, 12 T3..."""
    counts = [(kind, result.get(kind.lower())) for kind in TYPES]
    return ", ".join(
        f"{number(n)}{NO_BREAK}{kind}" for kind, n in counts if n is not None and not pd.isna(n) and n > 0
    )


def headline(s: Shown) -> list[tuple[str, str, str]]:
    """Return the key figures of the page: figure, what it is, out of what."""
    lines = [(number(s.row["dwellings"]), _("Dwellings"), types(s.row) or _floors(s))]
    score = (f"{number(s.row['score'])}{NO_BREAK}/{NO_BREAK}100", _("Score"), standing.rank(s))
    lines.append(score)
    rental = s.study.rental if s.study else None
    if s.study and s.public == OWNERSHIP:
        return [*lines, *_sales(s)]
    if rental is None:
        return lines
    each = rental.figures["cost_eur_dwelling"]
    lines.append((quantity(each / 1000, "k€"), _("Cost a dwelling"), money(rental.figures["cost_eur"])))
    least = rental.figures["least_equity_eur"] / s.study.operation.dwellings / 1000
    lines.append((quantity(least, "k€"), _("Least equity a dwelling"), _("to let, balance never under 0")))
    lines.append(_sale(s, "brs", _("BRS price")))
    return lines


def _sales(s: Shown) -> list[tuple[str, str, str]]:
    """Return the key figures of the operation to own: its cost, and the price of each contract."""
    o, sold = s.study.owned, s.study.sold
    cost = o["owned_cost_eur"]
    return [
        (
            quantity(cost / sold.dwellings / 1000, "k€"), _("Cost a dwelling"),
            _("{cost} without VAT").format(cost=money(cost)),
        ),
        _sale(s, "brs", _("BRS price")),
        _sale(s, "psla", _("PSLA price")),
    ]  # fmt: skip


def _sale(s: Shown, way: str, label: str) -> tuple[str, str, str]:
    return quantity(s.study.owned[f"{way}_sale_eur_m2"], EURO_M2), label, _("VAT included, living area")


def _floors(s: Shown) -> str:
    return _("{floors} floors, {area}").format(
        floors=number(s.row["floors"]), area=square_metres(s.row["floor_area_m2"])
    )


def verdicts(s: Shown) -> list[tuple[bool, str, str, str]]:
    """Return for each form whether it fits, its dwellings, or why not."""
    lines = []
    for form, row in s.results.iterrows():
        if row["fits"]:
            told = _("{floors} floors, {area}").format(
                floors=number(row["floors"]), area=square_metres(row["floor_area_m2"])
            )
            lines.append((True, _(FORMS[form]), number(row["dwellings"]), told))
        else:
            why = sentence(row["reason"], row["reason_value"], row["reason_limit"])
            lines.append((False, _(FORMS[form]), "", why))
    return lines


def binding(s: Shown) -> list[str]:
    """Say which rule holds the form back here, and what each rule made milder would give."""
    table = s.found.counterfactuals
    table = table[table["form"] == s.form] if len(table) else table
    gains = table[table["gain"] > 0].sort_values("gain", ascending=False) if len(table) else table
    lines = [_gain(row) for _key, row in gains.iterrows()]
    code = s.row.get("binding")
    if code is None or pd.isna(code):
        return lines
    held = _("What holds it back: {rule}.").format(rule=_(BINDING_WORDS.get(code, N_("another rule"))))
    return [held, *lines]


def _gain(row: pd.Series) -> str:
    told = ngettext(
        "{rule}, {step}: {gain} more dwelling.", "{rule}, {step}: {gain} more dwellings.", int(row["gain"])
    )
    rule = _(BINDING_WORDS.get(row["rule"], N_("another rule")))
    return told.format(rule=rule, step=_step(row["step"], row["unit"]), gain=number(row["gain"]))


def _step(step: float, unit: str) -> str:
    sign = "+" if step > 0 else "−"
    if unit == "share":
        return sign + percent(abs(step), 0)
    return f"{sign}{number(abs(step), 2)}{NO_BREAK}{_('places a dwelling') if unit == 'places' else unit}"


def reasons(s: Shown) -> tuple[list[str], list[str]]:
    """Return the strongest reasons for and against, as sentences."""
    good, bad = strongest(s.judged.panel, s.weights, s.judged.measures, s.site_id)
    return [words.sentence(r, s.public) for r in good], [words.sentence(r, s.public) for r in bad]


def steps(s: Shown) -> Waterfall:
    """Return the steps from the usual site to this one, on the criteria known of it: their sum is its score."""
    known = s.judged.values.loc[s.site_id].dropna().index
    panel = Panel.of(s.judged.values[known])
    return waterfall(panel, s.weights.reindex(known), s.site_id)


def tenures(s: Shown) -> tuple[list[str], Rows]:
    """Return the rental and the three ways of owning, side by side, each on its layout: heads, then a row a figure."""
    f, o, one, sold = (
        (s.study.rental.figures if s.study.rental else {}), s.study.owned, s.study.operation, s.study.sold,
    )  # fmt: skip
    heads = ["", _("To let"), "PSLA", "BRS", _("Direct sale")]
    blank = "–"
    cost = s.study.rental.figures["cost_eur_m2"] if s.study.rental else float("nan")
    rows: Rows = [
        (_("Laid out for it"), [_laid(s.let), *[_laid(s.own)] * 3]),
        (_("of which"), [_types(s.let), *[_types(s.own)] * 3]),
        (
            _("Price, VAT included, €/m² of living area"),
            [blank, *(number(o[f"{way}_sale_eur_m2"]) for way in ("psla", "brs", "direct"))],
        ),
        (
            _("Price without VAT, €/m² of useful area"),
            [blank, *(number(o[f"{way}_price_eur_m2"]) for way in ("psla", "brs", "direct"))],
        ),
        (
            _("Ceiling (2014, out of date), €/m² of useful area"),
            [blank, *(number(o[f"{way}_ceiling_eur_m2"]) for way in ("psla", "psla", "direct"))],
        ),
        (
            _("VAT"),
            [
                percent(_mean_vat(s)), percent(cache.parameters()["vat.psla_share"]),
                percent(cache.parameters()["vat.brs_share"]), percent(o["direct_vat_share"]),
            ],
        ),
        (_("Cost price, €/m² of useful area (to own: without VAT)"), [number(cost), *[_owned_cost(s)] * 3]),
        (
            _("Rent, fee or ground rent, € a month"),
            [
                money(f.get("rent_eur_m2", float("nan")) * one.useful_area_m2 / one.dwellings),
                money(o["psla_fee_eur_month"]),
                money(o["brs_land_rent_eur_m2"] * sold.living_area_m2 / sold.dwellings) if sold else blank,
                blank,
            ],
        ),
        (
            _("Household’s month, loan and charges"),
            [blank, *(money(o[f"{way}_month_eur"]) for way in ("psla", "brs", "direct"))],
        ),
        (
            _("Income needed a year (35 % effort)"),
            [blank, *(money(o[f"{way}_income_eur"]) for way in ("psla", "brs", "direct"))],
        ),
        (
            _("Discount against the market"),
            [blank, *(percent(o[f"{way}_discount_share"], 0) for way in ("psla", "brs", "direct"))],
        ),
        (
            _("Highest price of the land"),
            [
                money(f.get("highest_land_eur", float("nan"))),
                *(money(o[f"{way}_highest_land_eur"]) for way in ("psla", "brs")),
                blank,
            ],
        ),
        *duties.rows(s),
    ]  # fmt: skip
    return heads, rows


def _laid(result: pd.Series) -> str:
    """Write the dwellings of a layout, or why there is none."""
    if not result["fits"]:
        return _("does not fit")
    return ngettext("{n} dwelling", "{n} dwellings", int(result["dwellings"])).format(
        n=number(result["dwellings"])
    )


def _types(result: pd.Series) -> str:
    return types(result) or "–" if result["fits"] else frames.words_of_reason(result["reason"])


def _owned_cost(s: Shown) -> str:
    """Write the cost of the operation to own, without the VAT that its sales recover, by m² of useful area."""
    sold = s.study.sold
    return "–" if sold is None else number(s.study.owned["owned_cost_eur"] / sold.useful_area_m2)


def _mean_vat(s: Shown) -> float:
    return float(s.study.rental.budget.at["building", "vat_share"]) if s.study.rental else float("nan")


def rental(s: Shown) -> list[Fact]:
    """Return the answers of the rental operation."""
    f = s.study.rental.figures
    tested = int(cache.parameters()["account.test_years"])
    return [
        Fact(_("Rent"), quantity(f["rent_eur_m2"], EURO_M2, 2), _("of useful area a month")),
        Fact(_("Equilibrium rent"), quantity(f["equilibrium_rent_eur_m2"], EURO_M2, 2), _("for this equity")),
        Fact(_("Equity put in"), money(f["equity_eur"])),
        Fact(_("Least equity"), money(f["least_equity_eur"])),
        Fact(
            _("Worst year of the balance"), money(f["worst_eur"]),
            _("year {year} of the {tested} tested").format(year=number(f["worst_year"]), tested=tested),
        ),
        Fact(_("Value of the equity over 60 years"), money(f["npv_eur"])),
        Fact(_("Its yearly return"), percent(f["irr_share"], 2)),
    ]  # fmt: skip


def budget(s: Shown) -> tuple[list[str], Rows, list[int]]:
    """Return the budget by line with its VAT, the total last."""
    table = s.study.rental.budget
    rows: Rows = []
    for line in (*LINES, "interest"):
        one = table.loc[line]
        rows.append(
            (
                _(LINE_WORDS[line]),
                [number(one["net_eur"]), percent(one["vat_share"]), number(one["gross_eur"])],
            )
        )
    rows.append((_("Cost price"), [number(table["net_eur"].sum()), "", number(table["gross_eur"].sum())]))
    return ["", _("Without VAT, €"), _("VAT"), _("With VAT, €")], rows, [len(rows) - 1]


def shares(s: Shown) -> str:
    """Say how the cost is shared between land, works, fees and interest."""
    groups = s.study.rental.budget.groupby("group", sort=False)["gross_eur"].sum()
    told = [f"{_(GROUP_WORDS[g])} {percent(v / groups.sum(), 0)}" for g, v in groups.items()]
    if s.public == OWNERSHIP:
        told.append(
            _("budget, plan and balance are those of the layout to let: {laid}").format(laid=_laid(s.let))
        )
    return " · ".join(told)


def plan(s: Shown) -> tuple[list[str], Rows, list[int]]:
    """Return the financing plan by source and product, the total last; sources of nothing are left out."""
    table = s.study.rental.plan.pivot_table(
        index="source", columns="product", values="amount_eur", aggfunc="sum", sort=False
    )
    rows: Rows = []
    for source in SOURCE_WORDS:
        line = table.loc[source]
        if line.fillna(0).abs().sum() < 0.005:
            continue
        cells = [number(line.get(p)) if pd.notna(line.get(p)) and line.get(p) else "–" for p in PRODUCTS]
        rows.append((_(SOURCE_WORDS[source]), [*cells, number(line.sum())]))
    rows.append((_("Together"), ["", "", "", number(s.study.rental.plan["amount_eur"].sum())]))
    return ["", *(p.upper() for p in PRODUCTS), _("Total, €")], rows, [len(rows) - 1]


def incomes(s: Shown) -> str:
    """Say whom the prices suit: the ceilings of income, and that the register holds no income."""
    if s.public == OWNERSHIP and pd.notna(s.judged.needs["S2"].get(s.site_id)):
        return _(
            "Of our tenants within 500 m, {n} households could buy by their size and the age of their holder, to the "
            "nearest 5. Their income is unknown: the register holds none, by choice; the survey of resources tells it."
        ).format(n=number(s.judged.needs.at[s.site_id, "S2"]))
    return _(
        "Eligible tenants of ours: unknown. The register holds no income, by choice; those who may buy are found by "
        "the survey of resources (case 5 of the law)."
    )


def context(s: Shown) -> list[Fact]:
    """Return what stands around: station, district, owner, stock, need."""
    needs = s.judged.needs.loc[s.site_id] if s.site_id in s.judged.needs.index else pd.Series(dtype=float)
    rows = cache.read("agencies", geometry=False)
    agency = needs.get("agency_id")
    name = rows["name"].get(agency) if agency is not None and not pd.isna(agency) else None
    vat = s.study.vat if s.study else None
    private = s.row["land"] == "private"
    owner = _("Private persons or unknown") if private else word(OWNER_GROUPS, s.row["land"])
    lines = [
        Fact(_("Nearest station"), quantity(s.row["station_m"], "m"), _text(s.row["station_name"])),
        Fact(
            _("Priority district"), {True: _("inside"), False: _("outside")}.get(s.row["in_qpv"], _("unknown")),
            "" if vat is None or pd.isna(vat["nearest_m"]) else _("{qpv}, {m} away").format(
                qpv=vat["qpv_id"], m=quantity(vat["nearest_m"], "m")
            ),
        ),
        Fact(_("Owner"), owner),
        Fact(
            words.name("S2", s.public) if s.public == OWNERSHIP else _("Mismatched households within 500 m"),
            number(needs.get("S2")),
            _("whose type is in the mix, to the nearest 5"),
        ),
        Fact(_("Dwellings of the mix that meet one"), number(needs.get("relieved"), 0)),
        Fact(
            _("Moves freed in our stock"), number(needs.get("moves"), 0),
            "" if pd.isna(needs.get("S5")) else _("chain formula, {each} a new dwelling").format(
                each=number(needs.get("S5"), 2)
            ),
        ),
        Fact(_("Agency’s work after delivery"), words.measure("S6", needs.get("S6")), _text(name)),
    ]  # fmt: skip
    if s.public != OWNERSHIP:
        lines.append(Fact(_("Our dwellings for this public within 800 m"), number(needs.get("S3"))))
    homes = _(HOMES[HOME_KIND[s.form]])
    price, count = s.study.market if s.study and s.study.market is not None else (float("nan"), 0)
    lines.append(
        Fact(
            _("Homes sold within 1 km (DVF)"), quantity(price, EURO_M2),
            _("median of {n} sales of {kind}, most second-hand").format(n=number(count), kind=homes)
            if count else _("no sale of a home imported near by"),
        )
    )  # fmt: skip
    return lines


def residences(s: Shown) -> Rows:
    """Return our residences within 500 m, nearest first: distance, dwellings, what is told of mismatches."""
    near = site_sheet.residences_near(cache.store(), s.found.site["geometry"])
    told = cache.households_told().reindex(near.index)
    return [
        (
            str(row["name"]),
            [
                quantity(row["away_m"], "m"),
                number(row["dwellings"]),
                _told(told, key, "under_occupied"),
                _told(told, key, "overcrowded_insee"),
            ],
        )
        for key, row in near.head(12).iterrows()
    ]


def _told(table: pd.DataFrame, key: object, figure: str) -> str:
    if figure not in table:
        return _("unknown")
    if f"{figure}_hidden" in table and bool(table.at[key, f"{figure}_hidden"]):
        return _("not shown")
    return number(table.at[key, figure])


def provenance(s: Shown) -> list[str]:
    """Say where the page's figures come from, of which day, and which are assumed."""
    p = cache.parameters()
    lines = [
        frame.source("parcels", "plu", "stock"),
        _("Evaluated on {day} · parameters {hash}").format(day=day(_computed(s)), hash=s.judged.parameters)
        + " · "
        + _("ranking {run}").format(run=s.judged.run_hash(s.weights)),
    ]
    if s.study:
        used = s.study.used
        counts = used["status"].value_counts()
        told = ", ".join(f"{number(n)} {_(STATUSES.get(code, code))}" for code, n in counts.items())
        lines.append(_("Reference values used: {n} ({told}).").format(n=number(len(used)), told=told))
        if s.study.assumed:
            names = ", ".join(_(QUANTITY_WORDS[name]) for name in s.study.assumed)
            lines.append(_("Assumed for this site, until you know better: {names}.").format(names=names))
        if worded := late.told(used):
            lines.append(_("Out of date, and used all the same: {values}.").format(values=" · ".join(worded)))
    if not p.get(f"rent_zone.1bis.{cache.settings().get('insee_code', '')}") and not cache.settings().get(
        "rent_zone"
    ):
        zone, abc = scores.zones_of(cache.store(), p)
        lines.append(
            _("Rent zone {rent} and zone {abc} assumed for this town.").format(rent=zone, abc=abc.upper())
        )
    return [line for line in lines if line]


def _computed(s: Shown) -> object:
    return cache.read("sites", geometry=False)["computed_at"].max()


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
