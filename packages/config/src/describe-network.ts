import { PLAIN_NETWORK, type NetworkSettings } from "./network.ts";
import { publicUrl } from "./public-url.ts";

/** What lies between this process and what it calls, other than nothing. */
export function describeNetwork({ httpProxy, httpsProxy, noProxy, tls }: NetworkSettings): readonly string[] {
  const { verify, caFile, extraCaFile, certFile } = tls;
  return [
    ...(httpProxy === null ? [] : [`http: addresses through ${publicUrl(httpProxy)}`]),
    ...(httpsProxy === null ? [] : [`https: addresses through ${publicUrl(httpsProxy)}`]),
    ...((httpProxy ?? httpsProxy) === null || noProxy === PLAIN_NETWORK.noProxy ? [] : [`straight to ${noProxy}`]),
    ...(verify ? [] : ["certificates are not checked"]),
    ...(caFile === null ? [] : [`authorities of ${caFile}`]),
    ...(extraCaFile === null ? [] : [`authorities of ${extraCaFile} as well`]),
    ...(certFile === null ? [] : [`own certificate ${certFile}`]),
  ];
}
