"""The sheets: a residence on A4, a sector on A3, tables and layers as files."""
