"""OpenTelemetry's variables."""

import pytest
from vigie_telemetry import Environment, SettingsError, TracingSettings, read_tracing_settings


def refusal_of(**given: str) -> SettingsError:
    environment = Environment(given)
    read_tracing_settings(environment)
    with pytest.raises(SettingsError) as refused:
        environment.finish()
    return refused.value


def test_without_an_endpoint_nothing_is_traced() -> None:
    assert read_tracing_settings(Environment({"OTEL_TRACES_SAMPLER": "always_on"})) is None


def test_given_values() -> None:
    given = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
        "OTEL_SERVICE_NAME": "catalog",
        "OTEL_RESOURCE_ATTRIBUTES": "service.name=other, service.version=1.2%2C3,deployment.environment.name=dev",
    }
    resource = {"service.name": "catalog", "service.version": "1.2,3", "deployment.environment.name": "dev"}
    expected = TracingSettings("http://collector:4318/v1/traces", "parentbased_traceidratio", 0.1, resource)
    assert read_tracing_settings(Environment(given)) == expected


def test_defaults_are_those_of_opentelemetry() -> None:
    settings = read_tracing_settings(Environment({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://o.test/otlp"}))
    assert settings == TracingSettings("https://o.test/otlp/v1/traces", "parentbased_always_on", 1.0, {})


def test_fails_with_every_wrong_variable_at_once() -> None:
    wrong = {"OTEL_TRACES_SAMPLER": "some", "OTEL_TRACES_SAMPLER_ARG": "10%", "OTEL_RESOURCE_ATTRIBUTES": "version"}
    problems = refusal_of(**wrong).problems
    assert {problem.name for problem in problems} == set(wrong)
    assert problems[1].allowed == "a number from 0 to 1"


@pytest.mark.parametrize(
    "given",
    ["collector:4318", "4318", "ftp://collector", "http://", "http://me:hush@c:4318", "http://c:x", "http://c/?a"],
)
def test_fails_on_what_is_no_address(given: str) -> None:
    assert "http://collector:4318" in str(refusal_of(OTEL_EXPORTER_OTLP_ENDPOINT=given))


@pytest.mark.parametrize("given", ["1.1", "-0.1", "1e-1", ".5", "nan", "0x1", "0,1", "1_0"])
def test_fails_on_what_is_no_ratio(given: str) -> None:
    assert "a number from 0 to 1" in str(refusal_of(OTEL_TRACES_SAMPLER_ARG=given))


@pytest.mark.parametrize("given", ["=1", "a=1,b", "a=1,,b=2", "a=%zz", "a=1=2"])
def test_fails_on_what_are_no_attributes(given: str) -> None:
    assert "name=value,name=value" in str(refusal_of(OTEL_RESOURCE_ATTRIBUTES=given))
