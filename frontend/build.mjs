/** Bundles src/index.ts into the Python package; `--watch` builds again at every change. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context, transform } from "esbuild";
import { licenses } from "./licenses.mjs";

const BUDGET_BYTES = 80_000;
const root = fileURLToPath(new URL(".", import.meta.url));
const outfile = fileURLToPath(new URL("../tb_layerweights/static/index.js", import.meta.url));
const watch = process.argv.includes("--watch");

/** Style sheets are bundled as texts, which esbuild would leave as they are. */
const styles = {
  name: "styles",
  /** @param {import("esbuild").PluginBuild} bundling */
  setup(bundling) {
    bundling.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const { code } = await transform(text, { loader: "css", minify: !watch });
      return { contents: code, loader: "text" };
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: ["src/index.ts"],
  outfile,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  plugins: [styles],
  legalComments: "none",
  metafile: true,
  logLevel: watch ? "info" : "warning",
};

if (watch) {
  await (await context(options)).watch();
} else {
  // esbuild has printed the errors by the time it rejects.
  const { metafile } = await build(options).catch(() => process.exit(1));
  await writeFile(`${dirname(outfile)}/licenses.txt`, await licenses(root, metafile));
  const size = gzipSync(await readFile(outfile), { level: 9 }).length;
  console.log(`${relative(process.cwd(), outfile)}: ${(size / 1000).toFixed(1)} kB gzipped`);
  if (size > BUDGET_BYTES) {
    // A bundle left in place would pass for a finished build the next time.
    await rm(outfile);
    console.error(`The bundle is over its budget of ${BUDGET_BYTES / 1000} kB.`);
    process.exit(1);
  }
}
