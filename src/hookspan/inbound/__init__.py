"""Request → event. The steps in order (each a file named by its verb):

receive   walk through the steps below for one request, in one transaction, then answer
verify    hold the raw bytes against the source's verifier, a record of data; nothing is parsed before
dedupe    which keys make this request a repeat, and which event type it is
enrich    who sent it, when, how large, and what the source adds

`providers/` holds the presets (github, stripe, slack, …): data only. `record`, `signature`, `text` and `sign` are
the parts of `verify`: what a record may say, where a signature stands, what it covers, and the inverse.
"""
