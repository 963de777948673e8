"""The desk's panels for cases of city governance."""
