# One image for every process; the command says which. The workspace layout is kept: Node runs the TypeScript sources as
# they are, and it does not strip types inside node_modules. The page is built apart, so that its tools stay behind.
#
# By digest, as Docker's own list of official images has it, so that a tag that moves changes nothing here unseen.
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:235600a8101ab264e117b1768e925532262668dc9b581ef1dd7d96ced463b8e7
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/cli/package.json apps/cli/
COPY apps/dashboard/package.json apps/dashboard/
COPY apps/gateway/package.json apps/gateway/
COPY apps/worker/package.json apps/worker/
COPY packages/apis/package.json packages/apis/
COPY packages/bridge/package.json packages/bridge/
COPY packages/config/package.json packages/config/
COPY packages/contracts/package.json packages/contracts/
COPY packages/control/package.json packages/control/
COPY packages/evaluation/package.json packages/evaluation/
COPY packages/launch/package.json packages/launch/
COPY packages/mirror/package.json packages/mirror/
COPY packages/providers/package.json packages/providers/
COPY packages/router/package.json packages/router/
COPY packages/runtime/package.json packages/runtime/
COPY packages/sdk/package.json packages/sdk/
COPY packages/simulator/package.json packages/simulator/
COPY packages/store/package.json packages/store/
COPY packages/telemetry/package.json packages/telemetry/
COPY packages/testkit/package.json packages/testkit/

FROM manifests AS page
RUN npm ci --ignore-scripts --workspace apps/dashboard
COPY tsconfig.json ./
COPY packages/contracts packages/contracts
COPY packages/evaluation packages/evaluation
COPY apps/dashboard apps/dashboard
RUN npm run build --workspace apps/dashboard

FROM manifests AS modules
# Types and maps are for editors and debuggers: a third of what is installed.
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Understudy" \
      org.opencontainers.image.description="An LLM gateway that mirrors traffic to a silent model, and says whether it could take the lead" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=modules /app ./
COPY apps apps
COPY packages packages
COPY examples examples
COPY --from=page /app/apps/dashboard/dist apps/dashboard/dist
COPY LICENSE ./

RUN mkdir -p /var/lib/understudy/spool && chown node:node /var/lib/understudy/spool
USER node
EXPOSE 4000
# Whichever process it is: a worker names its port. Whether queue and database are there is not asked, as in the manifests.
HEALTHCHECK --interval=10s --start-period=20s CMD ["node", "-e", \
  "fetch(`http://127.0.0.1:${process.env.METRICS_PORT||process.env.PORT||4000}/health/liveliness`).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "apps/gateway/src/main.ts"]
