/** The editor of Dyad Equaliser: the response, its bands as points in it, and the one that is selected. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Equaliser } from "./equaliser";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Equaliser />
  </DyadProvider>,
);
