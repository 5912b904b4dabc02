#!/bin/sh
# Runs the tests of the services of the surveys, with the tools pinned in package-lock.json. Needs Node 22.18 or newer, and
# the server program of Redis: apt-get install redis-server
# Arguments go to vitest; --junitxml=FILE writes a report.
set -eu
called_from="$PWD"
cd "$(dirname "$0")"
# shellcheck disable=SC2034
place=surveys

# The gateway's pages, checked and built as for its image; their packages are none of the services'.
build_pages() (
  cd pages
  packages="$(packages_of surveys-pages)"
  rm -rf build .svelte-kit
  # SvelteKit writes beside the packages what types are found by: so the folder is a copy, of links.
  cp -Rl "$packages/node_modules" node_modules
  export PATH="$packages/node_modules/.bin:$PATH"
  svelte-kit sync
  svelte-check --fail-on-warnings --output human
  vite build --logLevel warn
)
# shellcheck disable=SC2034
prepare=build_pages

# shellcheck disable=SC2034
beside=calls
# shellcheck source=services/telemetry/node-tests.sh
. ../telemetry/node-tests.sh
