#!/bin/sh
# Starts PostgreSQL for compose.yaml. Where there is no data yet, makes it first: a role and a database of its own for each
# address among the secrets. It is whole or not there at all. One more role follows what is written, for the archive.
set -eu
data=/var/lib/postgresql/data/concordat

roles() {
    for address in /run/secrets/concordat_*_database_url; do
        name=$(basename "$address" _database_url)
        password=$(sed -n 's|^postgresql://[^:]*:\([0-9a-f]*\)@.*|\1|p' "$address")
        echo "CREATE ROLE $name LOGIN PASSWORD '$password';"
        echo "CREATE DATABASE $name OWNER $name;"
        echo "REVOKE ALL ON DATABASE $name FROM PUBLIC;"
    done
    echo "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;"
}

if [ ! -e "$data" ]; then
    rm -rf "$data.new"
    initdb --pgdata "$data.new" --username postgres --encoding UTF8 --no-locale --data-checksums --auth-local peer --no-instructions
    # Over the network each role comes to the database of its own name, encrypted, and nobody else does.
    printf '%s\n' "local all postgres peer" "hostssl sameuser all all scram-sha-256" > "$data.new/pg_hba.conf"
    roles | postgres --single -D "$data.new" postgres > /dev/null
    mv "$data.new" "$data"
fi
if ! grep -q "^hostssl replication archive " "$data/pg_hba.conf"; then
    echo "CREATE ROLE archive LOGIN REPLICATION PASSWORD '$(cat /run/secrets/archive.password)';" |
        postgres --single -D "$data" postgres > /dev/null
    echo "hostssl replication archive all scram-sha-256" >> "$data/pg_hba.conf"
fi
# PostgreSQL wants a key that is its own user's alone.
install -m 600 /run/secrets/postgresql.key /tmp/postgresql.key
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=300 \
    -c ssl=on -c ssl_cert_file=/run/secrets/postgresql.crt -c ssl_key_file=/tmp/postgresql.key \
    ${SYNCHRONOUS_STANDBY_NAMES:+-c synchronous_standby_names="$SYNCHRONOUS_STANDBY_NAMES"}
