"""A shop that holds hookspan in itself: orders, a workflow that charges and asks a person, a signed webhook at the end.

Three ways of running code on an event are here: a function called on it (`receipt`), a function that a step of
`fulfil.yaml` names (`charge`), and an HTTP route that gets it delivered (`warehouse`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, PositiveInt
from sqlalchemy import create_engine, text

from hookspan import Event, Hookspan, StepContext, Verified, create_outbox, publish, verified

FOLDER = Path(os.environ.get("SHOP_DATA", "shop-data"))
FOLDER.mkdir(exist_ok=True)

engine = create_engine(f"sqlite:///{FOLDER / 'shop.db'}")
create_outbox(engine)
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, cents INTEGER, status TEXT)"))
    connection.execute(text("CREATE TABLE IF NOT EXISTS payments (key TEXT PRIMARY KEY, order_id TEXT, cents INTEGER)"))
    connection.execute(text("CREATE TABLE IF NOT EXISTS receipts (event_id TEXT PRIMARY KEY, order_id TEXT)"))

hooks = Hookspan(f"sqlite:///{FOLDER / 'hookspan.db'}", outbox=[engine])


@hooks.on("order.placed")
def receipt(event: Event) -> None:
    """Write the customer a receipt. Called again for the same event, it changes nothing: the event's id is the key."""
    assert isinstance(event.data, dict)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO receipts VALUES (:event, :order) ON CONFLICT DO NOTHING"),
            {"event": event.id, "order": event.data["id"]},
        )


@hooks.step("charge", max_attempts=5)
def charge(context: StepContext) -> dict[str, object]:
    """Take the money, once however often the step is tried: `context.key` is the same each time."""
    order_id = context.input
    with engine.begin() as connection:
        cents = connection.execute(text("SELECT cents FROM orders WHERE id = :id"), {"id": order_id}).scalar_one()
        connection.execute(
            text("INSERT INTO payments VALUES (:key, :order, :cents) ON CONFLICT DO NOTHING"),
            {"key": context.key, "order": order_id, "cents": cents},
        )
    context.emit("order.charged", {"id": order_id, "cents": cents})
    return {"cents": cents}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """hookspan runs as long as the shop does; its first start makes a key, which nobody is shown again."""
    async with hooks:
        if hooks.greeting is not None:
            sys.stdout.write(f"API key: {hooks.greeting.api_key.reveal()}\n")
            sys.stdout.flush()
        yield


app = FastAPI(title="Shop", lifespan=lifespan)
app.mount("/hooks", hooks.asgi())


class NewOrder(BaseModel):
    """What a customer sends."""

    cents: PositiveInt


@app.post("/orders", status_code=201)
def place(order: NewOrder) -> dict[str, object]:
    """Take an order. The event is in the order's own transaction: either both are there afterwards, or neither."""
    placed = {"id": uuid4().hex, "cents": order.cents}
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO orders VALUES (:id, :cents, 'placed')"), placed)
        publish(connection, "order.placed", placed, subject=str(placed["id"]))
    return {**placed, "status": "placed"}


@app.get("/orders/{order_id}")
def show(order_id: str) -> dict[str, object]:
    """An order, what was paid for it, and how many receipts were written."""
    with engine.connect() as connection:
        order = connection.execute(text("SELECT * FROM orders WHERE id = :id"), {"id": order_id}).mappings().first()
        if order is None:
            raise HTTPException(404, "no such order")
        paid = text("SELECT coalesce(sum(cents), 0) FROM payments WHERE order_id = :id")
        receipts = text("SELECT count(*) FROM receipts WHERE order_id = :id")
        return {
            **order,
            "paidCents": connection.execute(paid, {"id": order_id}).scalar_one(),
            "receipts": connection.execute(receipts, {"id": order_id}).scalar_one(),
        }


signed = verified("standard", secret=os.environ["WAREHOUSE_SECRET"])


@app.post("/warehouse", status_code=204)
async def warehouse(request: Request, delivery: Annotated[Verified, Depends(signed)]) -> None:
    """The other company: an endpoint that gets `order.shipped`, and takes nothing that is not signed."""
    shipped = await request.json()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE orders SET status = 'shipped' WHERE id = :id"), {"id": shipped["data"]["order"]}
        )


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")))
