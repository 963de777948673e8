"""The planner's analyses at the desk: what is asked, how it runs, what was found."""
