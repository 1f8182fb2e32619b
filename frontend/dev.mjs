/** Shows the page without TensorBoard, built anew at every load: `npm run dev`, or with `-- --port=6007`. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const golden = new URL("../tests/golden/", import.meta.url);
const port = Number(process.argv.find((one) => one.startsWith("--port="))?.slice(7) ?? 6100);

/** The text of a module and all that it imports. */
async function bundle(entry, platform) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    sourcemap: platform === "browser" ? "inline" : false,
    loader: { ".css": "text" },
  });
  return outputFiles[0].text;
}

async function importBuilt(entry) {
  const text = await bundle(entry, "node");
  return import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
}

async function readGolden() {
  const bytes = await readFile(new URL("densities.safetensors", golden));
  const { answer } = JSON.parse(await readFile(new URL("densities.json", golden), "utf8"));
  return { run: answer.run, bytes: new Uint8Array(bytes).buffer };
}

let answers = importBuilt("dev/answers.ts");
const kept = await readGolden();

/** The answer to a request: its type and body, `null` if there is none. */
async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/") {
    answers = importBuilt("dev/answers.ts");
    return { type: "text/html", body: await readFile(`${root}dev/index.html`) };
  }
  if (pathname === "/main.js") {
    return { type: "text/javascript", body: await bundle("dev/main.ts", "browser") };
  }
  // The page asks its questions as in TensorBoard; which world they are about stands in its address.
  const page = new URL(request.headers.referer ?? "/", "http://localhost");
  const { answerTo, maybeWorld } = await answers;
  return answerTo(pathname.slice(1), searchParams, maybeWorld(page.searchParams), kept);
}

const server = createServer(async (request, response) => {
  try {
    const found = await answer(request);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Type", `${found?.type ?? "text/plain"}; charset=utf-8`);
    response.statusCode = found === null ? 404 : 200;
    const body = found?.body ?? `There is nothing at ${request.url}.`;
    response.end(body instanceof ArrayBuffer ? new Uint8Array(body) : body);
  } catch (error) {
    response.statusCode = 500;
    response.setHeader("Content-Type", "text/plain; charset=utf-8");
    response.end(String(error));
  }
});
server.listen(port, "localhost", () => {
  console.log(`http://localhost:${server.address().port}/?layers=1000&steps=51&runs=2`);
});
