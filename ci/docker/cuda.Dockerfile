# Parity on NVIDIA GPUs. Build from the checkout:  docker build -f ci/docker/cuda.Dockerfile -t parity-gpu .
# Run:  docker run --rm --gpus all parity-gpu [COMMAND …]
ARG CUDA=13.0.1
ARG JDK=25-jdk-noble
FROM eclipse-temurin:${JDK} AS jdk

FROM nvidia/cuda:${CUDA}-devel-ubuntu24.04
COPY --from=jdk /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
RUN apt-get update \
    && apt-get install -y --no-install-recommends git maven numactl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1500 parity
WORKDIR /opt/parity
COPY --chown=parity:parity . .
RUN chown parity:parity /opt/parity
USER parity
RUN ./parity --version
ENTRYPOINT ["./parity"]
CMD ["doctor"]
