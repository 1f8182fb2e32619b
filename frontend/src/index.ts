export function render(): void {
  document.body.textContent = "Layer Weights";
}
