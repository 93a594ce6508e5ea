/** The editor of Dyad Synth: what makes the sound, what moves it, how it is played. */

import { createClient, DyadProvider } from "dyad-web";
import { createRoot } from "react-dom/client";
import { Synth } from "./synth";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <DyadProvider client={createClient()}>
    <Synth />
  </DyadProvider>,
);
