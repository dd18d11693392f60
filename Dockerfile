# cutset serve, as a user without rights, over a store in /data. Put a proxy with TLS before it: see docs/server.md.
FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY cutset ./cutset
RUN pip install --no-cache-dir ".[server,postgresql]" && useradd --system --uid 10001 cutset \
    && mkdir /data && chown cutset /data
USER cutset
VOLUME /data
ENV CUTSET_STORE=/data/national.cutset CUTSET_SERVE_HOST=0.0.0.0 CUTSET_SERVE_HTTPS=true
EXPOSE 8321
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8321/readyz', timeout=3)"]
STOPSIGNAL SIGTERM
CMD ["cutset", "serve"]
