/** What TensorBoard imports. The page comes after it, so that whatever goes wrong with the page can be said. */

/** Called once by TensorBoard when the tab is opened; never rejects, as nobody would hear of it. */
export async function render(): Promise<void> {
  try {
    (await import("./index")).render();
  } catch (error) {
    say(`Layer Weights could not be opened. Is TensorBoard still running? (${error})`);
  }
}

/** With nothing but what is here: the page's own words and styles may be what is missing. */
function say(what: string): void {
  const alert = document.createElement("p");
  alert.role = "alert";
  alert.style.font = "16px sans-serif";
  const again = document.createElement("button");
  again.textContent = "Try again";
  again.onclick = () => location.reload();
  alert.append(`${what} `, again);
  document.documentElement.style.colorScheme = "light dark";
  document.body.replaceChildren(alert);
}
