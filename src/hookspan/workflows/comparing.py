"""What was changed between two versions of a workflow: a JSON Patch, and the steps it touches by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from hookspan.model.json_patch import diff
from hookspan.model.jsonview import Json
from hookspan.model.workflows import VersionRow
from hookspan.workflows.validate import decode_definition

_write = msgspec.json.Encoder(decimal_format="number", order="sorted").encode


def compared(old: VersionRow, new: VersionRow) -> dict[str, object]:
    """`{from,to,patch,steps:{added,removed,changed}}`; the patch makes the new version's graph of the old one's."""
    before, after = decode_definition(old.definition), decode_definition(new.definition)
    steps, others = _steps(before), _steps(after)
    return {
        "from": old.version,
        "to": new.version,
        "patch": diff(cast(Json, before), cast(Json, after)),
        "steps": {
            "added": [step_id for step_id in others if step_id not in steps],
            "removed": [step_id for step_id in steps if step_id not in others],
            "changed": [step_id for step_id in others if step_id in steps and steps[step_id] != others[step_id]],
        },
    }


def _steps(graph: Mapping[str, object]) -> dict[str, bytes]:
    """The steps as texts, so that `1` and `true`, `1.0` and `1` are no equals."""
    steps = graph["steps"]
    assert isinstance(steps, list)
    return {str(step["id"]): _write(step) for step in steps}
