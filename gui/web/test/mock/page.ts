/** Goes into a browser before the page's own script: what the webview would put there, with an editor behind it. */

import { MockEditor } from "./editor";
import { everyHello, gainHello } from "./examples";
import { pictureCurves, picturesHello } from "./pictures";
import * as shows from "./shows";

export interface MockWindow {
  mock: MockEditor;
  /** Makes what the sound half sends. */
  shows: typeof shows;
  ipc: { postMessage(text: string): void };
  /** How often a picture was asked for. */
  pictures: number;
  /** What the page's policy forbade. */
  violations: string[];
}

const view = window as unknown as MockWindow & Window;
const pictures = location.pathname.startsWith("/pictures");
const every = location.pathname.startsWith("/every");
const hello = pictures ? picturesHello() : every ? everyHello() : gainHello();
const shape = hello.parameters.find(({ id }) => id === "shape");
if (shape && location.hash === "#many") {
  shape.choices = Array.from({ length: 60 }, (_, n) => `Choice number ${n} with a name that is longer than its box`);
  shape.max = shape.steps = 59;
}
const mock = new MockEditor(hello);
if (pictures) mock.curves = pictureCurves;
view.mock = mock;
view.shows = shows;
view.ipc = { postMessage: (text) => mock.take(text) };
view.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  view.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
view.pictures = 0;
const request = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => {
  view.pictures += 1;
  return request(callback);
};

/** For tests, which can't name what is here otherwise. */
(window as unknown as { mocked(): MockWindow }).mocked = () => view;
