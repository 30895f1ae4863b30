# The device broker: the farm's registry and scheduler. Build from the repository's root: docker build -f deploy/device-broker.Dockerfile .
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /src
COPY . .
RUN dotnet publish services/device-broker/Platform.DeviceBroker.csproj -c Release --use-current-runtime --self-contained true -p:PublishReadyToRun=true -nodeReuse:false -o /out

FROM debian:12.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl libssl3 libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/hub hub \
 && install -d -o hub -g hub /var/lib/hub /run/hub
COPY --from=build /out /opt/hub
ENV DOTNET_EnableDiagnostics=0 Listen__Address=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/hub
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/ready"]
ENTRYPOINT ["/opt/hub/Platform.DeviceBroker"]
