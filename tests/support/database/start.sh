#!/bin/bash
# A throw-away database server on one port of this machine, with TLS.
#
#   start.sh postgresql|mariadb DIR PORT
#
# DIR is where the server lives. It runs until standard input ends; then it is killed and DIR removed, so it cannot
# outlive the test that holds the other end. Commands come as lines on standard input and are answered with a line on
# standard output: `stop` and `cont` freeze and thaw the server, `kill` and `start` end it and bring it back.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
kind=$1 dir=$2 port=$3
export LC_ALL=C.UTF-8

server=
everyone() { # the server and all that it started
  local children
  children=$(pgrep -P "$server" || true)
  echo "$server" $children
}
finish() {
  if [ -n "$server" ]; then
    kill -KILL $(everyone) 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  cd /
  rm -rf "$dir"
}
trap finish EXIT
trap '' INT TERM HUP

export PATH=$PATH:/usr/sbin:$(printf '%s:' /usr/lib/postgresql/*/bin)
case $kind in
  postgresql) needed=(initdb postgres psql) package=postgresql ;;
  mariadb) needed=(mariadbd mariadb-install-db mariadb) package=mariadb-server ;;
esac
for program in "${needed[@]}" openssl; do
  if ! command -v "$program" >/dev/null; then
    echo "missing \`$program\`: apt-get install --no-install-recommends $package openssl"
    exit 1
  fi
done

# Both refuse to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  chown 65534:65534 "$dir"
fi
chmod 755 "$dir"
cd "$dir"

ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
for ca in ca other-ca; do
  openssl req -x509 "${ec[@]}" -keyout $ca.key -out $ca.pem -days 2 -subj "/CN=test $ca" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
done
certificate() { # NAME SUBJECT-ALTERNATIVE-NAME
  openssl req "${ec[@]}" -keyout "$1.key" -out "$1.request" -subj /CN=database 2>/dev/null
  openssl x509 -req -in "$1.request" -CA ca.pem -CAkey ca.key -days 2 -out "$1.pem" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$2") 2>/dev/null
  chmod 600 "$1.key"
}
certificate server DNS:localhost,IP:127.0.0.1
if [ ${#as[@]} -gt 0 ]; then chown 65534:65534 server.key server.pem ca.pem; fi

prepare() {
  case $kind in
    postgresql)
      printf 'Passw0rd.admin' >admin-password
      if [ ${#as[@]} -gt 0 ]; then chown 65534:65534 admin-password; fi
      "${as[@]}" initdb --no-sync --locale=C.UTF-8 -E UTF8 -U admin -A scram-sha-256 --pwfile=admin-password -D "$dir/data"
      ;;
    mariadb)
      "${as[@]}" mariadb-install-db --no-defaults --auth-root-authentication-method=normal --skip-test-db \
        --datadir="$dir/data"
      ;;
  esac
}
if ! prepare >"$dir/log" 2>&1; then
  tail -20 "$dir/log"
  exit 1
fi

answers() {
  case $kind in
    postgresql) PGPASSWORD=Passw0rd.admin PGCONNECT_TIMEOUT=2 psql -h 127.0.0.1 -p "$port" -U admin -d postgres -c 'SELECT 1' ;;
    mariadb) mariadb --no-defaults -S "$dir/socket" -u root -e 'SELECT 1' ;;
  esac >/dev/null 2>&1
}
start() {
  case $kind in
    postgresql)
      "${as[@]}" postgres -D "$dir/data" -h 127.0.0.1 -p "$port" -k "$dir" -c fsync=off -c ssl=on \
        -c ssl_cert_file="$dir/server.pem" -c ssl_key_file="$dir/server.key" -c log_statement=all \
        >>"$dir/log" 2>&1 </dev/null &
      ;;
    mariadb)
      "${as[@]}" mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" \
        --bind-address=127.0.0.1 --port="$port" --ssl-cert="$dir/server.pem" --ssl-key="$dir/server.key" \
        --ssl-ca="$dir/ca.pem" --innodb-flush-log-at-trx-commit=0 --innodb-buffer-pool-size=16M \
        --tmpdir="$dir" >>"$dir/log" 2>&1 </dev/null &
      ;;
  esac
  server=$!
  for _ in $(seq 600); do
    answers && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  tail -20 "$dir/log"
  return 1
}
start
echo ready
while read -r command; do
  case $command in
    stop)
      # Once the first one is frozen it starts no others. Those may have ended of themselves meanwhile.
      kill -STOP "$server"
      kill -STOP $(everyone) 2>/dev/null || true
      ;;
    cont) kill -CONT $(everyone) 2>/dev/null || true ;;
    kill)
      kill -KILL $(everyone) 2>/dev/null || true
      wait "$server" 2>/dev/null || true
      ;;
    start) start ;;
  esac
  echo "done"
done
