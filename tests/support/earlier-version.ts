import { closeAtEnd } from "@understudy/testkit";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The version that an upgrade comes from, by its commit: the first that was made whole. Gateways and workers of it have to
 * go on beside those of today. With a release, it becomes the release before.
 */
export const EARLIER = "2e8c6fe";

/** Why it cannot be tried here; null where it can. */
export async function whyNoEarlierVersion(): Promise<string | null> {
  try {
    await run("git", ["cat-file", "-e", `${EARLIER}^{commit}`]);
    return null;
  } catch {
    return `no commit ${EARLIER} here: a clone without history`;
  }
}

/**
 * The folder of the earlier version's source, as it was, to be run as it is. Its own packages are linked to their source
 * there, and all others to those installed here: installing what it was locked to takes minutes, and would try old
 * dependencies, not the old format.
 */
export async function earlierVersion(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "understudy-earlier-"));
  closeAtEnd(() => rm(folder, { recursive: true, force: true }));
  const archive = path.join(folder, "source.tar");
  await run("git", ["archive", "--format=tar", `--output=${archive}`, EARLIER, "package.json", "apps", "packages"]);
  await run("tar", ["-xf", archive, "-C", folder]);
  await linkInstalled(path.join(folder, "node_modules"));
  await linkOwn(folder);
  return folder;
}

async function linkInstalled(folder: string): Promise<void> {
  const installed = path.resolve("node_modules");
  await mkdir(path.join(folder, "@understudy"), { recursive: true });
  const names = (await readdir(installed)).filter((name) => name !== "@understudy" && !name.startsWith("."));
  await Promise.all(names.map((name) => symlink(path.join(installed, name), path.join(folder, name))));
}

async function linkOwn(folder: string): Promise<void> {
  for (const kind of ["apps", "packages"]) {
    for (const name of await readdir(path.join(folder, kind))) {
      const place = path.join(folder, kind, name);
      const manifest = path.join(place, "package.json");
      if (!existsSync(manifest)) continue;
      const { name: full } = JSON.parse(await readFile(manifest, "utf8")) as { name: string };
      await symlink(place, path.join(folder, "node_modules", full));
    }
  }
}
