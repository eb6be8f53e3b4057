#!/bin/sh
# What a container of Sextant is: web, worker, beat, or the one-shot migrate. Any other word is a command to run.
set -eu

case "${1:-web}" in
web)
    exec gunicorn config.wsgi --bind "0.0.0.0:${PORT:-8000}" --workers "${WEB_WORKERS:-2}" --threads 4 --preload \
        --no-control-socket --worker-tmp-dir /dev/shm --access-logfile -
    ;;
web-healthy)
    # The product answers to its own host names alone.
    exec python -c '
import sys, urllib.request
port, host = sys.argv[1], sys.argv[2].split(",")[0]
ask = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
urllib.request.urlopen(ask, timeout=4)' "${PORT:-8000}" "${ALLOWED_HOSTS:-localhost}"
    ;;
worker)
    exec celery -A config worker --hostname "worker@${HOSTNAME:-here}" --concurrency "${WORKERS:-2}" --loglevel INFO
    ;;
worker-healthy)
    exec celery -A config inspect ping --destination "worker@${HOSTNAME:-here}" --timeout 5
    ;;
beat)
    exec celery -A config beat --schedule "${BEAT_SCHEDULE:-/tmp/beat}" --pidfile= --loglevel INFO
    ;;
beat-healthy)
    # Beat writes its schedule every three minutes.
    test -n "$(find "${BEAT_SCHEDULE:-/tmp/beat}"* -mmin -6)"
    ;;
migrate)
    exec python manage.py migrate --database owner --skip-checks
    ;;
*)
    exec "$@"
    ;;
esac
