# The programs that checks run, built from their Go modules.
FROM golang:1.26-bookworm AS tools
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY tools/install_tools.py tools/
RUN python3 tools/install_tools.py

# The Python packages, from the same lock as everywhere.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /opt/fairlead && /opt/fairlead/bin/pip install --no-cache-dir --require-hashes -r /requirements.lock
COPY pyproject.toml README.md LICENSE /src/
COPY app /src/app
COPY validators /src/validators
RUN /opt/fairlead/bin/pip install --no-cache-dir "setuptools>=80" \
    && /opt/fairlead/bin/pip install --no-cache-dir --no-deps --no-build-isolation /src \
    && /opt/fairlead/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap ca-certificates git && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 fairlead \
    && useradd --system --uid 10001 --gid fairlead --home-dir /nonexistent --shell /usr/sbin/nologin fairlead \
    && install -d -o fairlead -g fairlead /data
COPY --from=tools /build/.tools/bin/ /usr/local/bin/
COPY --from=packages /opt/fairlead /opt/fairlead
ENV PATH=/opt/fairlead/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FAIRLEAD_DATA_DIR=/data \
    FAIRLEAD_HOST=0.0.0.0 \
    FAIRLEAD_LOG_FORMAT=json
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["fairlead"]
CMD ["serve"]
