"""What a step does, a file per kind: `read` compiles its `with` when a workflow is saved, `run` does its work."""
