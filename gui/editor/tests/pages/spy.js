// Beside a page, for measurements: counts what the page is told, and answers at once where it is asked to.
"use strict";
{
  let real;
  let echoes = "";
  const counts = {};
  const say = (text) =>
    window.ipc.postMessage(JSON.stringify({ jsonrpc: "2.0", method: "send", params: { data: btoa(text) } }));
  const orders = {
    "echo at once": () => (echoes = "at once"),
    "echo when done": () => (echoes = "when done"),
    count: () => say(`counts ${counts.meterFrame ?? 0} ${counts.paramUpdate ?? 0}`),
  };
  const receive = (incoming) => {
    const all = Array.isArray(incoming) ? incoming : [incoming];
    echo("at once", all);
    real?.(incoming);
    echo("when done", all);
    for (const message of all) {
      counts[message.method] = (counts[message.method] ?? 0) + 1;
      if (message.method === "message") orders[atob(message.params.data)]?.();
    }
  };
  const echo = (when, all) => {
    if (when !== echoes) return;
    for (const { method, params } of all) {
      if (method === "paramUpdate" && params.id === "gain") say(`has ${params.value}`);
    }
  };
  Object.defineProperty(window, "dyadReceive", { get: () => receive, set: (handler) => (real = handler) });
}
