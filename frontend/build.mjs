/** Bundles src/index.ts into the Python package; `--watch` builds again at every change. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context, transform } from "esbuild";
import { licenses } from "./licenses.mjs";

const BUDGET_BYTES = 80_000;
const root = fileURLToPath(new URL(".", import.meta.url));
const outdir = fileURLToPath(new URL("../tb_layerweights/static/", import.meta.url));
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

/** What makes files to be saved is fetched when the first one is: it shares no state with the page. */
const onDemand = {
  name: "on demand",
  /** @param {import("esbuild").PluginBuild} bundling */
  setup(bundling) {
    bundling.onResolve({ filter: /^\.\/files$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./static/files.js", external: true } : null,
    );
  },
};

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: { index: "src/index.ts", files: "src/views/save/files.ts" },
  outdir,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  plugins: [styles, onDemand],
  legalComments: "none",
  metafile: true,
  logLevel: watch ? "info" : "warning",
};

if (watch) {
  await (await context(options)).watch();
} else {
  // esbuild has printed the errors by the time it rejects.
  const { metafile } = await build(options).catch(() => process.exit(1));
  await writeFile(`${outdir}licenses.txt`, await licenses(root, metafile));
  const [page, onceSaved] = await Promise.all(["index.js", "files.js"].map(sizeOf));
  console.log(`index.js: ${inWords(page)} gzipped, and ${inWords(onceSaved)} once files are saved`);
  if (page > BUDGET_BYTES) {
    // A bundle left in place would pass for a finished build the next time.
    await rm(`${outdir}index.js`);
    console.error(`The bundle is over its budget of ${inWords(BUDGET_BYTES)}.`);
    process.exit(1);
  }
}

async function sizeOf(name) {
  return gzipSync(await readFile(`${outdir}${name}`), { level: 9 }).length;
}

function inWords(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
