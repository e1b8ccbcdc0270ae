#!/bin/sh
# Runs once, on an empty data volume: a role and its databases for Keepwarm, and for the Temporal server.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username=postgres \
    --set=keepwarm="$(cat /run/secrets/keepwarm_password)" --set=temporal="$(cat /run/secrets/temporal_password)" <<'SQL'
CREATE ROLE keepwarm LOGIN PASSWORD :'keepwarm';
CREATE DATABASE keepwarm OWNER keepwarm;
CREATE ROLE temporal LOGIN PASSWORD :'temporal';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE keepwarm, temporal, temporal_visibility FROM PUBLIC;
SQL
