"""Who may: credentials become a Caller, and a Caller holds scopes.

roles.py    the table of roles × scopes, and Caller
keys.py     API keys as credentials: what one looks like, and who holds it
minting.py  API keys as things: make, list, revoke
tokens.py   JWTs of our own: issue, read, deny
users.py    people and their passwords, and what slows a guesser down
sessions.py the dashboard's cookie
tenants.py  whose things they are
instance.py the first start, and the keys only the instance holds
"""
