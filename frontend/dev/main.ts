import { render } from "../src/index";
import { playing } from "../src/views/toolbar/play";
import { inWords, watchFrames } from "./frames";

/** The page as TensorBoard opens it, with the times of its frames in a corner. */

const REPORT_MILLISECONDS = 250;

const frames = watchFrames(() => playing.peek());
render();

const corner = document.createElement("aside");
corner.className = "frames";
corner.setAttribute("aria-label", "Frame times");
const report = document.createElement("output");
corner.append(report);
for (const [text, address] of [
  ["golden", "/"],
  ["100 layers", "/?layers=100"],
  ["1,000 layers", "/?layers=1000&steps=51&runs=2"],
] as const) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = text;
  corner.append(link);
}
document.body.append(corner);
setInterval(() => {
  report.textContent = inWords(frames);
}, REPORT_MILLISECONDS);
