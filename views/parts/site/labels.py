"""The words of budgets, plans and accounts."""

from views.shared.i18n import N_

LINE_WORDS = {
    "land_price": N_("Price of the land"),
    "notary": N_("Notary and duties"),
    "demolition": N_("Demolition"),
    "pollution": N_("Soil treatment"),
    "building": N_("Building works"),
    "external": N_("Outdoor works and networks"),
    "connection": N_("Connections"),
    "parking": N_("Parking"),
    "design": N_("Architect and engineers"),
    "control": N_("Controls and surveys"),
    "insurance": N_("Insurance"),
    "development_tax": N_("Development tax"),
    "contingency": N_("Contingency"),
    "management": N_("Own conduct of the operation"),
    "interest": N_("Interest while building"),
}
GROUP_WORDS = {"land": N_("Land"), "works": N_("Works"), "fees": N_("Fees"), "interest": N_("Interest")}
SOURCE_WORDS = {
    "state": N_("State subsidies"),
    "region": N_("Region"),
    "local": N_("Town and territory"),
    "employer": N_("Employers (grants)"),
    "employer_loan": N_("Employers (loan)"),
    "land_loan": N_("Land loans"),
    "building_loan": N_("Building loans"),
    "equity": N_("Equity"),
}
ROW_WORDS = {
    "rent": N_("Rents"),
    "vacancy": N_("Vacancy"),
    "unpaid": N_("Unpaid"),
    "rls": N_("RLS"),
    "management": N_("Management"),
    "upkeep": N_("Upkeep"),
    "major_works": N_("Major works"),
    "property_tax": N_("Property tax"),
    "land_loan": N_("Land loans"),
    "building_loan": N_("Building loans"),
    "employer_loan": N_("Employers (loan)"),
    "net": N_("Balance of the year"),
    "cumulative": N_("Cumulative balance"),
}
