import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Only for tests: an authority, a server's certificate for the loopback, and a client's, as PEM files of a folder. */
export interface Certificates {
  readonly caFile: string;
  /** Certificate and key in one file. */
  readonly serverFile: string;
  readonly clientFile: string;
  readonly server: { readonly cert: string; readonly key: string; readonly ca: string };
  remove(): void;
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "understudy-tls-"));
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...ec, "-days", "2", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem");
  writeFileSync(at("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  for (const name of ["server", "client"]) {
    openssl("req", ...ec, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
    openssl("x509", "-req", "-in", `${name}.csr`, ...signed, "-out", `${name}.crt`);
    writeFileSync(at(`${name}.pem`), readFileSync(at(`${name}.crt`), "utf8") + readFileSync(at(`${name}.key`), "utf8"));
  }
  const text = (name: string): string => readFileSync(at(name), "utf8");
  return {
    caFile: at("ca.pem"),
    serverFile: at("server.pem"),
    clientFile: at("client.pem"),
    server: { cert: text("server.crt"), key: text("server.key"), ca: text("ca.pem") },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
