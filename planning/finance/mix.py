"""Social mix: which operations meet the share of social dwellings that a plan asks for."""

from collections.abc import Mapping

TENURES = ("rental", "psla", "brs", "direct")


def social_share(tenure: str, parameters: Mapping[str, float]) -> float:
    """Share of an operation's dwellings that the law counts as social (CCH L302-5): all of them, or none."""
    return parameters[f"social_mix.counts.{tenure}"]


def meets(tenure: str, asked_share: float, parameters: Mapping[str, float]) -> bool | None:
    """
    Whether an operation of one tenure meets the share of social dwellings asked for.

    Parameters
    ----------
    asked_share
        What the plan asks for (code de l'urbanisme L151-15), 0 to 1.

    Returns
    -------
    bool or None
        None where nobody knows what the plan asks for.
    """
    if asked_share != asked_share:
        return None
    return social_share(tenure, parameters) >= asked_share - 1e-9
