"""UrbanSim's default market, in feet and dollars: inputs of its own unit tests (UDST/urbansim, BSD-3-Clause)."""

from math import inf

from planning.finance.proforma import MarketCosts, MarketForm

FORMS = {
    form.name: form
    for form in (
        MarketForm("retail", {"retail": 1.0}, max_ratio=2.0),
        MarketForm("industrial", {"industrial": 1.0}, max_ratio=2.0),
        MarketForm("office", {"office": 1.0}),
        MarketForm("residential", {"residential": 1.0}),
        MarketForm("mixedresidential", {"retail": 0.1, "residential": 0.9}),
        MarketForm("mixedoffice", {"office": 0.7, "residential": 0.3}),
    )
}
COSTS = MarketCosts(
    ratios=[0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 1.8, 2.0, 2.25, 2.5, 2.75, 3.0]
    + [3.25, 3.5, 3.75, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 9.0, 11.0],
    heights=[15, 55, 120, inf],
    cost_by_height={
        "retail": [160.0, 175.0, 200.0, 230.0],
        "industrial": [140.0, 175.0, 200.0, 230.0],
        "office": [160.0, 175.0, 200.0, 230.0],
        "residential": [170.0, 190.0, 210.0, 240.0],
    },
    parking_rate={"retail": 2.0, "industrial": 0.6, "office": 1.0, "residential": 1.0},
    parking_unit=1000.0,
    parking_area={"surface": 300.0, "deck": 250.0, "underground": 250.0},
    parking_cost={"surface": 30.0, "deck": 90.0, "underground": 110.0},
    storey_height=12.0,
    surface_storeys_max=5.0,
    efficiency=0.7,
    coverage=0.8,
    cap_rate=0.05,
    profit_factor=1.1,
)
