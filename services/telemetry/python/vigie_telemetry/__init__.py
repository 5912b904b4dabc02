"""What every Python service of this repository reports about itself.

A service gets request metrics, JSON logs, request ids, problem bodies, `/metrics`, `/health`, `/ready` and a graceful
stop from two calls::

    app = Flask(__name__)
    instrument(app, service="catalog", version="1.0.0", checks={"database": database.check})

    serve("catalog", "catalog.wsgi:application()", read_server_settings(environment))
"""

from vigie_telemetry.instrument import instrument
from vigie_telemetry.problems import InvalidParameter, Problem, problem_response
from vigie_telemetry.serve import ServerSettings, read_server_settings, serve
from vigie_telemetry.settings import Environment, SettingProblem, SettingsError

__all__ = [
    "Environment",
    "InvalidParameter",
    "Problem",
    "ServerSettings",
    "SettingProblem",
    "SettingsError",
    "instrument",
    "problem_response",
    "read_server_settings",
    "serve",
]
