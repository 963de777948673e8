"""What leaves the desk for other programs: exports of models, and the catalogue of data and services."""
