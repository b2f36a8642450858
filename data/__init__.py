"""What enters, is checked and kept: importers, the store, reference values, the invented town."""
