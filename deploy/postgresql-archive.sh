#!/bin/sh
# What compose.yaml keeps of PostgreSQL outside its own volume, and brings back from there: docs/operations.md, "Backups of
# a cluster with Compose". The archive has base backups, each called by the instant at which it was whole, a folder for each
# timeline of the log, and base backups of what a restore to an instant undid.
#
#   follow            keep what the server writes, while it writes it; the first base backup is made by itself
#   base              make a base backup, and let go of those that are too many and of what only they needed
#   list              print the base backups
#   anew              let go of all that is kept; once the archive is followed again, it begins with a base backup
#   restore [TIME]    put a base backup where the data were, for the server to read on from the log, to its end or to TIME
#   fetch NAME PATH   give the server a file of the log
set -eu
archive=${ARCHIVE:-/archive}
data=/var/lib/postgresql/data/concordat
kept=${BASE_BACKUPS_KEPT:-7}

fail() {
    echo "$1" >&2
    exit 1
}

# The password goes through a file: everybody on the machine sees the arguments of a process.
sign_in() {
    (umask 077; printf '*:*:*:archive:%s\n' "$(cat /run/secrets/archive.password)" > /tmp/pgpass)
    export PGHOST=postgresql PGUSER=archive PGPASSFILE=/tmp/pgpass PGCONNECT_TIMEOUT=10
    export PGSSLMODE=verify-full PGSSLROOTCERT=/run/secrets/ca.crt
}

# Of the server itself, in the one language that its role for replication may speak.
asked() {
    psql --no-psqlrc --no-align --tuples-only --dbname replication=true --command "$1"
}

bases() {
    [ ! -d "$archive/base" ] || ls "$archive/base" | grep -v '\.new$' || true
}

# Ends with the connection: whoever runs it starts it again, and it then goes on in the timeline that the server is in. A
# server that still reads the log would take it from one timeline to the next, and the folder of one would have the other's.
follow() {
    exec 8> "$archive/follow.lock"
    flock --nonblock 8 || fail "The archive is being written already."
    sign_in
    until [ "$(asked 'SHOW in_hot_standby')" = off ]; do sleep 1; done
    until pg_receivewal --slot archive --create-slot --if-not-exists; do sleep 1; done
    timeline=$(asked IDENTIFY_SYSTEM | cut -d '|' -f 2)
    [ -n "$timeline" ] || fail "The server went away."
    log=$archive/log/$timeline
    mkdir -p "$log"
    # By this name the server knows whom to wait for, where it is told to.
    export PGAPPNAME=archive
    if [ -z "$(bases)" ]; then
        # Not before the log is followed: what is written in between would be in neither.
        (until ls "$log" | grep -q partial; do sleep 1; done; unset PGAPPNAME; base) &
    fi
    exec pg_receivewal --slot archive --directory "$log" --synchronous --no-loop
}

base() {
    sign_in
    mkdir -p "$archive/base"
    exec 9> "$archive/base.lock"
    flock --nonblock 9 || fail "Another base backup is being made; wait for it."
    rm -rf "$archive"/base/*.new
    being_made=$archive/base/being-made.new
    pg_basebackup --pgdata "$being_made" --checkpoint fast
    pg_verifybackup --quiet "$being_made"
    name=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
    mv "$being_made" "$archive/base/$name"
    echo "The base backup $name is made."
    let_go
}

let_go() {
    bases | head --lines "-$kept" | while read -r old; do
        rm -rf "$archive/base/$old"
    done
    oldest=$(bases | head --lines 1)
    needed=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$archive/base/$oldest/backup_label")
    first=$(printf '%d' "0x$(echo "$needed" | cut -c 1-8)")
    for log in "$archive"/log/*; do
        [ -d "$log" ] || continue
        if [ "${log##*/}" -lt "$first" ]; then
            rm -rf "$log"
        elif [ "${log##*/}" -eq "$first" ]; then
            pg_archivecleanup "$log" "$needed"
        fi
    done
}

anew() {
    exec 8> "$archive/follow.lock"
    flock --nonblock 8 || fail "The archive is being written; stop it first: docker-compose stop archive"
    rm -rf "$archive/base" "$archive/log" "$archive/undone"
    echo "The archive is empty; start it."
}

restore() {
    [ ! -e "$data" ] || fail "The data are still there. Take them away first, by their volume."
    wanted=$(bases)
    if [ -n "${1:-}" ]; then
        instant=$(date --utc --date "$1" +%Y-%m-%dT%H:%M:%SZ) || fail "$1 is no time; give one such as 2026-11-26T14:04:00Z."
        wanted=$(echo "$wanted" | awk -v instant="$instant" '$0 <= instant')
    fi
    chosen=$(echo "$wanted" | tail --lines 1)
    [ -n "$chosen" ] || fail "The archive has no base backup${instant:+ from before $instant}."
    rm -rf "$data.new"
    cp --archive "$archive/base/$chosen" "$data.new"
    pg_verifybackup --quiet "$data.new"
    settings=$data.new/postgresql.auto.conf
    # A base backup that was made after a restore has that one's settings.
    sed -i -e '/^restore_command /d' -e '/^recovery_target_/d' "$settings"
    echo "restore_command = 'sh /etc/concordat/postgresql-archive.sh fetch %f %p'" >> "$settings"
    if [ -n "${instant:-}" ]; then
        # What was made later is of a history that ends here: nothing leads from it to what will be written.
        mkdir -p "$archive/undone"
        for later in $(bases | awk -v chosen="$chosen" '$0 > chosen'); do
            mv "$archive/base/$later" "$archive/undone/"
        done
        # PostgreSQL knows no Z in a setting.
        echo "recovery_target_time = '$(date --utc --date "$instant" '+%F %T+00')'" >> "$settings"
        echo "recovery_target_action = 'promote'" >> "$settings"
    fi
    touch "$data.new/recovery.signal"
    mv "$data.new" "$data"
    echo "The base backup $chosen is in place; start the server."
}

# The folder of its timeline alone has all of a file. The end of the log is in one that was not full yet.
fetch() {
    log=$archive/log/$(printf '%d' "0x$(echo "$1" | cut -c 1-8)")
    for file in "$log/$1" "$log/$1.partial"; do
        [ ! -e "$file" ] || exec cp "$file" "$2"
    done
    exit 1
}

case ${1:-} in
    follow | base | anew) "$1" ;;
    list) bases ;;
    restore) restore "${2:-}" ;;
    fetch) fetch "$2" "$3" ;;
    *) fail "Say follow, base, list, anew, restore or fetch." ;;
esac
