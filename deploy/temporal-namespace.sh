#!/bin/sh
# Makes Keepwarm's namespace. Its search attributes come with `keepwarm migrate`.
set -eu
until temporal operator cluster health; do sleep 1; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" && exit
temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 168h \
    --description "Keepwarm: one workflow per candidate"
