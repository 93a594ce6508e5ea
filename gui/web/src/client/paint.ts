/** Resolves when what is in the document now has been drawn: before the second next picture. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
}

/** Milliseconds for which a first picture waits for its typeface. */
const FONTS = 1000;

/** Resolves when the typefaces are there, or won't be soon. */
export async function afterFonts(): Promise<void> {
  const enough = new Promise((resolve) => setTimeout(resolve, FONTS));
  await Promise.race([document.fonts?.ready, enough]);
}

/** Resolves when everything that is due has run: what an event has set off in React too. */
export function afterTasks(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
