/** Collects the licences of the packages in a bundle: most of them ask for their text to travel along. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @param {string} root Where the metafile's paths begin.
 * @param {import("esbuild").Metafile} metafile
 * @returns {Promise<string>}
 */
export async function licenses(root, metafile) {
  const texts = packages(metafile).map(async (folder) => {
    const { name, version } = JSON.parse(
      await readFile(join(root, folder, "package.json"), "utf8"),
    );
    const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file.`);
    return `${name} ${version}\n\n${await readFile(join(root, folder, file), "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

/** @param {import("esbuild").Metafile} metafile */
function packages({ inputs }) {
  const folders = Object.keys(inputs).map(
    (path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}
