// A page for tests, written without the client: a square that shows and sets the gain, a field that sets it by
// text, and every kind of misbehaviour, begun by a message from the sound half.
"use strict";
let calls = 0;
const waiting = new Map();
const square = document.getElementById("square");
const field = document.getElementById("field");

function say(method, params) {
  window.ipc.postMessage(JSON.stringify({ jsonrpc: "2.0", method, params }));
}

function ask(method, params) {
  calls += 1;
  const id = calls;
  window.ipc.postMessage(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  return new Promise((done) => waiting.set(id, done));
}

function show(value) {
  if (value.id === "gain") {
    square.style.background = `rgb(${Math.round(value.position * 255)} 0 64)`;
  }
}

const later = (then) => requestAnimationFrame(() => requestAnimationFrame(then));

window.dyadReceive = (message) => (Array.isArray(message) ? message : [message]).forEach(take);

function take(message) {
  if (message.id !== undefined) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
    return;
  }
  const params = message.params;
  switch (message.method) {
    case "paramUpdate": show(params); break;
    case "sync": say("ack", params); break;
    case "ping": later(() => say("pong", params)); break;
    case "key": field.value += params.down ? params.key : ""; commit(params); break;
    case "closing": field.blur(); setTimeout(() => say("closed")); break;
    case "message": trouble[atob(params.data)]?.(); break;
  }
}

function commit(key) {
  if (key.key === "Enter") field.blur();
}

const trouble = {
  // As many as it can, of one gesture whose end is last.
  flood() {
    say("beginGesture", { id: "gain" });
    for (let n = 0; n < 100000; n += 1) {
      say("setParameter", { id: "gain", position: (n % 100) / 100 });
    }
    say("endGesture", { id: "gain" });
    say("setParameter", { id: "bypass", value: 1 });
  },
  long() {
    window.ipc.postMessage(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "x".repeat(10 << 20) }));
    say("setParameter", { id: "bypass", value: 1 });
  },
  nonsense() {
    for (const text of ["", "{", "[]", "null", '{"jsonrpc":"2.0","method":"nothing"}', "\u0000", "[[[["]) {
      window.ipc.postMessage(text);
    }
    say("setParameter", { id: "nothing", value: 1 });
    say("setParameter", { id: "gain", value: {} });
    say("setParameter", { id: "bypass", value: 1 });
  },
  hold() {
    say("beginGesture", { id: "gain" });
    say("noteOn", { key: 60, velocity: 0.5 });
    say("setParameter", { id: "gain", position: 1 });
  },
  hang() {
    for (;;);
  },
  reload() {
    say("noteOn", { key: 64, velocity: 1 });
    say("beginGesture", { id: "gain" });
    location.reload();
  },
};

square.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  square.setPointerCapture(event.pointerId);
  say("beginGesture", { id: "gain" });
});
square.addEventListener("pointermove", async (event) => {
  if (square.hasPointerCapture(event.pointerId)) {
    const position = 1 - event.clientY / square.clientHeight;
    show((await ask("setParameter", { id: "gain", position })).result);
  }
});
square.addEventListener("pointerup", (event) => {
  if (event.button === 0) say("endGesture", { id: "gain" });
});
square.addEventListener("contextmenu", (event) => {
  event.preventDefault();
  ask("menu", { id: "gain", x: event.clientX, y: event.clientY });
});
field.addEventListener("focus", () => say("keyboard", { typing: true, operating: false }));
field.addEventListener("blur", () => {
  say("keyboard", { typing: false, operating: false });
  if (field.value) say("setParameter", { id: "gain", text: field.value });
});

ask("hello", { protocol: 1 }).then(({ result }) => {
  result.parameters.forEach(show);
  const { width, height } = square.getBoundingClientRect();
  say("places", [{ id: "gain", x: 0, y: 0, width, height }]);
  later(() => say("painted"));
});
