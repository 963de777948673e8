"""Other sites of a federation on the desk."""
