# Sourced by the test.sh of each Node service, in the service's directory. Installs the tools pinned in its
# package-lock.json into a directory of their own, checks types, and runs the tests.
#
#   place    the service's folder below services/: `storefront/orders`
#   beside   what else of services/ its sources import, besides the telemetry: paths, separated by spaces
#   prepare  a command, called in the copy of the service's folder before anything is checked
called_from="${called_from:-$PWD}"
node="${NODE:-node}"
"$node" -e '
const [major, minor] = process.versions.node.split(".").map(Number);
if (major * 100 + minor < 2218) {
  console.error(`test.sh needs Node 22.18 or newer; this is ${process.versions.node}. Set NODE to another one.`);
  process.exit(1);
}'

cache="${VIGIE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vigie}"

# Installs what the package-lock.json of this directory pins, once, and says where: packages_of NAME
packages_of() {
  digest="$({ "$node" --version; cat package-lock.json; } | sha256sum | cut -c 1-12)"
  packages="$cache/node-$1-$digest"
  # The marker is written last: an interrupted installation is done again.
  if [ ! -e "$packages/.complete" ]; then
    echo "test.sh: installing the pinned packages into $packages" >&2
    rm -rf "$packages"
    mkdir -p "$packages"
    cp package.json package-lock.json "$packages/"
    (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --silent >&2)
    touch "$packages/.complete"
  fi
  echo "$packages"
}

tools="$(packages_of "${place##*/}")"

# Node looks for packages above the files that import them: so the sources are copied to where the packages are.
work="$tools/run-$$"
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/${place%/*}" "$work/telemetry"
cp -R . "$work/$place"
find "$work/$place" -name node_modules -prune -exec rm -rf {} +
# The way up to services/: as many folders as there are in the place.
up="$(printf %s "$place" | sed 's#[^/][^/]*#..#g')"
for one in telemetry/node ${beside:-}; do
  cp -R "$up/$one" "$work/$one"
done

# Asks an API all that its own description lets one make up.
if [ -e tests/described.test.ts ]; then
  name=schemathesis
  # shellcheck disable=SC2034
  requirements="$up/telemetry/schemathesis/requirements.txt"
  # shellcheck source=services/telemetry/python/environment.sh
  . "$up/telemetry/python/environment.sh"
  export SCHEMATHESIS="$venv/bin/schemathesis"
fi

for argument in "$@"; do
  shift
  case "$argument" in
    --junitxml=*)
      report="${argument#--junitxml=}"
      case "$report" in /*) ;; *) report="$called_from/$report" ;; esac
      set -- "$@" --reporter=default --reporter=junit "--outputFile.junit=$report"
      ;;
    *) set -- "$@" "$argument" ;;
  esac
done

cd "$work/$place"
${prepare:-:}
"$node" "$tools/node_modules/typescript/bin/tsc" --noEmit
"$node" "$tools/node_modules/vitest/vitest.mjs" run "$@"
