"""The panels of the wall, one kind a class: what each shows is a value, how it is painted a function of it."""
