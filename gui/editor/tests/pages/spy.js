// Beside a page, for measurements: counts what the page is told, and answers at once where it is asked to.
"use strict";
{
  let real;
  let echoes = false;
  const counts = {};
  const say = (text) =>
    window.ipc.postMessage(JSON.stringify({ jsonrpc: "2.0", method: "send", params: { data: btoa(text) } }));
  const orders = {
    echo: () => (echoes = true),
    count: () => say(`counts ${counts.meterFrame ?? 0} ${counts.paramUpdate ?? 0}`),
  };
  const receive = (message) => {
    real?.(message);
    counts[message.method] = (counts[message.method] ?? 0) + 1;
    if (message.method === "message") orders[atob(message.params.data)]?.();
    if (echoes && message.method === "paramUpdate" && message.params.id === "gain") {
      say(`has ${message.params.value}`);
    }
  };
  Object.defineProperty(window, "dyadReceive", { get: () => receive, set: (handler) => (real = handler) });
}
