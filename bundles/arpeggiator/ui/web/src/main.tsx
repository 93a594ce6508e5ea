/** The editor of Dyad Arpeggiator: its pattern, and what it is played by. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Arpeggiator } from "./arpeggiator";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Arpeggiator />
  </DyadProvider>,
);
