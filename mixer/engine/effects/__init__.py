"""Effects: small pure classes. Each takes and gives float32 audio of shape (channels, samples) and keeps no state."""
