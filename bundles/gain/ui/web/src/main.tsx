/** The editor of Dyad Gain: one large knob, and what comes of it. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Gain } from "./gain";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Gain />
  </DyadProvider>,
);
