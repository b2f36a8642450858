"""Words of mobility: cases, publics, stages of a relet."""

from views.shared.i18n import N_

CASES = {
    "over_occupied": N_("Over-occupied (legal area)"),
    "overcrowded_insee": N_("Overcrowded (INSEE rooms)"),
    "under_occupied": N_("Under-occupied (legal)"),
    "adapted_left": N_("Adapted home, no need"),
    "disability_need": N_("Need of access unmet"),
    "enforceable": N_("Enforceable"),
    "wish": N_("Wishes to move"),
}
PUBLICS = {
    "all": N_("All"),
    "family": N_("Families"),
    "elderly": N_("65 and older"),
    "disabled": N_("Need of access"),
    "young": N_("Under 30"),
}
STAGES = {
    "order": N_("Order of works"),
    "works": N_("Works"),
    "allocation": N_("Allocation"),
    "lease": N_("Lease"),
}
TRADES = {
    "painting": N_("painting"),
    "flooring": N_("floor coverings"),
    "plumbing": N_("plumbing works"),
    "electricity": N_("electrical works"),
    "joinery": N_("joinery"),
    "masonry": N_("masonry"),
    "several": N_("several trades"),
    "unknown": N_("trade not told"),
}
CLASSES = {"ordinary": N_("ordinary works"), "heavy": N_("heavy works")}
