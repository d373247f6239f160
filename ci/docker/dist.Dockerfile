# Parity as a small image, for jobs that need no device. Unpack a distribution (`./parity dist`) and build in it:
#   docker build -f Containerfile -t parity .
# Run:  docker run --rm --user "$(id -u)" -v "$PWD:/work" parity compare gpu.log npu.log
ARG DEBIAN=bookworm-slim
FROM debian:${DEBIAN}
# the charts' texts are measured with a font
RUN apt-get update \
    && apt-get install -y --no-install-recommends fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1500 parity
COPY . /opt/parity
USER parity
WORKDIR /work
ENTRYPOINT ["/opt/parity/bin/parity"]
CMD ["doctor"]
