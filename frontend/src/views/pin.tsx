import { isPinned, togglePin } from "../state";
import { Icon } from "./icon";

interface Pinned {
  /** Keys of the parameters that it pins, all at once. */
  keys: readonly string[];
  /** What is pinned: `dense kernel`. */
  name: string;
  /** Where the keyboard has another way, it passes by. */
  byKeyboard?: boolean;
}

/** Puts parameters at the top, and back. Hardly seen until it is pointed at, focused or pressed. */
export function PinButton({ keys, name, byKeyboard = true }: Pinned) {
  const pressed = keys.length > 0 && keys.every(isPinned);
  return (
    <button
      type="button"
      class="pin"
      aria-pressed={pressed}
      aria-label={`Pin ${name}`}
      title={pressed ? `Unpin ${name}` : `Pin ${name} to the top`}
      tabIndex={byKeyboard ? undefined : -1}
      onClick={() => togglePin(...keys)}
    >
      <Icon path="M4.5 1h7v1.5l-1 .5v3.5l2.5 2V10H8.7v5h-1.4v-5H3V8.5l2.5-2V3l-1-.5z" />
    </button>
  );
}
