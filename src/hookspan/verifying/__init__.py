"""For those who receive: verify and sign webhooks with no server, no database and no web framework loaded.

verify       hold a delivery of ours, or of any provider with a preset, against a secret
sign         the inverse, for tests and for senders of your own
fastapi, flask, django   `verified(…)`: the same as a guard of one route

Built from the receiver's own verifier, so both sides of the product agree on what holds.
"""
