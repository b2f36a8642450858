"""The invented town: a seeded landlord in Montreuil's real frame; nothing in it is anyone's data."""

from data.demo.town import Town, make
from data.demo.write import build, frames, planted

__all__ = ["Town", "build", "frames", "make", "planted"]
