"""The kiosk: a screen for visitors that tours the city, lets hands in, and is left with a PIN only."""
