import { LayerList } from "./layerlist";
import { Runs } from "./runs";

export function Sidebar() {
  return (
    <nav class="sidebar" aria-label="Runs and layers">
      <Runs />
      <LayerList />
    </nav>
  );
}
