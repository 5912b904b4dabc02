#!/bin/sh
# Runs the catalogue's tests and those of the shared instrumentation, with the tools pinned in requirements-test.txt.
# Needs Python 3.11 or newer, and the servers of PostgreSQL and Redis: apt-get install postgresql redis-server
set -eu
cd "$(dirname "$0")"

python="${PYTHON:-python3}"
"$python" - <<'CHECK' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit("test.sh needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON to another one.")
CHECK

digest="$({ "$python" --version; cat requirements-test.txt; } | sha256sum | cut -c 1-12)"
cache="${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}"
venv="$cache/venv-catalog-$digest"

# The marker is written last: an interrupted installation is done again.
if [ ! -e "$venv/.complete" ]; then
  echo "test.sh: installing the pinned tools into $venv"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    -r requirements-test.txt
  touch "$venv/.complete"
fi

sources="catalog tests ../../telemetry/python/vigie_telemetry ../../telemetry/python/tests"
export PYTHONDONTWRITEBYTECODE=1
"$venv/bin/ruff" check --no-cache $sources
"$venv/bin/ruff" format --no-cache --check --quiet $sources
"$venv/bin/mypy" --cache-dir "$venv/mypy" catalog ../../telemetry/python/vigie_telemetry
exec "$venv/bin/pytest" -q "$@"
