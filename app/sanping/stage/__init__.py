"""What the screens are asked to show: pure values and functions."""
