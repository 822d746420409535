"""What each kind of step is and does, a file per kind (`hand_on.py` is `pass`, `child.py` is `workflow`).

`read` compiles `with` when a workflow is saved. `run` does the work; what a child or a function is given says `given`,
and `long.py` and `functions.py` of the room start them. `kinds.py` is the table of kinds, `outcome.py` what all of
them are given and return, `url_template.py` the addresses of `http`.
"""
