"""The seeds' own shapes over the same rooms: orchestrator (seed 002)."""
