"""Words of the exchange desk: reasons, checks, rules."""

from views.shared.i18n import N_

REASONS = {
    "over_occupied": N_("overcrowded"),
    "disability": N_("need of access"),
    "under_occupied": N_("under-occupied"),
    "wish": N_("wishes to move"),
}
CHECKS = {
    "income_ceiling": N_("income under the ceiling of the home"),
    "effort": N_("rent and charges the household can bear"),
    "good_standing": N_("lease in good standing"),
    "reservation": N_("consent of the reserving body"),
    "committee": N_("decision of the allocation committee"),
    "energy": N_("energy class of the home"),
}
RULES = {
    "rooms": N_("no home of the right size"),
    "area": N_("no home large enough"),
    "access": N_("no home accessible enough"),
    "rent": N_("no home at a lower rent"),
    "distance": N_("no home near enough"),
    "elsewhere": N_("no home in another residence"),
    "unknown": N_("need unknown"),
}
