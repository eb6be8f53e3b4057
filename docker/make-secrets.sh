#!/bin/sh
# Makes the secrets of docker/compose.yaml, once, in docker/secrets (or in the folder that is named).
set -eu

folder="${1:-$(dirname "$0")/secrets}"
if [ -e "$folder" ]; then
    echo "$folder is there already; nothing was changed. Remove it to make new secrets." >&2
    exit 1
fi
umask 077
mkdir -p "$folder"

random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
# The folder is closed to others; the files are open, since the containers' users have other numbers.
keep() { printf '%s' "$2" >"$folder/$1" && chmod 444 "$folder/$1"; }

owner=$(random)
app=$(random)
broker=$(random)
keep superuser_password "$(random)"
keep owner_password "$owner"
keep app_password "$app"
keep broker_password "$broker"
keep secret_key "$(random)"
keep audit_key "$(random)"
keep database_url "postgresql://sextant_app:$app@database/sextant"
keep database_owner_url "postgresql://sextant_owner:$owner@database/sextant"
keep redis_url "redis://:$broker@broker:6379/0"
# Somebody else's: empty until its owner writes it.
: >"$folder/smtp_password" && chmod 644 "$folder/smtp_password"
echo "Secrets are in $folder. Keep a copy of secret_key and audit_key in a safe place."
