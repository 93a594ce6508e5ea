/** The editor of Dyad Convolver: which response it is, how it looks, and what is made of it. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Convolver } from "./convolver";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Convolver />
  </DyadProvider>,
);
