"""What an operation costs, how it is paid for and what it brings, to let and to own."""

from planning.finance.budget import operation_budget
from planning.finance.evaluate import evaluate_direct, evaluate_ownership, evaluate_rental
from planning.finance.inputs import FinanceError, Operation, Reading
from planning.finance.market import HOME_KIND, market_price
from planning.finance.operation import RentalAssessment, assess_rental
from planning.finance.parking import parking_cap
from planning.finance.plan import allocate, financing_plan
from planning.finance.site_operations import operations_of
from planning.finance.vat import reduced_vat_zone

__all__ = [
    "HOME_KIND",
    "FinanceError",
    "Operation",
    "Reading",
    "RentalAssessment",
    "allocate",
    "assess_rental",
    "evaluate_direct",
    "evaluate_ownership",
    "evaluate_rental",
    "financing_plan",
    "market_price",
    "operation_budget",
    "operations_of",
    "parking_cap",
    "reduced_vat_zone",
]
