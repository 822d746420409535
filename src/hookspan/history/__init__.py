"""What was: look back at what the river carried, and count it.

search  pages of events by filter, one event with its receipt, and what became of each
stats   totals and a series over a window
"""
