/** The editor of Dyad Delay: its echoes over time, and what they follow from. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Delay } from "./delay";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Delay />
  </DyadProvider>,
);
