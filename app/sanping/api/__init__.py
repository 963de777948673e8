"""What scripts use: open a twin, read and draw it, and speak with a running hub; also as names of `sanping` itself."""

from sanping.api.desk import Desk
from sanping.api.layer import Feature, Layer
from sanping.api.site import Site, connect
from sanping.api.twin import Twin, open_twin
from sanping.api.watching import watched_by

__all__ = ["Desk", "Feature", "Layer", "Site", "Twin", "connect", "open_twin", "watched_by"]
