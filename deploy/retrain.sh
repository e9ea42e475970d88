#!/bin/sh
# The scheduled job for schedulers that know success and failure only (cron, Kubernetes, GitHub).
#   deploy/retrain.sh acme [key=value ...]       one brand
#   deploy/retrain.sh 'glob(*)' [key=value ...]  all brands
# A gate that said no (10) and a job that is under way already (75) end with 0; 1 and 2 stay. Words
# go to standard error. By environment:
#   SMM_PYTHON   the interpreter with the project's packages; default: .venv/bin/python
#   SMM_DELAY    wait a random time of up to so many seconds first; default: 0
#   SMM_TIMEOUT  end the job after this time; default: 6h
#   SMM_LOG      a file for everything that is said, so that cron mails failures only
#   SMM_WEBHOOK  an address that is told of decisions (docs/scheduling.md); default: nobody is
set -u
[ $# -ge 1 ] || { echo "say which brand: $0 acme" >&2; exit 2; }
brand=$1
shift
cd "$(dirname "$0")/.." || exit 1

# Before the words of whoever starts it, which so may name another variable.
set -- ${SMM_WEBHOOK:+retraining.notification.webhook_variable=SMM_WEBHOOK} "$@"

# Of low priority, where the machine has the tool.
low="nice -n 10"
command -v ionice >/dev/null && low="$low ionice -c 3"

job() {
    [ "${SMM_DELAY:-0}" -gt 0 ] && sleep "$(shuf -i "0-$SMM_DELAY" -n 1)"
    # shellcheck disable=SC2086 # words of their own
    exec $low timeout --kill-after=2m "${SMM_TIMEOUT:-6h}" \
        "${SMM_PYTHON:-.venv/bin/python}" scripts/retrain.py -m "brand=$brand" "$@"
}

if [ -n "${SMM_LOG:-}" ]; then
    job "$@" >>"$SMM_LOG" 2>&1 &
else
    job "$@" &
fi
child=$!
# Passed on, and waited for: the job leaves no run open when it is asked to end.
trap 'interrupted=yes; kill -TERM "$child" 2>/dev/null' TERM INT HUP
status=127
while :; do
    interrupted=
    wait "$child"
    now=$?
    # 127: its end has been told already. A signal ends the wait, and not the job.
    [ "$now" = 127 ] || status=$now
    [ -n "$interrupted" ] || break
done

note() {
    if [ -n "${SMM_LOG:-}" ]; then echo "$1" >>"$SMM_LOG"; else echo "$1" >&2; fi
}

case $status in
    0) ;;
    10) note "$brand: the gate said no, nothing is replaced" && status=0 ;;
    75) note "$brand: the job is under way already" && status=0 ;;
    124 | 137) echo "$brand: ended after ${SMM_TIMEOUT:-6h}, or killed" >&2 ;;
    *) echo "$brand: failed with status $status${SMM_LOG:+; see $SMM_LOG}" >&2 ;;
esac
exit "$status"
