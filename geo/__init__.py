"""Geometry: reference systems, parcels and their edges, indicators by area, neighbours, access."""
