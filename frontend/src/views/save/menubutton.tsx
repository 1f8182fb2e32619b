import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

export interface MenuItem {
  text: string;
  /** Said in a fainter voice beside the text. */
  detail?: string;
  choose(): void;
}

/** Pixels between the menu, its button and the edges of the window. */
const GAP = 4;

/** A button that opens a list of deeds: by mouse, or by keys as the ARIA practices for menu buttons have them. */
export function MenuButton(props: {
  label: string;
  class: string;
  items: readonly MenuItem[];
  children: ComponentChildren;
}) {
  const { label, items } = props;
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  /** The item that has the focus at first; `null`: closed. */
  const opened = useSignal<number | null>(null);
  const open = opened.value !== null;
  const close = (back: boolean) => {
    opened.value = null;
    if (back) button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={props.class}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => {
          opened.value = open ? null : 0;
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          opened.value = event.key === "ArrowDown" ? 0 : items.length - 1;
        }}
      >
        {props.children}
      </button>
      {opened.value !== null && (
        <Menu
          id={id}
          label={label}
          items={items}
          first={opened.value}
          button={button}
          close={close}
        />
      )}
    </>
  );
}

function Menu(props: {
  id: string;
  label: string;
  items: readonly MenuItem[];
  first: number;
  button: { readonly current: HTMLElement | null };
  close(back: boolean): void;
}) {
  const { items, button, close } = props;
  const menu = useRef<HTMLDivElement>(null);
  const focusItem = (index: number) => {
    const all = menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]");
    all?.[(index + items.length) % items.length]?.focus();
  };
  useLayoutEffect(() => {
    if (menu.current === null || button.current === null) return;
    // Above everything, whatever the button stands in.
    menu.current.showPopover?.();
    place(menu.current, button.current.getBoundingClientRect());
    focusItem(props.first);
  }, []);
  // At once: the next press may come before the next frame.
  useLayoutEffect(() => {
    const leave = ({ target }: Event) => {
      const isOurs = (one: Element | null) => target instanceof Node && one?.contains(target);
      if (!isOurs(menu.current) && !isOurs(button.current)) close(false);
    };
    const away = ["pointerdown", "scroll", "focusin"] as const;
    for (const event of away) document.addEventListener(event, leave, true);
    for (const event of ["resize", "blur"]) window.addEventListener(event, leave);
    return () => {
      for (const event of away) document.removeEventListener(event, leave, true);
      for (const event of ["resize", "blur"]) window.removeEventListener(event, leave);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys mean something else to the page around.
    event.stopPropagation();
    const { key } = event;
    if (key === "Tab") return close(true);
    const at = items.findIndex((_, i) => document.activeElement === menu.current?.children[i]);
    const next = itemForKey(items, at, key);
    if (next === null && key !== "Escape") return;
    event.preventDefault();
    if (next === null) close(true);
    else focusItem(next);
  };
  return (
    <div
      ref={menu}
      id={props.id}
      class="menu"
      role="menu"
      tabIndex={-1}
      popover="manual"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {items.map(({ text, detail, choose }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close(true);
            choose();
          }}
        >
          {text} {detail !== undefined && <small>{detail}</small>}
        </button>
      ))}
    </div>
  );
}

/** The item that a key leads to from the one at `at`: by arrows, to either end, by its first letter. */
export function itemForKey(
  items: readonly Pick<MenuItem, "text">[],
  at: number,
  key: string,
): number | null {
  if (key === "ArrowDown") return (at + 1) % items.length;
  if (key === "ArrowUp") return at <= 0 ? items.length - 1 : at - 1;
  if (key === "Home") return 0;
  if (key === "End") return items.length - 1;
  if (key.length !== 1 || key === " ") return null;
  const letter = key.toLowerCase();
  for (let i = 1; i <= items.length; i++) {
    const index = (at + i) % items.length;
    if (items[index]?.text.toLowerCase().startsWith(letter)) return index;
  }
  return null;
}

/** Below the button, or above it where there is more room; never out of sight. */
function place(menu: HTMLElement, anchor: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = anchor.bottom + GAP;
  const fits = below + height + GAP <= window.innerHeight;
  const top = fits ? below : Math.max(GAP, anchor.top - GAP - height);
  const left = Math.max(GAP, Math.min(anchor.right - width, window.innerWidth - width - GAP));
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}
