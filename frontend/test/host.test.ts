import { afterEach, expect, test, vi } from "vitest";
import { openMessages, viewAddress } from "../src/host";

interface Fake {
  port: MessagePort;
  sent: { type: string; id: number; payload: unknown; isReply: boolean }[];
  say(data: unknown): void;
}

function fakePort(): Fake {
  const sent: Fake["sent"] = [];
  const port = { onmessage: null, postMessage: (text: string) => sent.push(JSON.parse(text)) };
  return {
    port: port as unknown as MessagePort,
    sent,
    say: (data) => (port.onmessage as unknown as (event: unknown) => void)({ data }),
  };
}

afterEach(() => {
  vi.useRealTimers();
});

test("an answer reaches who asked", async () => {
  const { port, sent, say } = fakePort();
  const answer = openMessages(port).ask("experimental.GetRuns");
  const id = sent[0]?.id ?? -1;
  say(JSON.stringify({ type: "experimental.GetRuns", id, payload: ["a"], isReply: true }));
  await expect(answer).resolves.toEqual(["a"]);
});

test("every message of the host is answered", () => {
  const { port, sent, say } = fakePort();
  const heard: unknown[] = [];
  openMessages(port).on("experimental.RunsChanged", (payload) => heard.push(payload));
  say(JSON.stringify({ type: "experimental.RunsChanged", id: 7, payload: ["a"], isReply: false }));
  say(JSON.stringify({ type: "unheard.of", id: 8, isReply: false }));
  expect(heard).toEqual([["a"]]);
  expect(sent.map(({ id, isReply }) => [id, isReply])).toEqual([
    [7, true],
    [8, true],
  ]);
});

test.each([["garbage"], ["null"], ['{"type":1}'], [42], ['{"id":1,"isReply":true}']])(
  "garbage (%s) is passed over",
  (data) => {
    const { port, sent, say } = fakePort();
    openMessages(port);
    say(data);
    expect(sent).toEqual([]);
  },
);

test("nobody waits for ever", async () => {
  vi.useFakeTimers();
  const { port } = fakePort();
  const answer = openMessages(port).ask("experimental.GetRuns");
  const refusal = expect(answer).rejects.toThrow(/did not answer/);
  await vi.advanceTimersByTimeAsync(2500);
  await refusal;
});

test.each([
  ["http://host/#layer_weights&_smoothing=0.5", "http://host/#layer_weights&_smoothing=0.5"],
  ["http://host/?darkMode=true#scalars", "http://host/?darkMode=true#layer_weights"],
  ["http://host/tb/", "http://host/tb/#layer_weights"],
])("the link to a view from %s opens our tab", (href, link) => {
  const host = { location: new URL(href), document: { body: {} } };
  vi.stubGlobal("window", { parent: host, location: new URL("http://host/frame") });
  expect(viewAddress(new Map([["step", "7"]]))).toBe(`${link}&p.layer_weights.step=7`);
  vi.unstubAllGlobals();
});

test("the link to a view without TensorBoard around is the page's own", () => {
  const page: { location: URL; parent?: unknown } = { location: new URL("http://host/?a=1#b=2") };
  page.parent = page;
  vi.stubGlobal("window", page);
  expect(viewAddress(new Map())).toBe("http://host/?a=1#b=2");
  vi.unstubAllGlobals();
});
