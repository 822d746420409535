"""REST, a file per noun; the spine they stand on.

asgi.py      make_app: every router, wrapped in the gate and the headers
gate.py      one request: find its rule, authenticate, check scope, origin, size and media type, then let it in
routes.py    the one table route → scope; what is not in it is denied
auth.py      may(scope): how a route gets its caller
rooms.py     what a route may use: RoomsOf
bodies.py    base classes of request and answer bodies
problems.py  every error in the shape of its door
document.py  the OpenAPI document; dump.py writes it
headers.py   request id, security headers, and the last resort for a fault of ours
"""
