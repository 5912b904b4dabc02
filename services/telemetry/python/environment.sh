# Sourced by what needs programs of Python: makes an environment of the packages pinned in a file, and names it `$venv`.
#
#   name           what it is for
#   requirements   the file
python="${PYTHON:-python3}"
"$python" - <<'CHECK' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit("test.sh needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON to another one.")
CHECK

digest="$({ "$python" --version; cat "$requirements"; } | sha256sum | cut -c 1-12)"
cache="${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}"
venv="$cache/venv-$name-$digest"

# The marker is written last: an interrupted installation is done again.
if [ ! -e "$venv/.complete" ]; then
  echo "test.sh: installing the pinned tools into $venv"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
    -r "$requirements"
  touch "$venv/.complete"
fi
