import { signal } from "@preact/signals";
import { readHash, writeHash } from "./model/address";
import type { Theme } from "./model/colors";

/**
 * TensorBoard around us: its messages, its theme, its address. Opened on its own (no TensorBoard around),
 * the page works the same without them.
 */

const PLUGIN = "layer_weights";
const PREFIX = `p.${PLUGIN}.`;
const ANSWER_WITHIN_MS = 2000;

interface Frame {
  type: string;
  id: number;
  payload?: unknown;
  error?: string | null;
  isReply?: boolean;
}

function parseFrame(data: unknown): Frame | null {
  try {
    const frame = JSON.parse(String(data)) as Frame | null;
    return typeof frame?.type === "string" && typeof frame.id === "number" ? frame : null;
  } catch {
    return null;
  }
}

export interface Messages {
  /** The host's answer; rejects when nobody answers in time. */
  ask(type: string): Promise<unknown>;
  on(type: string, listener: (payload: unknown) => void): void;
}

/** The guest's side of TensorBoard's experimental plugin protocol on an open port. */
export function openMessages(port: MessagePort): Messages {
  const waiting = new Map<number, (frame: Frame) => void>();
  const listeners = new Map<string, (payload: unknown) => void>();
  let lastId = 0;
  port.onmessage = ({ data }) => {
    const frame = parseFrame(data);
    if (frame === null) return;
    if (frame.isReply === true) {
      waiting.get(frame.id)?.(frame);
      waiting.delete(frame.id);
      return;
    }
    listeners.get(frame.type)?.(frame.payload);
    // The host keeps a promise for each of its messages until it is answered.
    port.postMessage(
      JSON.stringify({ type: frame.type, id: frame.id, payload: null, error: null, isReply: true }),
    );
  };
  return {
    ask(type) {
      const id = lastId++;
      port.postMessage(JSON.stringify({ type, id, payload: null, error: null, isReply: false }));
      return new Promise((resolve, reject) => {
        waiting.set(id, (frame) => {
          if (frame.error) reject(new Error(frame.error));
          else resolve(frame.payload);
        });
        setTimeout(() => {
          if (waiting.delete(id)) reject(new Error(`TensorBoard did not answer ${type}.`));
        }, ANSWER_WITHIN_MS);
      });
    },
    on: (type, listener) => listeners.set(type, listener),
  };
}

/** The window of TensorBoard, if we are in it and may look. */
export function hostWindow(): Window | null {
  try {
    return window.parent !== window && window.parent.document.body !== null ? window.parent : null;
  } catch {
    return null;
  }
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

/** All runs in TensorBoard's order, which decides their colours; empty until it is known. */
export const hostRuns = signal<readonly string[]>([]);
export const theme = signal<Theme>("light");
/** False while another tab is in front. */
export const visible = signal(true);
export const pixelRatio = signal(1);
/** How often the browser gave back a canvas whose picture it had lost, with the graphics processor for instance. */
export const restorations = signal(0);
/** Whether the person wants nothing to move by itself. */
export const calm = signal(false);

/** Starts to listen to the host; `onReload` is called for each of its data reloads. */
export function connect(onReload: () => void): void {
  const host = hostWindow();
  watchTheme(host);
  watchPixelRatio();
  watchCanvases();
  watchVisibility();
  watchMotion();
  if (host === null) return;
  borrowFonts(host.document);
  const { port1, port2 } = new MessageChannel();
  const messages = openMessages(port1);
  const setRuns = (payload: unknown) => {
    if (isNames(payload) && payload.length > 0) hostRuns.value = payload;
  };
  messages.on("experimental.RunsChanged", setRuns);
  messages.on("experimental.DataReloaded", watchReloads(host.document, onReload));
  host.postMessage("experimental.bootstrap", "*", [port2]);
  messages.ask("experimental.GetRuns").then(setRuns, () => {});
}

const RELOADED_WITHIN_MS = 3000;

/**
 * TensorBoard tells no plugin of a reload that fails and, once one did, of none after it. So one that is seen to begin
 * and isn't told of in time counts as well. Returns what to call when one is told of.
 */
function watchReloads(host: Document, onReload: () => void): () => void {
  let late: ReturnType<typeof setTimeout>;
  const within = (milliseconds: number) => {
    clearTimeout(late);
    late = setTimeout(onReload, milliseconds);
  };
  for (const button of host.querySelectorAll(".reload-button")) {
    const look = () => button.classList.contains("loading") && within(RELOADED_WITHIN_MS);
    button.addEventListener("click", look);
    new MutationObserver(look).observe(button, { attributeFilter: ["class"] });
  }
  return () => within(0);
}

/** TensorBoard marks its dark mode on its own body and tells no plugin. */
function watchTheme(host: Window | null): void {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const update = () => {
    const dark = host?.document.body.classList.contains("dark-mode") ?? system.matches;
    theme.value = dark ? "dark" : "light";
  };
  update();
  system.addEventListener("change", update);
  if (host !== null) {
    const attributes = { attributes: true, attributeFilter: ["class"] };
    new MutationObserver(update).observe(host.document.body, attributes);
  }
}

/** TensorBoard keeps the frames of hidden tabs and gives them no height; the document still counts as visible. */
function watchVisibility(): void {
  const update = () => {
    const isSeen = window.innerHeight > 0;
    if (isSeen) takeFocus();
    visible.value = isSeen;
  };
  update();
  window.addEventListener("resize", update);
}

/** Keys are ours once our tab is in front, unless the person is at something else. */
function takeFocus(): void {
  const host = hostWindow()?.document;
  if (host?.hasFocus() && host.activeElement === host.body) window.focus();
}

function watchMotion(): void {
  const reduced = window.matchMedia("(prefers-reduced-motion: reduce)");
  const update = () => {
    calm.value = reduced.matches;
  };
  update();
  reduced.addEventListener("change", update);
}

function watchPixelRatio(): void {
  pixelRatio.value = window.devicePixelRatio;
  window
    .matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
    .addEventListener("change", watchPixelRatio, { once: true });
}

function watchCanvases(): void {
  const count = () => {
    restorations.value += 1;
  };
  document.addEventListener("contextrestored", count, { capture: true }); // it doesn't bubble
}

/** TensorBoard carries Roboto; a frame inside it has to declare the faces anew. */
function borrowFonts(host: Document): void {
  const faces: string[] = [];
  for (const sheet of host.styleSheets) {
    try {
      for (const rule of sheet.cssRules) {
        if (rule instanceof (host.defaultView as typeof window).CSSFontFaceRule)
          faces.push(rule.cssText);
      }
    } catch {
      // A style sheet of another origin does not show its rules.
    }
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(faces.filter((face) => /font-family: ["']?Roboto["']?;/.test(face)).join("\n"));
  document.adoptedStyleSheets.push(sheet);
}

function isOurs(hash: string): boolean {
  return hash === `#${PLUGIN}` || hash.startsWith(`#${PLUGIN}&`);
}

/** What the address says of our view. TensorBoard's own GetURLPluginData is empty when a link is opened cold. */
export function readAddress(): Map<string, string> {
  return readHash((hostWindow() ?? window).location.hash, PREFIX);
}

/** Puts our view into the address, without an entry in the history and without touching others' parts. */
export function writeAddress(texts: ReadonlyMap<string, string>): void {
  const host = hostWindow() ?? window;
  const { hash } = host.location;
  if (host !== window && !isOurs(hash)) return;
  const next = writeHash(hash, PREFIX, texts);
  if (next !== hash) host.history.replaceState(host.history.state, "", next);
}

/** The address under which the page opens in such a view. */
export function viewAddress(texts: ReadonlyMap<string, string>): string {
  const host = hostWindow() ?? window;
  const { href, hash } = host.location;
  const ours = host === window || isOurs(hash) ? hash : `#${PLUGIN}`;
  return href.replace(/#.*$/, "") + writeHash(ours, PREFIX, texts);
}

/**
 * Calls `adopt` when a person changed the address of our tab, and `restore` when TensorBoard came back to our
 * tab: it then writes what it remembers of our parts, which may be old.
 */
export function watchAddress(adopt: () => void, restore: () => void): void {
  const host = hostWindow() ?? window;
  host.addEventListener("hashchange", ({ oldURL }) => {
    if (host === window) adopt();
    else if (isOurs(host.location.hash)) isOurs(new URL(oldURL).hash) ? adopt() : restore();
  });
}
