"""What is true: layers, models, observations, cases."""
