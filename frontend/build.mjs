/** Bundles src/index.ts into the Python package; `--watch` builds again at every change. */
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const BUDGET = 80_000;
const here = fileURLToPath(new URL(".", import.meta.url));
const outfile = fileURLToPath(new URL("../tb_layerweights/static/index.js", import.meta.url));
const watch = process.argv.includes("--watch");

/** @type {import("esbuild").Plugin} */
const reportSize = {
  name: "report-size",
  setup({ onEnd }) {
    onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      const size = gzipSync(await readFile(outfile), { level: 9 }).length;
      const kilobytes = (size / 1000).toFixed(1);
      console.log(`${relative(process.cwd(), outfile)}: ${kilobytes} kB gzipped`);
      if (size > BUDGET) {
        return { errors: [{ text: `The bundle is over its budget of ${BUDGET / 1000} kB.` }] };
      }
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: here,
  entryPoints: ["src/index.ts"],
  outfile,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  loader: { ".css": "text" },
  legalComments: "none",
  plugins: [reportSize],
};

if (watch) {
  await (await context(options)).watch();
} else {
  // esbuild has printed the errors by the time it rejects.
  await build(options).catch(() => process.exit(1));
}
