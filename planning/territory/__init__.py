"""The territory optimiser: model, bound, search, proof; `planning.sectors` is its door."""
