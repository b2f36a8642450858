"""Pieces of the page of exchanges."""
