"""The machinery around the course: set-up, notebooks, figures, timings."""
