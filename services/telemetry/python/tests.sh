# Sourced by the test.sh of each Python service, in the service's directory. Installs the tools pinned in its
# requirements-test.txt into an environment of its own, checks style and types, and runs the tests.
#
#   name      the service's package
#   typed     what is checked for types
#   sources   what is checked for style
# shellcheck disable=SC2034
requirements=requirements-test.txt
# shellcheck source=services/telemetry/python/environment.sh
. ../../telemetry/python/environment.sh

export PYTHONDONTWRITEBYTECODE=1
# Lists of directories, so not quoted.
# shellcheck disable=SC2086
"$venv/bin/ruff" check --no-cache $sources
# shellcheck disable=SC2086
"$venv/bin/ruff" format --no-cache --check --quiet $sources
# shellcheck disable=SC2086
"$venv/bin/mypy" --cache-dir "$venv/mypy" $typed
exec "$venv/bin/pytest" -q "$@"
