"""One story that puts something on every screen, and the addresses of those screens."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.far_side import Answer
from tests.browser.stage import Stage

PUSH = b'{"ref":"refs/heads/main","id":9007199254740993,"commits":[{"id":"8f1c","added":["tea"]}],"base":null}'


@dataclass(frozen=True, slots=True)
class Scene:
    """Ids of what happened."""

    request_id: str
    refused_id: str
    execution_id: str
    waiting_id: str

    @property
    def screens(self) -> list[str]:
        """Every screen behind the login."""
        event, refused = f"/events/{self.request_id}", f"/events/{self.refused_id}"
        run, nap = f"/executions/{self.execution_id}", f"/executions/{self.waiting_id}"
        return [
            "/",
            "/events",
            "/events?view=requests",
            "/events?type=nothing.matches",
            event,
            f"{event}?tab=request",
            f"{event}?tab=deliveries",
            f"{refused}?tab=deliveries",
            "/executions",
            run,
            f"{run}?tab=context",
            nap,
        ]


def play(stage: Stage) -> Scene:
    """A request that runs a workflow and goes out, a delivery that fails, a run that waits."""
    keep = {"id": "keep", "kind": "transform", "with": {"output": {"branch": "{{trigger.body.ref}}"}}}
    flow = stage.workflow("Announce a push", keep, {"id": "done", "kind": "pass", "needs": ["keep"]})
    source = stage.source(name="GitHub", authType="signature", provider="github", workflowId=flow.text("id"))
    stage.endpoint("/scene", "github.push", name="Warehouse")
    taken = stage.push(source, PUSH)
    stage.execution_becomes(taken.text("executionId"), "completed")
    stage.delivery_of(taken.text("eventId"))
    stage.far_side.answers["/closed"] = Answer(503, b"<h1>closed</h1>", {"Content-Type": "text/html"})
    stage.endpoint("/closed", "parcel.lost", name="Carrier")
    refused_id = stage.publish("parcel.lost", b'{"parcel":7}', subject="parcel-7")
    stage.delivery_of(refused_id)
    nap = stage.workflow("Wait an hour", {"id": "nap", "kind": "wait", "with": {"durationMs": 3_600_000}})
    waiting_id = stage.client.workflows.run(nap.text("id")).text("id")
    stage.execution_becomes(waiting_id, "waiting")
    return Scene(taken.text("eventId"), refused_id, taken.text("executionId"), waiting_id)
