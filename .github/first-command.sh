#!/bin/bash
# README's two commands in a fresh Debian, as root, and then all that README says, in its order: what `first-command.yml`
# runs. Logs go to /logs.
#
#   ARGUMENTS   arguments of `npm run up`
set -uo pipefail
export DEBIAN_FRONTEND=noninteractive

# A person has these before they have the project.
apt-get update && apt-get install --yes --no-install-recommends ca-certificates git nodejs npm || exit 1
git config --global --add safe.directory /source/.git
git clone --quiet /source /vigie && cd /vigie || exit 1

read -ra arguments <<<"${ARGUMENTS:-}"
code=0
# timed <name> <command...>: runs a command, keeps what it prints, and says how long it took.
timed() {
  local name=$1 began=$SECONDS ended
  shift
  "$@" > >(tee "/logs/$name.txt") 2>&1
  ended=$?
  echo "$name: exit code $ended after $((SECONDS - began)) s" | tee -a /logs/times.txt
  [ $ended -eq 0 ] || code=$ended
}

timed up npm run up -- "${arguments[@]}"
timed again npm run up -- "${arguments[@]}"
du -sm /root/.cache /root/.local/state /root/go /var/lib/docker node_modules 2>/dev/null | tee /logs/megabytes.txt
timed sbom npm run -s sbom -- --output /logs/sbom.cdx.json
timed down npm run down
timed test npm test

# To the letter, by its own blocks: on the Node that the first command has brought where Debian's is too old.
node=$(find /root/.cache/vigie/node -path '*/bin/node' -type f 2>/dev/null | head -n 1)
"${node:-node}" tests/readme-script.ts whole >/tmp/readme.sh
timed readme bash /tmp/readme.sh
cp -r /root/.cache/vigie/logs /logs/parts 2>/dev/null
chmod -R a+rX /logs
exit $code
