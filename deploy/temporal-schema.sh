#!/bin/sh
# Brings the Temporal server's two databases to the schema of this version.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_password)"
export SQL_PASSWORD
for database in temporal temporal_visibility; do
    schema=/etc/temporal/schema/postgresql/v12/${database#temporal_}/versioned
    # Refuses a database that it has set up before, so its answer says nothing; the update below does.
    temporal-sql-tool --db $database setup-schema -v 0.0 || true
    temporal-sql-tool --db $database update-schema -d "$schema"
done
