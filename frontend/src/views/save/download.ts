import { hostWindow } from "../../host";

/** So long a browser may take to begin with a file. */
const KEPT_MILLISECONDS = 60_000;

/**
 * Hands a file to the browser, which asks or saves it as the person has set it. The link is TensorBoard's: one of a frame
 * Firefox takes for something to be shown in the frame, which TensorBoard's security policy forbids.
 */
export function download(name: string, file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = (hostWindow() ?? window).document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLISECONDS);
}

/** Whether the text is on the clipboard now: away from localhost, without HTTPS, browsers have none. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
