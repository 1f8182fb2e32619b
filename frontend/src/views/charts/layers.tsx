import { drawing } from "../../chosen";
import { Network } from "./network";
import { Overlaid } from "./overlaid";

/** The whole network at one step, for each run. */
export function Layers() {
  return drawing.value.kind === "overlay" ? <Overlaid /> : <Network />;
}
