"""A coarse outline of China, good enough to choose a map projection and for nothing else."""

from itertools import pairwise

# Longitude and latitude in degrees, clockwise from the north-east, within about half a degree outside the land border;
# islands and near seas are included generously.
_OUTLINE = (
    (121.0, 53.8), (124.5, 53.6), (127.8, 50.0), (131.0, 48.2), (135.3, 48.6), (134.0, 46.0), (131.3, 44.0),
    (131.2, 42.4), (129.0, 41.9), (126.6, 41.3), (124.4, 39.8), (123.9, 37.0), (123.5, 31.0), (123.3, 25.0),
    (121.7, 20.8), (119.0, 14.5), (118.0, 10.5), (115.5, 7.5), (112.0, 3.3), (108.5, 6.0), (109.5, 11.5),
    (109.9, 16.0), (107.5, 18.5), (107.9, 21.3), (106.3, 22.4), (105.0, 22.9), (102.2, 22.2), (101.0, 20.9),
    (99.1, 21.7), (97.4, 23.9), (98.4, 26.0), (97.3, 27.8), (94.0, 26.9), (91.5, 27.5), (88.7, 27.2), (85.5, 27.9),
    (81.0, 30.0), (78.5, 31.2), (78.3, 33.0), (77.7, 35.3), (74.5, 37.2), (73.3, 39.5), (75.5, 40.8), (79.8, 42.2),
    (80.0, 45.2), (82.3, 45.7), (85.3, 47.4), (87.2, 49.3), (91.2, 46.6), (91.2, 45.2), (95.6, 44.5), (97.0, 42.9),
    (104.6, 41.9), (109.5, 42.6), (111.6, 44.0), (111.9, 45.2), (115.9, 46.2), (119.4, 46.9), (115.4, 47.7),
    (116.3, 50.0), (119.2, 50.4), (119.9, 52.3), (121.0, 53.8),
)  # fmt: skip


def is_in_china(longitude_deg: float, latitude_deg: float) -> bool:
    """Say whether a place is in China, to about half a degree."""
    inside = False
    for (x0, y0), (x1, y1) in pairwise(_OUTLINE):
        crosses = (y0 > latitude_deg) != (y1 > latitude_deg)
        if crosses and longitude_deg < x0 + (latitude_deg - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside
