# syntax=docker/dockerfile:1
# The broker in a container: docker build -t chaski .

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /source
COPY . .
# Maven's downloads stay with the builder, not in the image.
RUN --mount=type=cache,target=/root/.m2 \
    ./chaski package --type=tar --output=/packages \
    && mkdir /chaski \
    && tar -xzf /packages/chaski-*.tar.gz -C /chaski --strip-components=1

FROM debian:trixie-slim
# A number and no name is what an orchestrator can tell from root.
RUN groupadd --gid 4150 chaski \
    && useradd --uid 4150 --gid 4150 --no-create-home --home-dir /var/lib/chaski --shell /usr/sbin/nologin chaski \
    && install -d -o chaski -g chaski -m 0750 /var/lib/chaski \
    && ln -s ../lib/chaski/chaski /usr/bin/chaski
COPY --from=build /chaski /usr/lib/chaski
COPY --chmod=755 deploy/docker/chaski-health /usr/bin/chaski-health
ENV CHASKI_DATA_PATH=/var/lib/chaski LANG=C.UTF-8
USER 4150:4150
WORKDIR /var/lib/chaski
VOLUME /var/lib/chaski
# NSQ, HTTP, and the lookup's two.
EXPOSE 4150 4151 4160 4161
# It drains, and ends with 0. The launcher becomes the broker: no other process is there that would need an init.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["chaski-health"]
ENTRYPOINT ["chaski"]
CMD ["serve"]
