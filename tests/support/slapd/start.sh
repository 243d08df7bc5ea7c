#!/bin/bash
# A throw-away OpenLDAP server on one loopback address, run by whoever runs the tests; it needs no rights.
#
#   start.sh TEMPLATE DIR ADDRESS CERTIFICATE OVERLAYS
#
# TEMPLATE is made once and copied from then on: it holds the database with its people, and no running server.
# DIR is where this server lives. CERTIFICATE is `good`, `other-name` or `expired`. OVERLAYS is `all` or `none`: without
# them there is no `memberOf` and no password policy. The server runs until standard input ends; then it is killed and
# DIR removed, so it cannot outlive the test that holds the other end. Commands come as lines on standard input and are
# answered with a line on standard output: `stop` and `cont` freeze and thaw the server, `kill` and `start` end it and
# bring it back.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
template=$1 dir=$2 address=$3 certificate=$4 overlays=$5
port=3389 tls_port=6636

server=
finish() {
  if [ -n "$server" ]; then
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  cd /
  rm -rf "$dir"
}
trap finish EXIT
trap '' INT TERM HUP

missing=()
[ -x /usr/sbin/slapd ] || missing+=(slapd)
command -v ldapadd >/dev/null || missing+=(ldap-utils)
command -v openssl >/dev/null || missing+=(openssl)
if [ ${#missing[@]} -gt 0 ]; then
  echo "missing packages: apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi

configure() { # DIR: the server's configuration, with every path inside DIR
  mkdir -p "$1/db"
  sed -e "s|@DIR@|$1|g" "$here/slapd.conf" >"$1/slapd.conf"
  [ "$overlays" = all ] && sed -e "s|@DIR@|$1|g" "$here/overlays.conf" >>"$1/slapd.conf"
  return 0
}

serve() { # DIR ADDRESSES: starts the server of DIR and waits until it answers
  /usr/sbin/slapd -f "$1/slapd.conf" -h "$2 ldapi://${1//\//%2F}%2Fsocket" -d 0 >>"$1/log" 2>&1 </dev/null &
  server=$!
  for _ in $(seq 500); do
    ldapsearch -x -LLL -H "ldapi://${1//\//%2F}%2Fsocket" -s base -b '' namingContexts >/dev/null 2>&1 && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.02
  done
  tail -20 "$1/log"
  return 1
}

certificates() { # DIR: two authorities, and a certificate of the first
  local ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes) name days=2
  for ca in ca other-ca; do
    openssl req -x509 "${ec[@]}" -keyout "$1/$ca.key" -out "$1/$ca.pem" -days 2 -subj "/CN=test $ca" \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
  done
  name="DNS:ldap.corp.example.com,IP:$address"
  [ "$certificate" = other-name ] && name=DNS:ldap.elsewhere.example.com
  [ "$certificate" = expired ] && days=-1
  openssl req "${ec[@]}" -keyout "$1/key.pem" -out "$1/request" -subj /CN=ldap.corp.example.com 2>/dev/null
  openssl x509 -req -in "$1/request" -CA "$1/ca.pem" -CAkey "$1/ca.key" -days "$days" -out "$1/cert.pem" \
    -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$name") 2>/dev/null
  chmod 600 "$1"/*.key "$1/key.pem"
}

fill() { # DIR: people and groups
  local to=(-x -H "ldapi://${1//\//%2F}%2Fsocket" -D cn=admin,dc=corp,dc=example,dc=com -w admin)
  ldapadd "${to[@]}" -f "$here/people.ldif"
  ldapadd "${to[@]}" -f "$here/groups.ldif"
  for number in $(seq 1000); do
    printf 'dn: cn=AWS-%d-Role%d,ou=Many,ou=Groups,dc=corp,dc=example,dc=com\nobjectClass: groupOfNames\n' \
      $((400000000000 + number)) $((number % 7))
    printf 'member: uid=many,ou=People,dc=corp,dc=example,dc=com\n\n'
  done | ldapadd "${to[@]}"
  # Twelve groups in a row, each in the next.
  local member=uid=deep,ou=People
  for number in $(seq 12); do
    printf 'dn: cn=Deep %d,ou=Groups,dc=corp,dc=example,dc=com\nobjectClass: groupOfNames\n' "$number"
    printf 'member: %s,dc=corp,dc=example,dc=com\n\n' "$member"
    member="cn=Deep $number,ou=Groups"
  done | ldapadd "${to[@]}"
  # Times that only the server itself writes, unless it is told that its administrator knows better.
  [ "$overlays" = none ] || ldapmodify "${to[@]}" -e relax -f "$here/times.ldif"
}

# One test at a time makes the template; a changed script makes a new one.
exec 8>"$template.lock"
flock 8
if ! [ -e "$template/done" ]; then
  rm -rf "$template"
  mkdir -p "$template"
  # A path as short as a socket's must be.
  certificates "$dir"
  configure "$dir"
  if ! { serve "$dir" "" && fill "$dir"; } >"$template/filling" 2>&1; then
    tail -20 "$template/filling"
    exit 1
  fi
  kill -INT "$server"
  wait "$server" || true
  server=
  cp -a --sparse=always "$dir/db" "$template/db"
  rm -rf "$dir/db"
  touch "$template/done"
fi
flock -u 8
exec 8>&-

cp -a --sparse=always "$template/db" "$dir/db"
configure "$dir"
certificates "$dir"
start() {
  serve "$dir" "ldap://$address:$port ldaps://$address:$tls_port"
}
start
echo ready
while read -r command; do
  case $command in
    stop)
      kill -STOP "$server"
      # Until the thread that was told has its turn, the others go on.
      while [ -n "$(grep -sL '^State:.*stopped' /proc/"$server"/task/*/status)" ]; do sleep 0.01; done
      ;;
    cont) kill -CONT "$server" ;;
    kill)
      kill -KILL "$server"
      wait "$server" 2>/dev/null || true
      ;;
    start) start ;;
  esac
  echo "done"
done
