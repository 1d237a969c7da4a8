# Any service, from what "mvn package" built: docker build --build-arg MODULE=contacts -t alumoutreach/contacts .
ARG JRE=eclipse-temurin:25-jre

FROM ${JRE} AS jars
ARG MODULE
RUN test -n "${MODULE}" || (echo "say which: --build-arg MODULE=contacts" >&2; exit 1)
WORKDIR /jars
COPY modules/${MODULE}/target/lib lib
COPY modules/${MODULE}/target/${MODULE}-*.jar ./
# Libraries change rarely, ours with every build: two folders, two layers.
RUN mkdir own && mv lib/contracts-*.jar lib/backbone-*.jar own/ && rm -f ./*-tests.jar ./*-sources.jar && mv "${MODULE}"-*.jar app.jar

FROM ${JRE}
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin alum \
    && install -d -o alum -g alum /app
COPY infra/docker/healthcheck infra/docker/train /usr/local/bin/
USER 10001
WORKDIR /app
COPY --chown=alum:alum --from=jars /jars/lib lib
COPY --chown=alum:alum --from=jars /jars/own lib
COPY --chown=alum:alum --from=jars /jars/app.jar app.jar
# One set of options for training and running: a cache made with others is not used.
ENV JDK_JAVA_OPTIONS="-XX:+UseSerialGC -XX:MaxRAMPercentage=60 -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED"
RUN train
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 CMD ["healthcheck"]
# Java as process 1, so that it gets the SIGTERM and drains; 30 s are enough.
ENTRYPOINT ["java", "-XX:AOTCache=app.aot", "-jar", "app.jar"]
