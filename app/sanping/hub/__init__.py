"""The server of one site: runs sources, orders what they say, keeps it, and tells the screens."""
