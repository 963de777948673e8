"""Makes the sand tables of whole regions: schematic, with true names of counties and invented towns."""
