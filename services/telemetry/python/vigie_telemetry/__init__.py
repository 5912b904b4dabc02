"""What every Python service of this repository reports about itself.

A service gets request metrics, JSON logs, request ids, traces, problem bodies, `/metrics`, `/health`, `/ready` and a
graceful stop from two calls, one in `catalog/wsgi.py` and one in `catalog/__main__.py`::

    app = Flask(__name__)
    instrument(app, service="catalog", version="1.0.0", checks={"database": database.check})

    start("catalog", prepare, {DatabaseNotReached: 69})
"""

from vigie_telemetry.database_call import DatabaseAddress, database_call
from vigie_telemetry.instrument import instrument
from vigie_telemetry.parameters import Parameters, invalid_parameters, whole_number
from vigie_telemetry.problems import InvalidParameter, Problem, problem_response
from vigie_telemetry.serve import ServerSettings, read_server_settings
from vigie_telemetry.settings import Environment, SettingProblem, SettingsError
from vigie_telemetry.start import start
from vigie_telemetry.tracing import ClientCall, client_span, start_tracing, stop_tracing
from vigie_telemetry.tracing_settings import TracingSettings, read_tracing_settings

__all__ = [
    "ClientCall",
    "DatabaseAddress",
    "Environment",
    "InvalidParameter",
    "Parameters",
    "Problem",
    "ServerSettings",
    "SettingProblem",
    "SettingsError",
    "TracingSettings",
    "client_span",
    "database_call",
    "instrument",
    "invalid_parameters",
    "problem_response",
    "read_server_settings",
    "read_tracing_settings",
    "start",
    "start_tracing",
    "stop_tracing",
    "whole_number",
]
