#!/bin/bash
# A throw-away Active Directory: a Samba domain controller on one loopback address, LDAP and LDAPS only.
#
#   start.sh TEMPLATE DIR ADDRESS
#
# TEMPLATE is made once and copied from then on: it holds the domain with its people, and no running server.
# DIR is where this server lives. The server runs until standard input ends; then it is killed and DIR removed, so
# it cannot outlive the test that holds the other end. Commands come as lines on standard input and are answered with
# a line on standard output: `stop` and `cont` freeze and thaw the server, `kill` and `start` end it and bring it back.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
template=$1 dir=$2 address=$3

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
[ -x /usr/sbin/samba ] && [ -d /usr/share/samba/setup ] && [ -d /usr/lib/*/samba/ldb ] || missing+=(samba samba-ad-provision samba-dsdb-modules)
command -v ldapsearch >/dev/null || missing+=(ldap-utils)
command -v openssl >/dev/null || missing+=(openssl)
if [ ${#missing[@]} -gt 0 ]; then
  echo "missing packages: apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi

configure() { # DIR ADDRESS: the server's configuration, with every path inside DIR
  mkdir -p "$1"/{etc,run,cache,state,private/tls}
  cat >"$1/etc/smb.conf" <<CONF
[global]
  realm = CORP.EXAMPLE.COM
  workgroup = CORP
  netbios name = DC1
  server role = active directory domain controller
  server services = ldap
  interfaces = $2/8
  bind interfaces only = yes
  old password allowed period = 0
  lock directory = $1
  state directory = $1/state
  cache directory = $1/cache
  private dir = $1/private
  binddns dir = $1/state
  pid directory = $1/run
  ncalrpc dir = $1/run/ncalrpc
  winbindd socket directory = $1/run/winbindd
  ntp signd socket directory = $1/run/ntp_signd
  log file = $1/log.samba
  usershare path =
  tls keyfile = $1/private/tls/key.pem
  tls certfile = $1/private/tls/cert.pem
  tls cafile = $1/ca.pem
[sysvol]
  path = $1/state/sysvol
[netlogon]
  path = $1/state/sysvol/corp.example.com/scripts
CONF
}

# One test at a time makes the template; a changed script makes a new one.
exec 8>"$template.lock"
flock 8
if ! [ -e "$template/done" ]; then
  rm -rf "$template"
  configure "$template" 127.0.0.1
  if ! /usr/bin/python3 "$here/provision.py" "$template" >"$template/log" 2>&1; then
    tail -20 "$template/log"
    exit 1
  fi
  touch "$template/done"
fi
flock -u 8
exec 8>&-

umask 022
cp -a "$template/." "$dir"
configure "$dir" "$address"
cd "$dir"

# The certificate that Samba makes itself names no machine, and nobody who checks names would take it.
ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
for ca in ca other-ca; do
  openssl req -x509 "${ec[@]}" -keyout private/tls/$ca.key -out $ca.pem -days 2 -subj "/CN=test $ca" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
done
openssl req "${ec[@]}" -keyout private/tls/key.pem -out private/tls/request -subj /CN=dc1.corp.example.com 2>/dev/null
openssl x509 -req -in private/tls/request -CA ca.pem -CAkey private/tls/ca.key -days 2 -out private/tls/cert.pem \
  -extfile <(printf 'subjectAltName=DNS:dc1.corp.example.com,IP:%s\nextendedKeyUsage=serverAuth\n' "$address") 2>/dev/null
chmod 600 private/tls/*.key private/tls/key.pem

start() {
  /usr/sbin/samba -F -s "$dir/etc/smb.conf" -M single --debug-stdout -d 1 >>"$dir/samba.log" 2>&1 </dev/null &
  server=$!
  for _ in $(seq 300); do
    LDAPTLS_CACERT=$dir/ca.pem ldapsearch -x -LLL -H "ldaps://$address" -s base -b '' dnsHostName >/dev/null 2>&1 && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
  done
  tail -20 "$dir/samba.log"
  return 1
}
start
echo ready
while read -r command; do
  case $command in
    stop) kill -STOP "$server" ;;
    cont) kill -CONT "$server" ;;
    kill)
      kill -KILL "$server"
      wait "$server" 2>/dev/null || true
      ;;
    start) start ;;
  esac
  echo "done"
done
