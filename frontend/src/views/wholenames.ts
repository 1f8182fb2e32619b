import { useEffect } from "preact/hooks";

/** The names in what has the focus: in a tree, in the item that the keys are at. */
function namesIn(target: Element): Iterable<HTMLElement> {
  const home = target.matches("[role=tree]") ? target.querySelector(".active") : target;
  return (home?.closest("label") ?? home)?.querySelectorAll<HTMLElement>(".cut") ?? [];
}

const isCut = (name: Element) =>
  [...name.children].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);

/** Names that lost their middle are told whole to whoever comes by keyboard, as their titles tell it to the mouse. */
export function useWholeNames(): void {
  useEffect(() => {
    const tell = () => {
      for (const name of document.querySelectorAll("[data-whole]"))
        name.removeAttribute("data-whole");
      const target = document.activeElement;
      if (!target?.matches(":focus-visible")) return;
      for (const name of namesIn(target))
        if (isCut(name)) name.dataset.whole = name.textContent ?? "";
    };
    const events = ["focusin", "focusout", "keyup"] as const;
    for (const event of events) document.addEventListener(event, tell);
    return () => {
      for (const event of events) document.removeEventListener(event, tell);
    };
  }, []);
}
