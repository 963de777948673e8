"""What the picture is made of: one class a layer, each owning its actors and changing only what differs."""
