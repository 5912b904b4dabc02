# Sourced by the test.sh of each Python service, in the service's directory. Installs the tools pinned in its
# requirements-test.txt into an environment of its own, checks style and types, and runs the tests.
#
#   name      the service's package
#   typed     what is checked for types
#   sources   what is checked for style
python="${PYTHON:-python3}"
"$python" - <<'CHECK' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit("test.sh needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON to another one.")
CHECK

digest="$({ "$python" --version; cat requirements-test.txt; } | sha256sum | cut -c 1-12)"
cache="${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}"
venv="$cache/venv-$name-$digest"

# The marker is written last: an interrupted installation is done again.
if [ ! -e "$venv/.complete" ]; then
  echo "test.sh: installing the pinned tools into $venv"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    -r requirements-test.txt
  touch "$venv/.complete"
fi

export PYTHONDONTWRITEBYTECODE=1
# Lists of directories, so not quoted.
# shellcheck disable=SC2086
"$venv/bin/ruff" check --no-cache $sources
# shellcheck disable=SC2086
"$venv/bin/ruff" format --no-cache --check --quiet $sources
# shellcheck disable=SC2086
"$venv/bin/mypy" --cache-dir "$venv/mypy" $typed
exec "$venv/bin/pytest" -q "$@"
