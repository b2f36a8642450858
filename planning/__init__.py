"""Decisions: zoning rules, envelope, building forms, scores, territories."""
