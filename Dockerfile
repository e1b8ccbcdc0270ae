# syntax=docker/dockerfile:1
# One image for every Keepwarm process: `keepwarm worker`, `keepwarm web`, `keepwarm migrate`.

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock ./
# Everything by hash, nothing built from source.
RUN .venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml LICENSE ./
COPY activities/ activities/
COPY channels/ channels/
COPY config/ config/
COPY deploy/healthy.py deploy/healthy.py
COPY domain/ domain/
COPY embedded/ embedded/
COPY starter/ starter/
COPY storage/ storage/
COPY templates/ templates/
COPY web/ web/
COPY worker/ worker/
COPY workflows/ workflows/
# In place, as `make setup` installs it; compiled now, because the running container cannot write.
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --no-index --editable . \
    && .venv/bin/python -m compileall -q -j 0 .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/keepwarm --create-home keepwarm
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    KEEPWARM_HOME=/var/lib/keepwarm \
    KEEPWARM_LOG_FORMAT=json
WORKDIR /app
USER 10001
EXPOSE 8000
# A worker finishes the sends it has begun; SIGTERM asks for it.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "deploy/healthy.py"]
CMD ["keepwarm", "worker"]
