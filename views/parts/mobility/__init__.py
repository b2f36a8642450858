"""Pieces of the page of mobility."""
