"""`login | logout | whoami | config | open`: who one is, at which server (contracts D.4)."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hookspan.cli.failures import Failed
from hookspan.cli.grammar import Command, Noun
from hookspan.cli.output import Column, labelled, plain
from hookspan.cli.session import Session, current
from hookspan.cli.settings_file import KEYS, changed, read_settings, redacted, to_toml, write_settings
from hookspan.cli.terminal import shown
from hookspan.cli.webhook_shapes import document_of
from hookspan.client import Client, Document, NotFound

_PAGES = {"events": "events", "executions": "executions"}


@click.command("login", short_help="Remember a server and a token for it.", cls=Command)
@click.option("--username", "-u", help="asked for when absent")
def login(username: str | None) -> None:
    """Remember a server and a token for it; asks for the password, or takes --token or --token-stdin."""
    session = current()
    server = session.target.url  # before the client, which would start an application where there is no server
    client, token = session.client, session.given.text("token")
    if token is None:
        username = username or _asked(session, "username", hidden=False)
        body = {"username": username, "password": _asked(session, "password", hidden=True)}
        token = client.request("POST", "/api/auth/login", json=body).document().text("token")
    caller = _me(client, token)
    path = session.place.user_file
    write_settings(path, changed(read_settings(path), _profile(session), {"url": server, "token": token}))
    session.output.one(caller, [f"{session.output.paint('green', '✓')} logged in to {shown(server)}"], _CALLER)
    session.output.talk(session.output.error_paint("dim", f"kept in {path}"))


def _asked(session: Session, what: str, *, hidden: bool) -> str:
    if session.has_nobody_to_ask:
        raise click.UsageError(f"{what}: nobody to ask; pass --username and --token-stdin, or an API key as --token")
    answer: str = click.prompt(what.capitalize(), err=True, hide_input=hidden)
    return answer


def _me(client: Client, token: str) -> Document:
    return client.request("GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"}).document()


def _profile(session: Session) -> str | None:
    return session.given.text("profile") or session.place.environment.get("HOOKSPAN_PROFILE")


@click.command("logout", short_help="Forget the token, and end it at the server.", cls=Command)
def logout() -> None:
    """Forget the token, and end it at the server when it is one of a login."""
    session, path = current(), current().place.user_file
    settings, profile = read_settings(path), _profile(current())
    table = settings if profile is None else _table(settings, profile)
    token, url = table.get("token"), table.get("url")
    if not isinstance(token, str) or not isinstance(url, str):
        raise Failed("not logged in")
    if not token.startswith("hsk_"):
        with Client(url, token, timeout=session.timeout_s) as client:
            client.request("POST", "/api/auth/logout")
    write_settings(path, changed(settings, profile, {"token": None}))
    session.output.one(
        document_of({"loggedOut": url}),
        [f"{session.output.paint('green', '✓')} logged out of {shown(url)}"],
        [Column("Server", "loggedOut")],
    )


def _table(settings: dict[str, object], profile: str) -> dict[str, object]:
    profiles = settings.get("profiles")
    table = profiles.get(profile) if isinstance(profiles, dict) else None
    return table if isinstance(table, dict) else {}


_CALLER = (Column("User", "username"), Column("Tenant", "tenantId"), Column("Roles", "roles"))


@click.command("whoami", cls=Command)
def whoami() -> None:
    """Show who the token speaks for, and at which server."""
    session = current()
    caller = session.client.request("GET", "/api/v1/me").document()
    pairs = [(_spaced(name), plain(value)) for name, value in caller.members.items()]
    session.output.one(caller, labelled([("Server", session.client.url), *pairs]), _CALLER)


def _spaced(name: str) -> str:
    """`tenantId` → `Tenant id`."""
    words = "".join(f" {character.lower()}" if character.isupper() else character for character in name)
    return words[:1].upper() + words[1:]


config = Noun("config", help="The file that keeps your servers and tokens.")


@config.command("path")
def config_path() -> None:
    """Print where the file is."""
    session = current()
    path = str(session.place.user_file)
    session.output.one(document_of({"path": path}), [shown(path)], [Column("Path", "path")])


@config.command("show")
@click.option("--redact", is_flag=True, help="mask tokens")
def config_show(redact: bool) -> None:
    """Print what the file says."""
    session = current()
    settings = read_settings(session.place.user_file)
    told = redacted(settings) if redact else settings
    session.output.one(document_of(told), _toml_lines(told), [Column(key, key) for key in KEYS])


def _toml_lines(settings: dict[str, object]) -> Iterator[str]:
    return (shown(line) for line in to_toml(settings).rstrip("\n").split("\n"))


@config.command("set", short_help="Set url, token or the default profile.")
@click.argument("key", type=click.Choice(KEYS))
@click.argument("value")
def config_set(key: str, value: str) -> None:
    """Set url, token or the default profile; with --profile in that profile. An empty value removes."""
    session, path = current(), current().place.user_file
    profile = None if key == "profile" else session.given.text("profile")
    settings = changed(read_settings(path), profile, {key: value or None})
    write_settings(path, settings)
    session.output.one(document_of(redacted(settings)), [f"{session.output.paint('green', '✓')} set {key}"], [])


@click.command("open", short_help="Open the dashboard, or the page of an event or execution.", cls=Command)
@click.argument("identity", metavar="[ID]", required=False)
def open_page(identity: str | None) -> None:
    """Open the dashboard, or the page of an event or execution; without a terminal only its address is printed."""
    session = current()
    page = "" if identity is None else _page_of(session.client, identity)
    url = f"{session.client.url}/ui/{page}"
    session.output.one(document_of({"url": url}), [shown(url)], [Column("URL", "url")])
    if session.output.width is not None and not session.given.flag("no_input"):
        click.launch(url)


def _page_of(client: Client, identity: str) -> str:
    for noun, page in _PAGES.items():
        try:
            found = client.request("GET", f"/api/v1/{noun}/{identity}").document()
        except NotFound:
            continue
        return f"{page}/{found.text('id')}"
    delivery = client.deliveries.get(identity)
    return f"events/{delivery.text('eventId')}"
