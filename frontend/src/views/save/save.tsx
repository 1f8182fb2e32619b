import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icon";
import { MenuButton } from "./menubutton";
import { copyLink, openTable, said, save, type Takeable, uncopied } from "./take";

/** The menu behind "Save": pictures, numbers, the link, the table. */
export function SaveMenu(props: Takeable & { label?: string }) {
  const { name, label, link, line } = props;
  const isOfSteps = line === "step";
  const pictures = [
    { text: "PNG", detail: "picture", choose: () => save(props, "png") },
    { text: "SVG", detail: "drawing, for print", choose: () => save(props, "svg") },
  ];
  const bins = {
    text: "Histograms",
    detail: "CSV, a line a bin",
    choose: () => save(props, "bins"),
  };
  return (
    <MenuButton
      class={label === undefined ? "save" : "save labelled"}
      label={`Save ${name}`}
      items={[
        ...(props.charts === undefined ? [] : pictures),
        { text: "CSV", detail: `numbers, a line a ${line}`, choose: () => save(props, "csv") },
        ...(isOfSteps ? [bins] : []),
        {
          text: "JSON",
          detail: isOfSteps ? "numbers and curves" : "numbers and their bounds",
          choose: () => save(props, "json"),
        },
        {
          text: "Copy link",
          detail: link === undefined ? "to this view" : "to this chart",
          choose: () => copyLink(link),
        },
        { text: "Table", detail: "of the numbers", choose: () => openTable(name, props) },
      ]}
    >
      <Icon path="M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10" size={16} />
      {label}
    </MenuButton>
  );
}

const SAID_MILLISECONDS = 6000;

/** Says how saving went; stands once in the page. */
export function SaveStatus() {
  const text = said.value;
  useEffect(() => {
    const timer = setTimeout(() => {
      said.value = "";
    }, SAID_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <p class="said" role="status">
        {text}
      </p>
      {uncopied.value !== null && <LinkField address={uncopied.value} />}
    </>
  );
}

function LinkField({ address }: { address: string }) {
  const field = useRef<HTMLInputElement>(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    field.current?.select();
    field.current?.focus();
  }, []);
  const close = () => {
    uncopied.value = null;
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  return (
    <form
      class="link"
      onSubmit={(event) => {
        event.preventDefault();
        close();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") close();
      }}
    >
      <label>
        The browser keeps the clipboard closed here. Copy the link by hand:
        <input ref={field} type="text" readOnly value={address} />
      </label>
      <button type="submit">Close</button>
    </form>
  );
}
