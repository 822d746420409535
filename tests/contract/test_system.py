"""Health, version, metrics, me, meta, headers and the dashboard's files (contracts A.7, C.7, C.8)."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from hookspan.api import dump
from hookspan.api.asgi import make_routes
from hookspan.api.rooms import ApiSettings
from hookspan.api.system import health_of
from hookspan.storage.database import Database
from tests.support.calls import Calls
from tests.support.surface import Surface, bearer, furnished, surface

INDEX = """<!doctype html><html><head><meta name="base" content="./" /><meta name="version" content="__VERSION__" />
<meta property="csp-nonce" nonce="__CSP_NONCE__" /><script src="./assets/main-1.js"></script></head></html>"""
HTML = {"Accept": "text/html"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A dashboard as the build leaves it."""
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text(INDEX)
    (static / "assets" / "main-1.js").write_text("console.log(1)\n" * 200)
    (tmp_path / "secret.txt").write_text("outside")
    return static


async def test_health_and_version_are_open_and_in_the_words_of_seed_one(client: httpx2.AsyncClient) -> None:
    health = await client.get("/api/health")
    version = await client.get("/api/version")

    assert health.json() == {"status": "ok", "timestamp": "2025-05-21T21:27:10.000Z"}
    assert (version.json()["version"], version.json()["name"]) == ("1.2.3", "hookspan")


async def test_a_failing_check_makes_ready_503_and_says_which(world: Surface, client: httpx2.AsyncClient) -> None:
    assert (await client.get("/readyz")).status_code == 200
    world.checks.said["disk"] = {"ok": False, "freeBytes": 1}

    answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")
    assert answer.json()["checks"]["disk"] == {"ok": False, "freeBytes": 1}
    assert answer.json()["checks"]["database"]["ok"] is True
    assert (await client.get("/api/health")).status_code == 503
    assert (await client.get("/health")).status_code == 200
    assert (await client.get("/livez")).status_code == 200


async def test_a_lost_database_is_told_and_not_thrown(world: Surface) -> None:
    lost = Database("sqlite:////nowhere/at/all/hookspan.db")

    health = await health_of(replace(world.rooms, database=lost))

    assert (health.status, health.checks["database"]["ok"]) == ("not_ready", False)
    await lost.close()


async def test_startup_waits_for_the_schema(world: Surface, client: httpx2.AsyncClient) -> None:
    assert (await client.get("/startupz")).status_code == 200

    world.checks.said["migrations"] = {"ok": False}

    assert (await client.get("/startupz")).status_code == 503


async def test_metrics_tell_what_waits_now(database: Database) -> None:
    world = await furnished(database)
    async with world.client(peer=("127.0.0.1", 1)) as client:
        api = Calls(client, world.owner)
        await api.endpoint()
        await api.publish(priority=2)
        workflow = await api.post("/api/v1/workflows", {"name": "w", "steps": [{"id": "a", "kind": "pass"}]})
        await api.post(f"/api/v1/workflows/{workflow['id']}/executions", {}, status=202)
        world.clock.advance(seconds=3)

        told = (await client.get("/metrics")).text

    assert 'hookspan_queue_depth{kind="delivery",priority="2"} 1.0' in told
    assert 'hookspan_queue_oldest_seconds{kind="delivery",priority="2"} 3.0' in told
    assert 'hookspan_queue_depth{kind="execution",priority="1"} 1.0' in told
    assert 'hookspan_endpoints{status="active"} 1.0' in told


async def test_metrics_are_for_this_machine_unless_a_token_is_set(world: Surface, tmp_path: Path) -> None:
    async with world.client(peer=("127.0.0.1", 1)) as local, world.client() as remote:
        here = await local.get("/metrics")
        there = await remote.get("/metrics")
        proxied = await local.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})

    assert (here.status_code, b"hookspan_requests_total" in here.content) == (200, True)
    assert [there.status_code, proxied.status_code] == [401, 401]
    folder = tmp_path / "with-token"
    folder.mkdir()
    async with surface(folder, settings=ApiSettings(metrics_token="m" * 32)) as guarded, guarded.client() as remote:
        assert (await remote.get("/metrics", headers=bearer("m" * 32))).status_code == 200
        assert (await remote.get("/metrics", headers=bearer("n" * 32))).status_code == 401
        assert (await remote.get("/metrics", headers=guarded.owner)).status_code == 401


def test_every_post_that_takes_a_key_says_so() -> None:
    keyed = {
        path
        for path, item in make_routes().openapi()["paths"].items()
        if any(each["name"].lower() == "idempotency-key" for each in item.get("post", {}).get("parameters", ()))
    }

    assert {"/api/v1/events", "/api/v1/endpoints", "/api/v1/deliveries/{delivery_id}/retry"} <= keyed
    assert not {"/api/v1/events/batch", "/api/webhooks", "/api/auth/login"} & keyed


def test_every_answer_with_a_body_is_described() -> None:
    silent = [
        f"{method} {path}"
        for path, item in make_routes().openapi()["paths"].items()
        for method, operation in item.items()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and status != "204" and "content" not in answer
    ]

    assert silent == []


async def test_me_tells_a_person_and_meta_tells_the_instance(world: Surface, client: httpx2.AsyncClient) -> None:
    me = (await client.get("/api/v1/me", headers=await world.key_for("viewer"))).json()
    meta = (await client.get("/api/v1/meta", headers=world.owner)).json()

    assert (me["roles"], me["tenantId"], me["kind"]) == (["viewer"], world.instance.tenant_id, "key")
    assert (meta["version"], meta["baseUrl"]) == ("1.2.3", "http://testserver")
    assert meta["limits"]["payloadBytes"] == 1_048_576
    assert (meta["retention"]["events"], meta["retention"]["audit"]) == ({"days": 30}, {"days": 365})


async def test_every_answer_carries_the_security_headers_and_a_request_id(client: httpx2.AsyncClient) -> None:
    for path in ("/api/version", "/api/v1/me", "/nonsense", "/ui/", "/docs/problems/not_found"):
        answer = await client.get(path, headers={"X-Request-Id": "abc-12345"})
        told = answer.headers
        assert told["x-request-id"] == "abc-12345"
        assert told["x-content-type-options"] == "nosniff"
        assert told["referrer-policy"] == "no-referrer"
        assert told["cross-origin-opener-policy"] == told["cross-origin-resource-policy"] == "same-origin"
        assert "default-src 'none'" in told["content-security-policy"]
        assert "frame-ancestors 'none'" in told["content-security-policy"]
        assert not {"server", "access-control-allow-origin", "x-powered-by"} & set(told)


@pytest.mark.parametrize("given", ["short", "x" * 65, "has space1", "line\tbreak1"])
async def test_a_malformed_request_id_is_replaced(given: str, client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/version", headers={"X-Request-Id": given})

    assert len(answer.headers["x-request-id"]) == 32


async def test_api_answers_are_never_kept_and_https_is_remembered(world: Surface, client: httpx2.AsyncClient) -> None:
    plain = await client.get("/api/version")
    async with world.client(base_url="https://testserver") as secure:
        over_tls = await secure.get("/api/version")

    assert plain.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in plain.headers
    assert over_tls.headers["strict-transport-security"] == "max-age=31536000"


async def test_get_routes_answer_head_without_a_body(client: httpx2.AsyncClient) -> None:
    answer = await client.head("/api/version")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_with_a_base_url_other_hosts_are_misdirected_but_probes_are_not(tmp_path: Path) -> None:
    settings = ApiSettings(base_url="https://hooks.example.com")
    async with surface(tmp_path, settings=settings) as world, world.client(base_url="http://rebound.example") as other:
        refused = await other.get("/api/v1/me", headers=world.owner)
        probe = await other.get("/readyz")
        async with world.client(base_url="https://hooks.example.com") as right:
            answered = await right.get("/api/v1/me", headers=world.owner)

    assert [refused.status_code, probe.status_code, answered.status_code] == [421, 200, 200]


# -- the dashboard's files -------------------------------------------------------------------------------------------


async def test_the_root_leads_to_the_dashboard(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/ui/")


async def test_without_a_build_one_page_says_how_to_make_it(tmp_path: Path) -> None:
    settings = ApiSettings(static=tmp_path / "nowhere")
    async with surface(tmp_path, settings=settings) as world, world.client() as client:
        answer = await client.get("/ui/", headers=HTML)

    assert answer.status_code == 200
    assert "make ui" in answer.text


@pytest.mark.parametrize("path", ["/ui/", "/ui/events/0196f4be", "/ui/index.html"])
async def test_every_address_of_the_dashboard_is_the_page_with_its_own_nonce(
    path: str, tmp_path: Path, built: Path
) -> None:
    settings = ApiSettings(version="1.2.3", static=built)
    async with surface(tmp_path, settings=settings) as world, world.client() as client:
        first, second = [await client.get(path, headers=HTML) for _ in range(2)]

    nonce = first.text.split('nonce="')[1].split('"')[0]
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    assert f"'nonce-{nonce}'" in first.headers["content-security-policy"]
    assert nonce not in second.text
    assert '<meta name="base" content="/ui/" />' in first.text
    assert '<meta name="version" content="1.2.3" />' in first.text
    assert 'src="/ui/assets/main-1.js"' in first.text


async def test_under_a_prefix_the_page_points_to_the_prefix(tmp_path: Path, built: Path) -> None:
    async with surface(tmp_path, settings=ApiSettings(static=built)) as world:
        transport = httpx2.ASGITransport(app=world.app, root_path="/hooks")
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:
            page = await client.get("/hooks/ui/", headers=HTML)
            home = await client.get("/hooks/")

    assert '<meta name="base" content="/hooks/ui/" />' in page.text
    assert home.headers["location"] == "/hooks/ui/"


async def test_assets_are_packed_and_kept_for_ever(tmp_path: Path, built: Path) -> None:
    async with surface(tmp_path, settings=ApiSettings(static=built)) as world, world.client() as client:
        packed = await client.get("/ui/assets/main-1.js", headers={"Accept-Encoding": "gzip"})
        plain = await client.get("/ui/assets/main-1.js", headers={"Accept-Encoding": "identity"})

    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content == b"console.log(1)\n" * 200
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 6, mtime=0))
    assert packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path", ["/ui/assets/gone.js", "/ui/assets/../../secret.txt", "/ui/..%2fsecret.txt", "/ui/data.json"]
)
async def test_what_is_not_there_is_404_and_never_the_page(path: str, tmp_path: Path, built: Path) -> None:
    async with surface(tmp_path, settings=ApiSettings(static=built)) as world, world.client() as client:
        answer = await client.get(path)

    assert answer.status_code == 404
    assert "outside" not in answer.text


async def test_a_missing_asset_is_404_even_for_a_browser(tmp_path: Path, built: Path) -> None:
    async with surface(tmp_path, settings=ApiSettings(static=built)) as world, world.client() as client:
        answer = await client.get("/ui/assets/gone.js", headers=HTML)

    assert answer.status_code == 404


# -- the document ----------------------------------------------------------------------------------------------------


def test_the_document_is_written_without_an_instance_and_checked_against(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"

    written = dump.main([str(file)])

    document = json.loads(file.read_text())
    assert (written, document["openapi"]) == (0, "3.1.0")
    assert dump.main(["--check", str(file)]) == 0
    file.write_text(file.read_text().replace("hookspan", "hookspam", 1))
    assert dump.main(["--check", str(file)]) == 1


async def test_the_served_document_names_its_schemas_and_security(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    assert set(document["components"]["securitySchemes"]) == {"bearer", "cookie"}
    assert document["paths"]["/api/v1/keys"]["post"]["x-scope"] == "keys:write"
    assert document["paths"]["/api/version"]["get"]["security"] == []
    assert "HTTPValidationError" not in document["components"]["schemas"]
    refused = document["paths"]["/api/v1/keys"]["post"]["responses"]["default"]["content"]
    assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


async def test_every_reference_of_the_document_leads_somewhere(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    used = set(re.findall(r'"\$ref":"([^"]+)"', json.dumps(document, separators=(",", ":"))))
    assert used - named == set()
    operations = [one.get("operationId") for item in document["paths"].values() for one in item.values()]
    assert len(operations) == len(set(operations))
