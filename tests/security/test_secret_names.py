"""Which names of headers and parameters are taken for credentials: one table each way (security §8, §14)."""

from __future__ import annotations

import pytest

from hookspan.model.headers import is_secret_name
from hookspan.model.urls import is_key_like

_SECRET = """
    Authorization Proxy-Authorization Cookie Set-Cookie X-Api-Key api-key apikey APIKey X-ApiKey X-Auth X-Auth-Key
    X-Auth-Token X-Access-Token DD-API-KEY DD-APPLICATION-KEY X-RapidAPI-Key x-rapidapi-key Ocp-Apim-Subscription-Key
    X-Functions-Key X-Algolia-API-Key X-Jwt X-Jwt-Assertion PRIVATE-TOKEN JOB-TOKEN X-Vault-Token X-Shopify-Access-Token
    X-Gitlab-Token X-Goog-Api-Key X-Figma-Token X-Api-Secret X-Client-Secret Client-Secret X-Secret Session-Id
    X-Session X-CSRF-Token X-MBX-APIKEY X-CMC_PRO_API_KEY X-Riot-Token X-Postmark-Server-Token X-TrackerToken
    X-Parse-REST-API-Key X-Parse-Master-Key X-Password X-Pass X-Passwd X-Pwd Auth AuthKey X-OAuth-Token X-Credentials
    X-Redmine-API-Key X-Octopus-ApiKey X-N8N-API-KEY xi-api-key X-Honeycomb-Team-Key X-Insert-Key Fastly-Key AccessKey
    Account-API-Key X-User-Key X-License-Key Authentication
    primaryKey X-Primary-Key routing_key X-Routing-Key basicauth userauth httpauth userpasswd dbpasswd passwort
    X-Passwort securitykey webhookkey writekey apikeys signingkeys AccountKey
"""
_HARMLESS = """
    Content-Type Accept Accept-Language User-Agent X-Request-Id X-Correlation-Id Idempotency-Key X-Idempotency-Key
    Cache-Key Surrogate-Key X-Cache-Key Cache-Control Partition-Key Sort-Key Ordering-Key X-Event-Key
    Sec-WebSocket-Key X-Message-Key X-Public-Key Key-Id X-Key-Id X-Keyboard Keyboard-Layout X-Keywords
    X-Custom X-Tenant X-Author X-Authority X-Design X-Signal X-Country-Code X-Status-Code X-Trace-Id X-Forwarded-Proto
    X-GitHub-Event X-Hub-Signature-256 Stripe-Signature webhook-id webhook-signature If-Match If-None-Match ETag Date
    X-Compass X-Bypass-Cache X-Passenger X-Monkey Notion-Version X-Environment Prefer Retry-After X-Dedup-Key
    X-Hotkey X-Turkey X-Donkeys cachekey sortkeys X-Publickey
"""
_KEY_LIKE = """
    pwd jwt appid sig sign signature code auth_code access_code api_key apiKey key token passwd %74oken X-Amz-Signature
    device_code reset_code mfa_code recovery_code recovery_codes magic_code client_code otpcode oobCode OOBcode
    code_verifier activationcode hmacsignature xsignature apisig X-Goog-Signature
"""
_PLAIN = """
    page q keyword author authority design assign signal postcode country_code status-code encoding sort_key id state
    zip_code zipcode zipcodes areaCode postal-code error_code currencyCode language_code langcode promo_code productcode
    barcode unicode HTTPStatusCode codec monkey hotkey keyboard
"""
SECRET, HARMLESS, KEY_LIKE, PLAIN = _SECRET.split(), _HARMLESS.split(), _KEY_LIKE.split(), _PLAIN.split()


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert min(len(SECRET), len(HARMLESS)) >= 40


@pytest.mark.parametrize("name", SECRET)
def test_a_credential_is_known_by_its_words(name: str) -> None:
    assert is_secret_name(name)
    assert is_secret_name(name.lower())
    assert is_key_like(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_name_is_not_taken_for_a_credential(name: str) -> None:
    assert not is_secret_name(name)
    assert not is_secret_name(name.lower())


@pytest.mark.parametrize("name", KEY_LIKE)
def test_a_parameter_that_opens_something_is_masked(name: str) -> None:
    assert is_key_like(name)


@pytest.mark.parametrize("name", PLAIN)
def test_a_parameter_that_opens_nothing_is_shown(name: str) -> None:
    assert not is_key_like(name)
