/** The editor of Dyad Compressor: what goes in and how much of it is taken, and all that decides it. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Compressor } from "./compressor";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Compressor />
  </DyadProvider>,
);
