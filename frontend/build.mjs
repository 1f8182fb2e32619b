/** Bundles src/index.ts into the Python package; `--watch` builds again at every change. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context, transform } from "esbuild";
import { minify } from "terser";
import terser from "terser/package.json" with { type: "json" };
import { licenses } from "./licenses.mjs";

/** Gzipped: of what opens the tab, and of that and all that is fetched once it is wanted. */
const BUDGETS = { opening: 60_000, all: 81_000 };
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

/**
 * What the page imports when it is wanted becomes a file of its own, which imports the page, too. That is there already:
 * else esbuild would take apart what the two have in common, and small files weigh more.
 */
const onDemand = {
  name: "on demand",
  /** @param {import("esbuild").PluginBuild} bundling */
  setup(bundling) {
    const filter = /./;
    bundling.onResolve({ filter }, async ({ path, kind, ...from }) => {
      if (kind !== "dynamic-import") return null;
      const found = await bundling.resolve(path, { ...from, kind: "import-statement" });
      return { ...found, namespace: "on-demand" };
    });
    bundling.onLoad({ filter, namespace: "on-demand" }, ({ path }) => ({
      contents: `import "./src/index"; export * from ${JSON.stringify(path)};`,
      resolveDir: root,
    }));
  },
};

/** Terser takes off another 5 % of what esbuild leaves; what files share has one short name in all of them. */
const smaller = {
  name: "smaller",
  /** @param {import("esbuild").PluginBuild} bundling */
  setup(bundling) {
    bundling.onEnd(async ({ outputFiles = [] }) => {
      await mkdir(outdir, { recursive: true });
      const shared = outputFiles.filter(({ path }) => basename(path).startsWith("chunk-"));
      const nameCache = {};
      const names = new Map();
      for (const file of new Set([...shared, ...outputFiles])) {
        const { code = "" } = await minify(file.text, {
          module: true,
          // What is written alike weighs less when packed.
          compress: { passes: 2, lhs_constants: false, inline: 1 },
          nameCache,
        });
        const isShared = shared.includes(file);
        const told = isShared ? giving(code, names) : taking(code, names);
        await writeFile(file.path, basename(file.path) === "index.js" ? await entry(told) : told);
      }
    });
  },
};

/** The code of a file of which only ours know, with all that it exports under the names within, which are kept in `names`. */
function giving(code, names) {
  return code.replace(/export\{([^}]*)\};$/, (_, list) => {
    const inner = list.split(",").map((one) => {
      const [name, told = name] = one.split(" as ");
      names.set(told, name);
      return name;
    });
    return `export{${inner}};`;
  });
}

/** The code of a file that imports what others export under other `names` now. */
function taking(code, names) {
  return code.replace(/^import\{([^}]*)\}(?=from"\.\/chunk-)/, (_, list) => {
    const parts = list.split(",").map((one) => {
      const [told, own = told] = one.split(" as ");
      const name = names.get(told);
      return name === own ? name : `${name} as ${own}`;
    });
    return `import{${parts}}`;
  });
}

/** In place of code that merely hands the page on: src/entry.ts, which imports the page from where that has it. */
async function entry(code) {
  const handed = /^import\{([\w$]+)[^}]*\}from("\.\/chunk-[^"]+");export\{[^}]*\};$/.exec(code);
  const text = await readFile(join(root, "src/entry.ts"), "utf8");
  const call = '(await import("./index")).render()';
  if (handed === null || !text.includes(call)) throw new Error("The entry finds no page.");
  const [, name, from] = handed;
  const imported = text.replace(call, `(await import(${from})).${name}()`);
  return (await transform(imported, { loader: "ts", minify: true, charset: "utf8" })).code;
}

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
  entryPoints: { index: "src/index.ts" },
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: "[name]-[hash]",
  format: "esm",
  target: "es2022",
  charset: "utf8",
  inject: ["jsx.mjs"],
  tsconfigRaw: {
    compilerOptions: { jsx: "react", jsxFactory: "h", jsxFragmentFactory: "Fragment" },
  },
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
  plugins: [styles, onDemand, ...(watch ? [] : [smaller]), tidy],
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
  const opening = sum([...opened(metafile)].map((path) => sizes.get(path)));
  const all = sum(sizes.values());
  console.log(`gzipped: ${inWords(opening)} to open the tab, ${inWords(all)} in all`);
  for (const [path, size] of sizes)
    console.log(`  ${inWords(size).padStart(8)}  ${basename(path)}`);
  if (opening > BUDGETS.opening || all > BUDGETS.all) {
    // A bundle left in place would pass for a finished build the next time.
    await rm(join(outdir, "index.js"));
    const [most, mostInAll] = [BUDGETS.opening, BUDGETS.all].map(inWords);
    console.error(
      `The bundle is over its budgets of ${most} to open the tab and ${mostInAll} in all.`,
    );
    process.exit(1);
  }
}

/** The files that the page and what they import in turn consist of. */
function opened({ outputs }) {
  const found = new Set(Object.keys(outputs).filter((path) => basename(path) === "index.js"));
  for (const path of found) {
    for (const one of outputs[path].imports)
      if (one.kind === "import-statement") found.add(one.path);
  }
  return found;
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
