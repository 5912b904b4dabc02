#!/bin/bash
# Keeps the contract of the official MySQL image's entrypoint, on MariaDB: an empty data directory is initialised from
# MYSQL_ROOT_PASSWORD, MYSQL_ROOT_HOST, MYSQL_DATABASE, MYSQL_USER and MYSQL_PASSWORD (or their *_FILE twins), then the
# files of /docker-entrypoint-initdb.d are run, then the server starts. Runs as root (steps down) or as any user.
set -eo pipefail
shopt -s nullglob

say() { printf '%s [%s] [Entrypoint]: %s\n' "$(date --rfc-3339=seconds)" "$1" "$2"; }
fail() {
  say ERROR "$1" >&2
  exit 1
}

# Sets a variable from itself, from the file that its *_FILE twin names, or from a default.
take() {
  local name=$1 file_name=${1}_FILE default=${2-}
  if [[ -n ${!name-} && -n ${!file_name-} ]]; then fail "$name and $file_name are both set; set one of them."; fi
  if [[ -n ${!file_name-} ]]; then
    export "$name=$(<"${!file_name}")"
  else
    export "$name=${!name-$default}"
  fi
  unset "$file_name"
}

# What the server would use for a setting, from its files and its arguments.
setting() {
  local name=$1
  shift
  "$@" --verbose --help 2>/dev/null | awk -v name="$name" '$1 == name && /^[^ \t]/ { sub(/^[^ \t]+[ \t]+/, ""); print; exit }'
}

# A client's option file, which it reads from a pipe: no password is in an argument.
password_file() {
  printf '[client]\nuser=root\n'
  if [[ -n $root_password ]]; then printf 'password="%s"\n' "$root_password"; fi
}

docker_process_sql() {
  mysql --defaults-extra-file=<(password_file) --protocol=socket --host=localhost --socket="$SOCKET" --comments "$@"
}

# A text for SQL, in quotes.
quoted() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\'\'}"
}

run_init_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
    *.sh)
      say Note "running $file"
      if [[ -x $file ]]; then "$file"; else . "$file"; fi
      ;;
    *.sql) say Note "running $file" && docker_process_sql <"$file" ;;
    *.sql.bz2) say Note "running $file" && bunzip2 -c "$file" | docker_process_sql ;;
    *.sql.gz) say Note "running $file" && gunzip -c "$file" | docker_process_sql ;;
    *.sql.xz) say Note "running $file" && xzcat "$file" | docker_process_sql ;;
    *.sql.zst) say Note "running $file" && zstd -dc "$file" | docker_process_sql ;;
    *) say Warn "ignoring $file" >&2 ;;
    esac
  done
}

start_for_setup() {
  "$@" --skip-networking --default-time-zone=SYSTEM --socket="$SOCKET" &
  server=$!
  local try
  for ((try = 0; try < 300; try++)); do
    if mysqladmin --no-defaults --protocol=socket --socket="$SOCKET" --user=root ping >/dev/null 2>&1; then return; fi
    kill -0 "$server" 2>/dev/null || fail "the server ended while it was set up; its words are above."
    sleep 0.1
  done
  fail "the server did not answer within 30 seconds while it was set up."
}

initialise() {
  if [[ -z $MYSQL_ROOT_PASSWORD && -z $MYSQL_ALLOW_EMPTY_PASSWORD ]]; then
    fail "Database is uninitialized and password option is not specified: set MYSQL_ROOT_PASSWORD_FILE or MYSQL_ROOT_PASSWORD."
  fi
  if [[ $MYSQL_USER == root ]]; then fail 'MYSQL_USER is "root": that user is set by MYSQL_ROOT_PASSWORD.'; fi
  ls /docker-entrypoint-initdb.d/ >/dev/null
  say Note "initialising the data directory $DATADIR"
  mariadb-install-db --datadir="$DATADIR" --skip-test-db --skip-name-resolve --auth-root-authentication-method=normal \
    --default-time-zone=SYSTEM --enforce-storage-engine= --skip-log-bin --expire-logs-days=0 >/dev/null
  start_for_setup "$@"
  root_password=''
  if [[ -z ${MYSQL_INITDB_SKIP_TZINFO-} ]]; then
    mysql_tzinfo_to_sql /usr/share/zoneinfo 2>/dev/null | docker_process_sql --database=mysql
  fi
  local remote=
  if [[ -n $MYSQL_ROOT_HOST && $MYSQL_ROOT_HOST != localhost ]]; then
    remote="CREATE USER 'root'@$(quoted "$MYSQL_ROOT_HOST") IDENTIFIED BY $(quoted "$MYSQL_ROOT_PASSWORD");
      GRANT ALL ON *.* TO 'root'@$(quoted "$MYSQL_ROOT_HOST") WITH GRANT OPTION;"
  fi
  docker_process_sql --database=mysql <<SQL
    ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$MYSQL_ROOT_PASSWORD");
    DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';
    EXECUTE IMMEDIATE CONCAT('DROP USER IF EXISTS ''root''@''', @@hostname, '''');
    $remote
SQL
  root_password=$MYSQL_ROOT_PASSWORD
  if [[ -n $MYSQL_DATABASE ]]; then docker_process_sql <<<"CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"; fi
  if [[ -n $MYSQL_USER && -n $MYSQL_PASSWORD ]]; then
    docker_process_sql <<<"CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY $(quoted "$MYSQL_PASSWORD");"
    if [[ -n $MYSQL_DATABASE ]]; then
      docker_process_sql <<<"GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'%';"
    fi
  fi
  run_init_files
  kill "$server"
  wait "$server" || fail "the server did not end well after it was set up."
  say Note "MariaDB init process done. Ready for start up."
}

if [[ ${1:0:1} == - ]]; then set -- mysqld "$@"; fi

asks_only() {
  local word
  for word in "$@"; do
    case $word in '-?' | --help | --print-defaults | -V | --version) return 0 ;; esac
  done
  return 1
}

if [[ $1 == mysqld || $1 == mariadbd ]] && ! asks_only "$@"; then
  say Note "Entrypoint script for MariaDB in the place of MySQL started."
  if ! words=$("$@" --verbose --help 2>&1 >/dev/null); then fail "the server refuses its settings: $words"; fi
  DATADIR=$(setting datadir "$@")
  SOCKET=$(setting socket "$@")
  take MYSQL_ROOT_HOST %
  take MYSQL_DATABASE
  take MYSQL_USER
  take MYSQL_PASSWORD
  take MYSQL_ROOT_PASSWORD
  mkdir -p "$DATADIR" "$(dirname "$SOCKET")"
  if [[ $(id -u) == 0 ]]; then
    find "$DATADIR" "$(dirname "$SOCKET")" ! -user mysql -exec chown --no-dereference mysql '{}' +
    exec gosu mysql "$0" "$@"
  fi
  if [[ -d $DATADIR/mysql ]]; then :; else initialise "$@"; fi
  # The server and what it starts need no password in their environment.
  unset MYSQL_ROOT_PASSWORD MYSQL_PASSWORD
fi

exec "$@"
