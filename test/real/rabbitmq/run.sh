#!/bin/sh
# Measures what a prefetch does in a real RabbitMQ: 3000 messages lie in one classic queue, then two
# consumers on connections of their own ask at once, both with prefetch 1, 10 or 1000. Each handles
# one message at a time, sleeps 5 ms (fast) or 50 ms (slow) for it and acknowledges it. Counted are
# the messages each handled and the time to the last acknowledgement; a figure is the median of the
# repetitions. They go into figures.json, beside which test/real/rabbitmq.test.ts puts the figures
# that Spillway gives for prefetch.yaml. This script is no part of npm test.
# usage: run.sh [REPETITIONS]   5 of them, by default, take about 8 minutes
# Needs Debian (or a system that has rabbitmq-server and erl), and root or sudo where the package is
# still to be installed; `npm ci` in the project's root first. The broker is a node of its own on
# spare ports of 127.0.0.1, with its data in a temporary folder, and is stopped at the end; a service
# that the package itself started is not used and left as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repetitions=${1:-5}

if [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && ! command -v rabbitmq-server >/dev/null; then
  root=
  [ "$(id -u)" = 0 ] || root=sudo
  $root apt-get update -qq
  $root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends rabbitmq-server
fi
# Debian's commands on the path change to the user of its service: these do not.
bin=/usr/lib/rabbitmq/bin
[ -x "$bin/rabbitmq-server" ] || bin=$(dirname "$(command -v rabbitmq-server)")
[ -d "$here/node_modules/amqplib" ] || (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund)

spare_ports() {
  node -e '
    const { createServer } = require("node:net");
    const servers = [0, 1, 2].map(() => createServer().listen(0, "127.0.0.1"));
    Promise.all(servers.map((one) => new Promise((up) => one.once("listening", up)))).then(() => {
      console.log(servers.map((one) => one.address().port).join(" "));
      for (const one of servers) one.close();
    });'
}
# shellcheck disable=SC2046
set -- $(spare_ports)
port=$1
folder=$(mktemp -d)
export HOME="$folder" ERL_EPMD_PORT="$2" ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_NODENAME="spillway-$port@localhost"
export RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$port" RABBITMQ_DIST_PORT="$3"
export RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder/log"
export RABBITMQ_PID_FILE="$folder/pid" RABBITMQ_CONF_ENV_FILE="$folder/none"
export RABBITMQ_CONFIG_FILE="$folder/none" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/none"

# The node's own clean stop, then the name server that it started.
stop() {
  kill "$broker" 2>/dev/null || true
  wait "$broker" 2>/dev/null || true
  epmd -port "$ERL_EPMD_PORT" -kill >/dev/null 2>&1 || true
  rm -rf "$folder"
}
"$bin/rabbitmq-server" >"$folder/said" 2>&1 &
broker=$!
trap stop EXIT
trap 'exit 1' HUP INT TERM
if ! "$bin/rabbitmqctl" --timeout 60 wait --pid "$broker" >/dev/null; then
  cat "$folder/said" >&2
  exit 1
fi
erlang=$("$bin/rabbitmqctl" eval \
  '{ok, V} = file:read_file(filename:join([code:root_dir(), "releases",
    erlang:system_info(otp_release), "OTP_VERSION"])), io:format("~s", [V]).' | head -n 1)
"$here/../../../node_modules/.bin/tsx" "$here/measure.ts" "$port" "$erlang" "$repetitions"
