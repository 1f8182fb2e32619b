/** Bundles src/index.ts into the Python package; `--watch` builds again at every change. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context, transform } from "esbuild";
import { minify } from "terser";
import terser from "terser/package.json" with { type: "json" };
import { licenses } from "./licenses.mjs";

/** Gzipped, in bytes. */
const BUDGET = 80_000;
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

/** Terser takes off another 5 % of what esbuild leaves. */
const smaller = {
  name: "smaller",
  /** @param {import("esbuild").PluginBuild} bundling */
  setup(bundling) {
    bundling.onEnd(async ({ outputFiles = [] }) => {
      await mkdir(outdir, { recursive: true });
      for (const { path, text } of outputFiles) {
        // What is written alike weighs less when packed.
        const compress = { passes: 2, lhs_constants: false };
        const { code = "" } = await minify(text, { module: true, compress });
        await writeFile(path, code);
      }
    });
  },
};

/** Of the builds before no file is left. */
const tidy = {
  name: "tidy",
  /** @param {import("esbuild").PluginBuild} bundling */
  setup(bundling) {
    bundling.onEnd(async ({ metafile }) => {
      const made = new Set(Object.keys(metafile?.outputs ?? {}).map((path) => basename(path)));
      const old = (await readdir(outdir)).filter((name) => /\.js$/.test(name) && !made.has(name));
      await Promise.all(old.map((name) => rm(join(outdir, name))));
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: { index: "src/entry.ts" },
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "page-[hash]",
  format: "esm",
  target: "es2022",
  charset: "utf8",
  // Shorter, and nothing else: biome wants these names, and nobody looks at our signals with developer tools.
  define: {
    "Number.NaN": "NaN",
    "Number.POSITIVE_INFINITY": "Infinity",
    "Number.parseInt": "parseInt",
    "window.__PREACT_SIGNALS_DEVTOOLS__": "undefined",
  },
  minifySyntax: !watch,
  minifyWhitespace: !watch,
  sourcemap: watch ? "inline" : false,
  plugins: [styles, ...(watch ? [] : [smaller]), tidy],
  write: watch,
  // What is in a file tells its name, and terser has its part in that.
  banner: { js: `/* terser ${terser.version} */` },
  legalComments: "none",
  metafile: true,
  logLevel: watch ? "info" : "warning",
};

if (watch) {
  await (await context(options)).watch();
} else {
  // esbuild has printed the errors by the time it rejects.
  const { metafile } = await build(options).catch(() => process.exit(1));
  await writeFile(join(outdir, "licenses.txt"), await licenses(root, metafile));
  const sizes = await sizesOf(metafile);
  const all = sum(sizes.values());
  console.log(`gzipped: ${inWords(all)}`);
  for (const [path, size] of sizes)
    console.log(`  ${inWords(size).padStart(8)}  ${basename(path)}`);
  if (all > BUDGET) {
    // A bundle left in place would pass for a finished build the next time.
    await rm(join(outdir, "index.js"));
    console.error(`The bundle is over its budget of ${inWords(BUDGET)}.`);
    process.exit(1);
  }
}

async function sizesOf({ outputs }) {
  const scripts = Object.keys(outputs).filter((path) => path.endsWith(".js"));
  const sizes = scripts.map(async (path) => {
    const bytes = await readFile(join(root, path));
    return [path, gzipSync(bytes, { level: 9 }).length];
  });
  return new Map(await Promise.all(sizes));
}

function sum(numbers) {
  return [...numbers].reduce((all, one) => all + one, 0);
}

function inWords(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
