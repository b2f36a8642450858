"""The invented town: a seeded landlord in Montreuil's real frame; nothing in it is anyone's data."""

from data.demo.build import build, frames, planted
from data.demo.town import Town, make

__all__ = ["Town", "build", "frames", "make", "planted"]
