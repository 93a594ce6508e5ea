/** The editor of Dyad Utility: the stereo field, what changes it, and meters. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Utility } from "./utility";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Utility />
  </DyadProvider>,
);
