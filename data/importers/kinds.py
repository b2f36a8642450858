"""The kinds of files that Îlot reads, by name, in the order in which a new town brings them."""

from data.importers import (
    addresses,
    agencies,
    amenities,
    brownfields,
    charges,
    communes,
    complaints,
    dpe,
    energy,
    environment,
    footprints,
    households,
    iris,
    occupancy,
    owners,
    parcels,
    permits,
    plu,
    qpv,
    risks,
    rpls,
    rules,
    sales,
    sectors,
    sites,
    squares,
    stations,
    stock,
    turnovers,
)
from data.importers.importer import Importer

KINDS: dict[str, Importer] = {
    module.IMPORTER.kind: module.IMPORTER
    for module in (
        stock, agencies, sectors, occupancy, complaints, energy, charges, households, turnovers, rpls, communes,
        parcels, footprints, plu, addresses, stations, qpv, iris, owners, sites, rules, sales, permits,
        amenities, brownfields, risks, dpe, squares, environment,
    )
}  # fmt: skip
