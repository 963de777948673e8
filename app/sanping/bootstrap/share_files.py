"""What is shared of a twin, by name: for the program that makes it, and for the hub that gives it out."""

CATALOGUE, FEATURES, TILES = "catalogue.json", "features.gpkg", "3dtiles"
MAKERS = ("sanping.formats.outgoing.tables", "sanping.formats.outgoing.tiles3d", "sanping.bootstrap.sharing")
"""The modules whose code decides what it looks like; a hub gives out without loading them."""
