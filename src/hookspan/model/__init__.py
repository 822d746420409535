"""The nouns and the pure rules all rooms share: frozen data, no IO, no clock; imports only itself and errors."""
