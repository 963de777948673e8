"""HJ 212: environmental stations and outfalls that report in text over TCP, editions 2005, 2017 and 2025."""
