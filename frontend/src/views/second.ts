/** What the page fetches when something is first opened or saved, as one file: several would weigh more together. */
export { Layers } from "./charts/layers";
export { Focus } from "./focus/focus";
export { LayerMap } from "./map/map";
export { DataPanel } from "./save/data";
export { fileOf } from "./save/files";
export { mapDrawing } from "./save/mapdrawing";
export { networkDrawings } from "./save/networkdrawing";
export { Table } from "./table";
