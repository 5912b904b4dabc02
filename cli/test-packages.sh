#!/bin/sh
# What tests need from Debian: the one list, which `npm test` and the gate (.ci/run) go by.
#
#   test-packages.sh missing PART...   prints the packages that this machine lacks, one a line
#   test-packages.sh install PART...   installs them, as root
#
# PART: unit (vitest's own), services (services/*/*/test.sh), gate (all else that .ci/run starts).
# Redis for the services comes from offline/, like the other servers that tests start.
set -eu

lacks() {
  case $1 in
    chromium | docker-registry | git | npm | openssl | python3 | shellcheck) ! command -v "$1" >/dev/null ;;
    nodejs) ! command -v node >/dev/null ;;
    php-cli) ! command -v php >/dev/null ;;
    openssh-client) ! command -v ssh-keygen >/dev/null ;;
    postgresql) ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
    python3-venv) ! python3 -c 'import ensurepip' 2>/dev/null ;;
    *)
      echo "test-packages.sh: there is no check for $1." >&2
      exit 2
      ;;
  esac
}

needed() {
  for part; do
    case $part in
      unit) printf '%s\n' shellcheck openssl openssh-client php-cli python3 docker-registry ;;
      services) printf '%s\n' python3 python3-venv postgresql ;;
      gate) printf '%s\n' nodejs npm git chromium ;;
      *)
        echo "test-packages.sh: $part is no part: unit, services, gate." >&2
        exit 2
        ;;
    esac
  done
}

missing() {
  packages=$(needed "$@")
  for package in $packages; do
    if lacks "$package"; then echo "$package"; fi
  done | sort -u
}

# Tests start PostgreSQL themselves: installing it must neither start a server now nor make one that starts at boot.
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/vigie-tests.conf
ours=''

tidy() {
  rm -f "$cluster"
  if [ -n "$ours" ]; then rm -f "$policy"; fi
}

install() {
  packages=$(missing "$@")
  if [ -z "$packages" ]; then
    echo "every package is there"
    return 0
  fi
  # shellcheck disable=SC2086 # they are names
  set -- $packages
  echo "installing $*"
  if [ "$(id -u)" -ne 0 ]; then
    echo "Not root: install them yourself with: sudo apt-get install $*" >&2
    return 1
  fi
  trap tidy EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ ! -e "$policy" ]; then
    ours=yes
    # What is left of it after a power cut says nothing any more.
    printf '#!/bin/sh\nif kill -0 %s 2>/dev/null; then exit 101; fi\n' "$$" >"$policy"
    chmod 755 "$policy"
  fi
  mkdir -p "$(dirname "$cluster")"
  printf 'create_main_cluster = false\n' >"$cluster"
  export DEBIAN_FRONTEND=noninteractive
  apt='apt-get -qq -o DPkg::Lock::Timeout=300'
  # One source that does not answer must not keep packages of others away: what is missing then is said below.
  $apt update || true
  $apt install --yes --no-install-recommends "$@" >/dev/null
}

what=${1-}
[ $# -eq 0 ] || shift
case $what in
  missing | install) "$what" "$@" ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
