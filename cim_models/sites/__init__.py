"""Makes sites at their true size: a garden expo park and a data centre, invented throughout."""
