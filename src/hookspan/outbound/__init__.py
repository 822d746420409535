"""EVENT → DELIVERY → ATTEMPT: carry an event owed to an endpoint until the endpoint has it.

The steps of a delivery, in order:

    dispatch   claim due deliveries, fair per tenant and endpoint
    deliver    walk one delivery through the steps below
    profiles   build the body and the headers its wire profile promises
    sign       make the signatures of one attempt
    retry      decide what the answer means: delivered, again at, or exhausted
    targets    what an attempt needs of an endpoint, kept open in memory (opened_targets)
    endpoints  keep endpoints: create, change, pause, resume, rotate, delete, reveal (endpoint_*, credentials)
    rehearse   send a test
"""
