"""Every shipped preset: its sample passes, and each single change to it fails with the right cause."""

from __future__ import annotations

import pytest

from hookspan.errors import Invalid
from hookspan.inbound.providers import Preset, plain_preset, preset, presets, provider_ids
from hookspan.inbound.request import InboundRequest
from hookspan.inbound.verify import Refused, Verifier
from tests.support.inbound import NOW_MS, SECRET, sample_of, with_header


def outcome(own: Preset, sent: InboundRequest, *, secret: bytes = SECRET, now_ms: int = NOW_MS) -> str:
    answer = Verifier.from_record(own.record).check(sent, [secret], now_ms)
    return answer.cause if isinstance(answer, Refused) else "passes"


def test_every_row_of_the_catalogue_is_shipped() -> None:
    rows = """
    adyen adyen-platform airtable anthropic asana assemblyai authorizenet bigcommerce bitbucket box braze brex calcom
    calendly chargebee checkout circleci clerk cloudflare coinbase contentful cursor customerio discord docusign dropbox
    elevenlabs eventgrid forgejo freshdesk fusionauth generic gitea github gitlab gitlab-signed gocardless gorgias
    gumroad hookspan-orchestrator hookspan-systemprompt hubspot-v1 hubspot-v2 hubspot-v3 intercom jira lemonsqueezy line
    linear livekit mailchimp mailersend mailgun mailtrap mandrill messagebird meta mollie-classic monday msgraph mux
    netlify notion nylas okta openai paddle pagerduty paypal pipedrive plaid plaid-sandbox polar postmark razorpay
    recall-ai replicate resend retell salesforce sanity sendgrid sentry shopify slack sns snyk square standard stripe
    supabase svix teams telegram telnyx tiktok trello twilio twilio-json twilio-sha256 twitch typeform vapi vercel
    vonage webflow whatsapp whereby woocommerce workos zendesk zoom
    """

    assert list(provider_ids()) == rows.split()


def test_a_preset_that_was_not_held_against_the_providers_library_is_experimental() -> None:
    confirmed = [each.id for each in presets() if each.is_supported]

    assert {"github", "stripe", "adyen", "sendgrid", "contentful"} <= set(confirmed)
    assert not preset("zoom").is_supported
    assert not preset("paypal").is_supported


def test_the_signed_time_of_a_stripe_header_cannot_be_changed_or_left_out() -> None:
    own, sent = preset("stripe"), sample_of(preset("stripe"))
    line = sent.header(b"stripe-signature") or b""
    time, _, signature = line.partition(b",")

    assert outcome(own, with_header(sent, "Stripe-Signature", b"t=1747862831," + signature)) == "bad_signature"
    assert outcome(own, with_header(sent, "Stripe-Signature", signature)) == "missing_signature"
    assert outcome(own, with_header(sent, "Stripe-Signature", time)) == "missing_signature"
    assert outcome(own, with_header(sent, "Stripe-Signature", time + b",v0=" + signature[3:])) == "missing_signature"


@pytest.mark.parametrize(
    ("name", "id_signed", "type_signed"),
    [
        ("github", False, False),
        ("stripe", True, True),
        ("standard", True, True),
        ("gitlab", False, False),
        ("adyen", True, True),
        ("mailgun", True, False),
        ("messagebird", True, True),
        ("lemonsqueezy", True, False),
        ("twitch", True, True),
        ("telegram", False, False),
        ("twilio", False, True),
        ("dropbox", True, True),
        ("paypal", False, False),
        ("sns", True, True),
    ],
)
def test_a_preset_says_whether_id_and_type_are_covered(name: str, id_signed: bool, type_signed: bool) -> None:
    assert (preset(name).is_id_signed, preset(name).is_type_signed) == (id_signed, type_signed)


def test_a_provider_is_answered_200_and_a_generic_sender_202() -> None:
    assert preset("github").answer.status == 200
    assert preset("generic").answer.status == 202
    assert plain_preset("none").answer.status == 202
    assert preset("github").methods == ("POST",)


def test_overrides_change_single_members_of_a_record() -> None:
    changed = preset("generic").overridden({"signature": {"name": "X-Acme-Sig"}, "encoding": "base64"})

    assert changed.record.signature is not None
    assert changed.record.signature.names == ("X-Acme-Sig",)
    assert changed.record.signature.prefixes == (b"sha256=", b"")
    assert outcome(changed, sample_of(changed)) == "passes"
    assert preset("generic").overridden(None) is preset("generic")


@pytest.mark.parametrize(
    "override",
    [
        {"auth": "none"},
        {"id": "x"},
        {"colour": 1},
        {"encoding": "rot13"},
        {"keyServer": "https://evil.example/.*"},
        {"else": [{"auth": "none", "kind": "none"}]},
        {"else": [{"id": "contentful", "kind": "plugin"}]},
        {"else": [{"colour": 1}]},
    ],
    ids=str,
)
def test_overrides_cannot_switch_verification_off_or_say_what_is_unknown(override: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        preset("github").overridden(override)

    assert refused.value.faults[0].pointer.startswith("/verification")


def test_an_unknown_provider_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(Invalid, match="github"):
        preset("githubb")


@pytest.mark.parametrize(
    ("name", "credentials", "signatures"),
    [
        ("github", set(), {"x-hub-signature-256"}),
        ("svix", set(), {"svix-signature", "webhook-signature"}),
        ("vapi", {"x-vapi-secret"}, {"x-vapi-signature"}),
        ("eventgrid", {"secret", "authorization"}, set()),
        ("freshdesk", {"x-api-key", "key"}, set()),
        ("teams", set(), {"authorization"}),
        ("adyen", set(), set()),
    ],
)
def test_what_must_not_be_stored_in_clear_is_known_for_every_way_to_sign(
    name: str, credentials: set[str], signatures: set[str]
) -> None:
    assert preset(name).record.masked_names == (frozenset(credentials), frozenset(signatures))
