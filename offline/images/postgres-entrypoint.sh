#!/bin/bash
# Keeps the contract of the official image's entrypoint: an empty PGDATA is initialised from POSTGRES_USER,
# POSTGRES_PASSWORD, POSTGRES_DB (or their *_FILE twins), POSTGRES_INITDB_ARGS and POSTGRES_HOST_AUTH_METHOD, then the
# files of /docker-entrypoint-initdb.d are run, then the server starts. Runs as root (steps down) or as any user.
set -Eeuo pipefail

# Sets a variable from itself, from the file that its *_FILE twin names, or from a default.
take() {
  local name=$1 file_name=${1}_FILE default=${2-}
  if [[ -n ${!name-} && -n ${!file_name-} ]]; then
    echo "error: $name and $file_name are both set; set one of them" >&2
    exit 1
  fi
  if [[ -n ${!file_name-} ]]; then
    export "$name=$(<"${!file_name}")"
  else
    export "$name=${!name-$default}"
  fi
  unset "$file_name"
}

sql() {
  PGHOST='' PGHOSTADDR='' psql --no-psqlrc --no-password -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
    *.sh)
      echo "running $file"
      if [[ -x $file ]]; then "$file"; else . "$file"; fi
      ;;
    *.sql) echo "running $file" && sql --dbname "$POSTGRES_DB" -f "$file" ;;
    *.sql.gz) echo "running $file" && gunzip -c "$file" | sql --dbname "$POSTGRES_DB" ;;
    *.sql.xz) echo "running $file" && xzcat "$file" | sql --dbname "$POSTGRES_DB" ;;
    *.sql.zst) echo "running $file" && zstd -dc "$file" | sql --dbname "$POSTGRES_DB" ;;
    */\*) ;;
    *) echo "ignoring $file" ;;
    esac
  done
}

initialise() {
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    echo "error: the database is empty and has no superuser password; set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD" >&2
    exit 1
  fi
  local -a extra=()
  # POSTGRES_INITDB_ARGS is a command line: its quotes and spaces mean what they mean in a shell.
  eval "extra=($POSTGRES_INITDB_ARGS)"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${extra[@]}"
  local method=$POSTGRES_HOST_AUTH_METHOD
  if [[ -z $method ]]; then method=$(postgres -C password_encryption "${@:2}"); fi
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

  export PGPASSWORD=${PGPASSWORD-$POSTGRES_PASSWORD}
  NOTIFY_SOCKET='' PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -w start \
    -o "$(printf '%q ' "${@:2}" -c listen_addresses= -p "${PGPORT:-5432}")"
  if [[ $POSTGRES_DB != postgres ]]; then
    sql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  run_init_files
  PGUSER=$POSTGRES_USER pg_ctl -D "$PGDATA" -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

if [[ ${1:0:1} == - ]]; then set -- postgres "$@"; fi

asks_only() {
  local word
  for word in "$@"; do
    case $word in '-?' | --help | --describe-config | -V | --version) return 0 ;; esac
  done
  return 1
}

if [[ $1 == postgres ]] && ! asks_only "$@"; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA" || true
  mkdir -p /var/run/postgresql || true
  chmod 3775 /var/run/postgresql 2>/dev/null || true
  if [[ $(id -u) == 0 ]]; then
    find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres '{}' +
    exec gosu postgres "$0" "$@"
  fi
  take POSTGRES_PASSWORD
  take POSTGRES_USER postgres
  take POSTGRES_DB "$POSTGRES_USER"
  take POSTGRES_INITDB_ARGS
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
  if [[ -s $PGDATA/PG_VERSION ]]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    initialise "$@"
  fi
  # The server and what it starts need no password in their environment.
  unset POSTGRES_PASSWORD
fi

exec "$@"
