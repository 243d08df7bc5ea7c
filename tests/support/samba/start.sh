#!/bin/bash
# A throw-away Active Directory: a Samba domain controller on a loopback address, with LDAP, LDAPS and Kerberos; or two of
# one domain, each on its address, which replicate to each other.
#
#   start.sh TEMPLATE DIR ADDRESS [ADDRESS]
#
# TEMPLATE is made once and copied from then on: it holds the domain with its people, and no running server. TEMPLATE-two
# is made of it: a second controller has joined the first one there.
# DIR is where the servers live, in `dc1` and `dc2`. They run until standard input ends; then they are killed and DIR
# removed, so they cannot outlive the test that holds the other end. Commands come as lines on standard input and are
# answered with a line on standard output: `stop N` and `cont N` freeze and thaw a server, `kill N` and `start N` end it
# and bring it back.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
template=$1 dir=$2
shift 2
addresses=("$@")

declare -A server=()
finish() {
  local number
  for number in "${!server[@]}"; do end "$number"; done
  cd /
  rm -rf "$dir"
}
end() { # NUMBER
  kill -KILL -- "-${server[$1]}" 2>/dev/null || true
  wait "${server[$1]}" 2>/dev/null || true
}
trap finish EXIT
trap '' INT TERM HUP

missing=()
[ -x /usr/sbin/samba ] && [ -d /usr/share/samba/setup ] && [ -d /usr/lib/*/samba/ldb ] || missing+=(samba samba-ad-provision samba-dsdb-modules)
command -v ldapsearch >/dev/null || missing+=(ldap-utils)
command -v openssl >/dev/null || missing+=(openssl)
[ ${#addresses[@]} -eq 1 ] || ls /usr/lib/*/libnss_wrapper.so >/dev/null 2>&1 || missing+=(libnss-wrapper)
if [ ${#missing[@]} -gt 0 ]; then
  echo "missing packages: apt-get install --no-install-recommends ${missing[*]}"
  exit 1
fi

configure() { # DIR ADDRESS NUMBER SERVICES: the server's configuration, with every path inside DIR
  mkdir -p "$1"/{etc,run,cache,state,private/tls}
  cat >"$1/etc/smb.conf" <<CONF
[global]
  realm = CORP.EXAMPLE.COM
  workgroup = CORP
  netbios name = DC$3
  server role = active directory domain controller
  server services = $4
  interfaces = $2/8
  bind interfaces only = yes
  ldap server require strong auth = allow_sasl_over_tls
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
  name resolve order = host
  tls keyfile = $1/private/tls/key.pem
  tls certfile = $1/private/tls/cert.pem
  tls cafile = $1/private/tls/ca.pem
  prefork children = 1
  kccsrv:samba_kcc = no
  kccsrv:periodic_interval = $hurry
  kccsrv:periodic_startup_interval = 1
  dreplsrv:notify_interval = 0
  dreplsrv:periodic_interval = 10
  dreplsrv:periodic_startup_interval = 1
[sysvol]
  path = $1/state/sysvol
[netlogon]
  path = $1/state/sysvol/corp.example.com/scripts
CONF
}

# Where controllers find each other, in place of the domain's DNS.
resolve() { # FOLDER [GUID...]
  local number=0 address guid=("${@:2}")
  for address in "${addresses[@]}"; do
    number=$((number + 1))
    echo "$address dc$number.corp.example.com dc$number ${guid[$number - 1]:+${guid[$number - 1]}._msdcs.corp.example.com}"
  done >"$1/hosts"
  {
    printf '[libdefaults]\n default_realm = CORP.EXAMPLE.COM\n dns_lookup_kdc = false\n dns_lookup_realm = false\n'
    printf ' rdns = false\n dns_canonicalize_hostname = false\n[realms]\n CORP.EXAMPLE.COM = {\n'
    printf '  kdc = %s\n' "${addresses[@]}"
    printf ' }\n'
  } >"$1/krb5.conf"
  export KRB5_CONFIG=$1/krb5.conf NSS_WRAPPER_HOSTS=$1/hosts
}

run() { # DIR NUMBER: starts the server and waits until it answers
  LD_PRELOAD=$wrapper setsid /usr/sbin/samba -F -s "$1/etc/smb.conf" -M "$model" --debug-stdout -d 1 >>"$1/samba.log" 2>&1 </dev/null &
  server[$2]=$!
  for _ in $(seq 600); do
    LDAPTLS_REQCERT=never ldapsearch -x -LLL -H "ldaps://${addresses[$2 - 1]}" -s base -b '' dnsHostName >/dev/null 2>&1 && return
    kill -0 "${server[$2]}" 2>/dev/null || break
    sleep 0.05
  done
  tail -20 "$1/samba.log"
  return 1
}

# One process is quick to start. Two controllers that replicate need several each: a process that asks its partner for
# changes answers nobody meanwhile, and neither do two that ask each other.
one="ldap, kdc" two="rpc, ldap, cldap, kdc, drepl, kcc" wrapper= hurry=300 model=single
[ ${#addresses[@]} -eq 1 ] || model=prefork
make_one() {
  configure "$template" 127.0.0.1 1 "$one"
  /usr/bin/python3 "$here/provision.py" "$template" >"$template/log" 2>&1
}

# The second controller joins the first, as `samba-tool` does it. Then both run until each has noted from whom it takes
# changes and whom it tells of its own.
make_two() {
  local pair=$template-two log=$template-two/log
  cp -a "$template" "$pair/dc1"
  wrapper=libnss_wrapper.so hurry=2
  configure "$pair/dc1" "${addresses[0]}" 1 "$two"
  configure "$pair/dc2" "${addresses[1]}" 2 "$two"
  resolve "$pair"
  {
    /usr/bin/python3 "$here/replication.py" "$pair/dc1" name &&
      run "$pair/dc1" 1 &&
      LD_PRELOAD=$wrapper /usr/bin/python3 /usr/bin/samba-tool domain join corp.example.com DC \
        --server=dc1.corp.example.com --use-kerberos=off --username=administrator --password=Passw0rd.administrator \
        --dns-backend=NONE --configfile="$pair/dc2/etc/smb.conf" &&
      /usr/bin/python3 "$here/replication.py" "$pair/dc1" guids "$pair/guids"
  } >"$log" 2>&1 || return 1
  mapfile -t guids <"$pair/guids"
  resolve "$pair" "${guids[@]}"
  end 1
  { run "$pair/dc1" 1 && run "$pair/dc2" 2; } >>"$log" 2>&1 || return 1
  local number
  for number in 1 2; do
    timeout 120 /usr/bin/python3 "$here/replication.py" "$pair/dc$number" settled >>"$log" 2>&1 || return 1
  done
  end 1
  end 2
  server=() hurry=300
  rm -rf "$pair"/dc?/private/ldap* "$pair"/dc?/run "$pair"/dc?/private/smbd.tmp
}

# One test at a time makes a template; a changed script makes a new one.
template() { # FOLDER COMMAND
  exec 8>"$1.lock"
  flock 8
  if ! [ -e "$1/done" ]; then
    rm -rf "$1"
    mkdir -p "$1"
    if ! "$2"; then
      tail -20 "$1/log"
      exit 1
    fi
    touch "$1/done"
  fi
  flock -u 8
  exec 8>&-
}
umask 022
template "$template" make_one
[ ${#addresses[@]} -eq 1 ] || template "$template-two" make_two

mkdir -p "$dir"
if [ ${#addresses[@]} -eq 1 ]; then
  cp -a "$template/." "$dir/dc1"
  services=$one
  resolve "$dir"
else
  cp -a "$template-two/"dc? "$dir"
  services=$two wrapper=libnss_wrapper.so
  mapfile -t guids <"$template-two/guids"
  resolve "$dir" "${guids[@]}"
fi
cd "$dir"

# The certificate that Samba makes itself names no machine, and nobody who checks names would take it.
ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
for ca in ca other-ca; do
  openssl req -x509 "${ec[@]}" -keyout $ca.key -out $ca.pem -days 2 -subj "/CN=test $ca" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
done
for number in $(seq ${#addresses[@]}); do
  address=${addresses[$number - 1]}
  configure "$dir/dc$number" "$address" "$number" "$services"
  tls=dc$number/private/tls
  cp ca.pem "$tls"
  openssl req "${ec[@]}" -keyout "$tls/key.pem" -out "$tls/request" -subj "/CN=dc$number.corp.example.com" 2>/dev/null
  openssl x509 -req -in "$tls/request" -CA ca.pem -CAkey ca.key -days 2 -out "$tls/cert.pem" -extfile \
    <(printf 'subjectAltName=DNS:dc%s.corp.example.com,IP:%s\nextendedKeyUsage=serverAuth\n' "$number" "$address") 2>/dev/null
  chmod 600 "$tls/key.pem"
done
chmod 600 ./*.key

for number in $(seq ${#addresses[@]}); do run "$dir/dc$number" "$number"; done
echo ready
while read -r command number; do
  case $command in
    stop) kill -STOP -- "-${server[$number]}" ;;
    cont) kill -CONT -- "-${server[$number]}" ;;
    kill) end "$number" ;;
    start) run "$dir/dc$number" "$number" ;;
  esac
  echo "done"
done
