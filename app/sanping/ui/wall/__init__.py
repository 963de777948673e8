"""The wall of a command centre: its layout, its panels, its tiles, its windows."""
