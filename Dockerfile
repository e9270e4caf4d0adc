# syntax=docker/dockerfile:1.7.0
# Copydesk as one small image: packages are built in the first stage, and only what runs is in the second.

FROM python:3.13.7-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/copydesk
WORKDIR /src
COPY requirements.txt ./
RUN /opt/copydesk/bin/pip install --require-hashes --requirement requirements.txt
COPY . .
RUN /opt/copydesk/bin/pip install --no-deps --no-build-isolation . \
    && /opt/copydesk/bin/pip uninstall --yes setuptools pip

FROM python:3.13.7-slim-bookworm
ARG VERSION=""
ARG REVISION=""
ARG CREATED=""
LABEL org.opencontainers.image.title="Copydesk" \
      org.opencontainers.image.description="Reads news, cuts what does not belong, says why, and passes clean copy on." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/copydesk/copydesk" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.created=$CREATED
# 1000 is also whom Elasticsearch and Kibana run as: they read their passwords from a volume of ours.
RUN groupadd --gid 1000 copydesk \
    && useradd --uid 1000 --gid copydesk --no-create-home --home-dir /data copydesk \
    && install --directory --owner=copydesk --group=copydesk --mode=0700 /data /secrets \
        /secrets/elasticsearch /secrets/kibana /secrets/copydesk /secrets/admin
COPY --from=build /opt/copydesk /opt/copydesk
ENV PATH=/opt/copydesk/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    COPYDESK_DATA=/data
USER 1000:1000
WORKDIR /data
ENTRYPOINT ["copydesk"]
CMD ["--help"]
