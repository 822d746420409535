"""Measure hookspan beside its limit: one run, ratios, CPU from the process itself."""
