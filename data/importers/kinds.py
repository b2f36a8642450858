"""The kinds of files that Îlot reads, by name, in the order in which a new town brings them."""

from data.importers import (
    addresses,
    agencies,
    charges,
    communes,
    complaints,
    energy,
    iris,
    occupancy,
    owners,
    parcels,
    plu,
    qpv,
    rpls,
    sectors,
    sites,
    stations,
    stock,
)
from data.importers.importer import Importer

KINDS: dict[str, Importer] = {
    module.IMPORTER.kind: module.IMPORTER
    for module in (
        stock, agencies, sectors, occupancy, complaints, energy, charges, rpls, communes, parcels, plu, addresses,
        stations, qpv, iris, owners, sites,
    )
}  # fmt: skip
