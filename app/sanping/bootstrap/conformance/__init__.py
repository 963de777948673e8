"""What every adapter must do, tried on any adapter that is installed: on paper, then with a real hub and a far end."""
