import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icon";

/** A button that opens a panel below it; Escape and a press elsewhere close it. */
export function Disclosure(props: { label: string; title: string; children: ComponentChildren }) {
  const { label, title, children } = props;
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const onPress = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) open.value = false;
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up here from the button and the panel
    <div
      class="disclosure"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open.value) return;
        event.stopPropagation();
        open.value = false;
        button.current?.focus();
      }}
    >
      <button
        type="button"
        ref={button}
        title={title}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {label}
        <Icon path="M3 5.5l5 5 5-5z" />
      </button>
      {open.value && (
        <fieldset class="panel" aria-label={label}>
          {children}
        </fieldset>
      )}
    </div>
  );
}
