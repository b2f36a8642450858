"""The kinds of files that Îlot reads, by name, in the order in which a new town brings them."""

from data.importers import (
    addresses,
    agencies,
    charges,
    communes,
    complaints,
    energy,
    footprints,
    households,
    iris,
    occupancy,
    owners,
    parcels,
    plu,
    qpv,
    rpls,
    sales,
    sectors,
    sites,
    stations,
    stock,
    turnovers,
)
from data.importers.importer import Importer

KINDS: dict[str, Importer] = {
    module.IMPORTER.kind: module.IMPORTER
    for module in (
        stock, agencies, sectors, occupancy, complaints, energy, charges, households, turnovers, rpls, communes,
        parcels, footprints, plu, addresses, stations, qpv, iris, owners, sites, sales,
    )
}  # fmt: skip
