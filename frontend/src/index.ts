import { effect } from "@preact/signals";
import { h, render as renderInto } from "preact";
import { view } from "./chosen";
import { connect, readAddress, theme, watchAddress, writeAddress } from "./host";
import { reload, startLoading } from "./load";
import { decodeView, encodeView } from "./model/address";
import styles from "./styles.css";
import { App } from "./views/app";

const ADDRESS_DELAY_MS = 150;

function mirrorAddress(): void {
  view.value = decodeView(readAddress());
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const texts = encodeView(view.value);
    clearTimeout(timer);
    timer = setTimeout(() => writeAddress(texts), ADDRESS_DELAY_MS);
  });
  watchAddress(
    () => {
      view.value = decodeView(readAddress());
    },
    () => writeAddress(encodeView(view.peek())),
  );
}

/** Shows the page in place of whatever is there. */
export function render(): void {
  document.documentElement.lang = "en";
  document.title = "Layer Weights";
  window.frameElement?.setAttribute("title", "Layer Weights");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  document.adoptedStyleSheets.push(sheet);
  mirrorAddress();
  connect(reload);
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
  startLoading();
  renderInto(h(App, null), document.body);
}
