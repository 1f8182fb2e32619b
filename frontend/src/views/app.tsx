import { Component } from "preact";
import { useEffect } from "preact/hooks";
import { outlines, runs, selectedRuns } from "../answers";
import { change, drawing, focus, hasSidebar, search } from "../chosen";
import { measurer } from "../paint/measure";
import { measure } from "../plans/measure";
import { failure, layers, notices, shownLayers } from "../state";
import { Grid } from "./charts/grid";
import { Layers } from "./charts/layers";
import { Empty, Failed, Stale } from "./empty";
import { Focus } from "./focus/focus";
import { Guide } from "./guide";
import { Icon } from "./icon";
import { Keys, useKeys } from "./keys";
import { LayerMap } from "./map/map";
import { Notices } from "./notices";
import { DataPanel } from "./save/data";
import { SaveStatus } from "./save/save";
import { opened } from "./save/take";
import { Sidebar } from "./sidebar/sidebar";
import { Table } from "./table";
import { Picks } from "./toolbar/picks";
import { Toolbar } from "./toolbar/toolbar";
import { useWholeNames } from "./wholenames";

/** Asks how wide texts are, and again when fonts have come. */
function useFonts(): void {
  useEffect(() => {
    const ask = () => {
      measure.value = measurer();
    };
    ask();
    document.fonts.addEventListener("loadingdone", ask);
    return () => document.fonts.removeEventListener("loadingdone", ask);
  }, []);
}

/** The page, or what is wrong with it. */
export class App extends Component<unknown, { error?: unknown }> {
  static override getDerivedStateFromError = (error: unknown) => ({ error });

  override render() {
    const { error } = this.state;
    if (!error) return <Page />;
    return <Failed text={`${error}`} again={() => location.reload()} />;
  }
}

function Page() {
  const sidebar = hasSidebar.value;
  useKeys();
  useFonts();
  useWholeNames();
  return (
    <div class={sidebar ? "app" : "app wide"}>
      <button
        type="button"
        class="fold"
        aria-expanded={sidebar}
        aria-label={sidebar ? "Hide runs and layers" : "Show runs and layers"}
        title={sidebar ? "Hide runs and layers" : "Show runs and layers"}
        onClick={() => change({ sidebar: !sidebar })}
      >
        <Icon path={sidebar ? "M10 3L5 8l5 5" : "M6 3l5 5-5 5"} size={16} />
      </button>
      {sidebar && <Sidebar />}
      <main>
        <h1 class="unseen">Layer Weights</h1>
        <Content />
        <TablePanel />
        <Keys />
        <SaveStatus />
      </main>
    </div>
  );
}

function TablePanel() {
  const table = opened.value;
  return table && <DataPanel key={table.name} {...table} />;
}

function Content() {
  const { value } = runs.value;
  const text = failure.value;
  if (value === null)
    return text === null ? <Waiting text="Looking for runs" /> : <Failed text={text} />;
  if (value.runs.every(({ series }) => series === 0)) return <Empty notices={notices.value} />;
  return (
    <>
      <Toolbar />
      {text !== null && <Stale text={text} />}
      <Notices />
      {drawing.value.kind === "compare" && <Picks />}
      <Guide />
      <Charts />
    </>
  );
}

function Charts() {
  const chosen = selectedRuns.value;
  if (chosen.length === 0)
    return <p class="hint centred">Select a run on the left to see its layers.</p>;
  if (focus.value !== null) return <Focus />;
  if (shownLayers.value.length > 0) return <Shown />;
  if (layers.value.length > 0) return <NothingShown />;
  if (failure.value !== null) return null;
  const isKnown = (run: string) => outlines.value.get(run)?.value != null;
  if (chosen.every(isKnown)) return <Empty notices={notices.value} />;
  return <Waiting text="Reading the layers" />;
}

/** Everything is filtered out: by what, and the way back. */
function NothingShown() {
  const typed = search.value;
  const cause =
    typed === "" ? "All kinds of parameters are hidden." : `No layer matches “${typed}”.`;
  return (
    <p class="hint centred">
      {cause}{" "}
      <button type="button" onClick={() => change({ search: "", hidden: [] })}>
        Show all
      </button>
    </p>
  );
}

/** The chosen view of all layers. */
function Shown() {
  const { kind, rows } = drawing.value;
  if (kind === "map") return <LayerMap />;
  if (kind === "table") return <Table />;
  return rows === "layers" ? <Layers /> : <Grid />;
}

function Waiting({ text }: { text: string }) {
  return (
    <p class="hint centred" role="status">
      {text} …
    </p>
  );
}
