"""A screen's link to its hub: connects, resumes, mirrors."""
