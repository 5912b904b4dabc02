"""OpenTelemetry's own variables, read and refused like every other setting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from vigie_telemetry.settings import Environment

SAMPLERS = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)

_ratio = re.compile(r"[0-9]{1,3}(\.[0-9]{1,15})?")
_pair = re.compile(r"\s*([^\s=]+)\s*=\s*([^=]*?)\s*")
_bad_escape = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class TracingSettings:
    """Where spans go, which requests have some, and what they say of their process."""

    url: str
    """Where batches of spans are posted as OTLP/HTTP, such as `http://collector:4318/v1/traces`."""
    sampler: str
    ratio: float
    """Part of the requests that a sampler by ratio takes, from 0 to 1."""
    resource: Mapping[str, str]
    """What each span says of its process. The service adds what is left out here."""


def read_tracing_settings(environment: Environment) -> TracingSettings | None:
    """Reads OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG and what names the process.

    Without an endpoint nothing is traced; the others are checked anyway.
    """
    endpoint = environment.parsed(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        _http_address,
        allowed="an address such as http://collector:4318, without user and password",
        fix="set it to the OTLP/HTTP address of the Collector, or leave it out for no traces",
    )
    sampler = environment.choice("OTEL_TRACES_SAMPLER", "parentbased_always_on", SAMPLERS)
    ratio = environment.parsed(
        "OTEL_TRACES_SAMPLER_ARG",
        1.0,
        _part_of_one,
        allowed="a number from 0 to 1",
        fix="set it to the part of requests to trace, such as 0.1, or leave it out for all",
    )
    resource: dict[str, str] = environment.parsed(
        "OTEL_RESOURCE_ATTRIBUTES",
        {},
        _resource_attributes,
        allowed="name=value,name=value, with other characters percent-encoded",
        fix="set it like service.version=1.2.3,deployment.environment.name=dev",
    )
    name = environment.text("OTEL_SERVICE_NAME", default="")
    if not endpoint:
        return None
    return TracingSettings(
        f"{endpoint}/v1/traces", sampler, ratio, {**resource, "service.name": name} if name else resource
    )


def _http_address(given: str) -> str | None:
    try:
        url = urlsplit(given)
        wrong = url.scheme not in ("http", "https") or not url.hostname or url.port == 0
    except ValueError:
        return None
    return None if wrong or "@" in url.netloc or url.query or url.fragment else given.rstrip("/")


def _part_of_one(given: str) -> float | None:
    # float() also takes signs, exponents, underscores and "nan".
    number = float(given) if _ratio.fullmatch(given) else 2.0
    return number if number <= 1 else None


def _resource_attributes(given: str) -> dict[str, str] | None:
    pairs = [_pair.fullmatch(pair) for pair in given.split(",")]
    if _bad_escape.search(given):
        return None
    attributes = {unquote(pair[1]): unquote(pair[2]) for pair in pairs if pair}
    return attributes if all(pairs) else None
