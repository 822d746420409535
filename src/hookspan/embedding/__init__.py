"""hookspan in a program of yours: publish an event, or hold the whole product in this process (contracts G).

`trigger` finds where to publish, `embedded` is hookspan in this process, `mounted` its ASGI app under any prefix,
`background` the one that trigger starts for a database that an environment variable names.
"""
