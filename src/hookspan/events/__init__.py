"""What happened: match an event with who wants it (routing), bring it into being (publish), tell it live (stream)."""
