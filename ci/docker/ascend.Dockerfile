# Parity on Ascend NPUs. Build from the checkout:  docker build -f ci/docker/ascend.Dockerfile -t parity-npu .
# Run: with the devices and mounts that `./parity doctor` prints on the host. The user is in group 1000 (HwHiAiUser),
# which owns the device nodes as the driver installs them; give --build-arg DEVICE_GROUP where it is another.
ARG CANN=8.1.rc1-910b-ubuntu22.04-py3.10
ARG JDK=25-jdk-jammy
FROM eclipse-temurin:${JDK} AS jdk

FROM ascendai/cann:${CANN}
ARG DEVICE_GROUP=1000
USER root
COPY --from=jdk /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
RUN apt-get update \
    && apt-get install -y --no-install-recommends git maven numactl \
    && rm -rf /var/lib/apt/lists/* \
    && (getent group "${DEVICE_GROUP}" || groupadd --gid "${DEVICE_GROUP}" devices) \
    && useradd --create-home --uid 1500 --gid "${DEVICE_GROUP}" parity
WORKDIR /opt/parity
COPY --chown=parity:${DEVICE_GROUP} . .
RUN chown "parity:${DEVICE_GROUP}" /opt/parity
USER parity
RUN ./parity --version
ENTRYPOINT ["./parity"]
CMD ["doctor"]
