"""The card of a machine: how large a city it draws how fast, and how soon another screen follows."""
