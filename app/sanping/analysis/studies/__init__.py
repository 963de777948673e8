"""Questions of planners: each takes a city and an ask, and gives a finding."""
