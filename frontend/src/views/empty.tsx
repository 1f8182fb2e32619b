import { useSignal } from "@preact/signals";
import { reload } from "../load";
import type { Notice } from "../model/series";
import { copied } from "./save/download";

const KERAS = `model.fit(x, y, epochs=5, callbacks=[
    tf.keras.callbacks.TensorBoard(log_dir="logs", histogram_freq=1),
])`;
const TORCH = `for name, parameter in model.named_parameters():
    writer.add_histogram(name, parameter, step)`;

/** No chart to show: why, and the lines of code that fill the page. */
export function Empty({ notices }: { notices: readonly Notice[] }) {
  const [main] = notices;
  return (
    <div class="empty">
      <h2>No weights have been logged yet</h2>
      <p>{main?.text ?? "The log directory holds no histograms."}</p>
      {main !== undefined && main.code !== "no_histograms" && <p>{main.fix}</p>}
      <h3>Keras</h3>
      <Snippet code={KERAS} />
      <h3>PyTorch</h3>
      <Snippet code={TORCH} />
      <p class="hint">
        Run the training again, then reload: the layers appear here, in network order.
      </p>
      <button type="button" class="solid" onClick={() => reload()}>
        Look again
      </button>
    </div>
  );
}

function Snippet({ code }: { code: string }) {
  const done = useSignal(false);
  return (
    <div class="snippet">
      <pre>
        <code>{code}</code>
      </pre>
      <button
        type="button"
        onClick={async () => {
          done.value = await copied(code);
        }}
      >
        {done.value ? "Copied" : "Copy"}
      </button>
    </div>
  );
}

/** What is to be shown could not be had. */
export function Failed({ text, again = reload }: { text: string; again?(): void }) {
  return (
    <div class="empty" role="alert">
      <h2>The weights could not be read</h2>
      <p>{text}</p>
      <button type="button" class="solid" onClick={() => again()}>
        Try again
      </button>
    </div>
  );
}

/** The newest data could not be had; what is shown is older. */
export function Stale({ text }: { text: string }) {
  return (
    <div class="stale" role="alert">
      <span>{text}</span>
      <button type="button" onClick={() => reload()}>
        Try again
      </button>
    </div>
  );
}
