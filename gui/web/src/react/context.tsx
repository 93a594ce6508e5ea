import { createContext, useContext, useEffect, useLayoutEffect, type ReactNode } from "react";
import type { Client } from "../client";
import { themeVariables } from "../theme";
import { useStatusOf, useThemeOf } from "./status";

const ClientContext = createContext<Client | null>(null);

export interface DyadProviderProps {
  client: Client;
  /** Shown as soon as the editor has answered; hooks find their parameters from then on. */
  children: ReactNode;
}

/** Gives a client to all hooks below, and the plugin's theme to the page. */
export function DyadProvider({ client, children }: DyadProviderProps) {
  const status = useStatusOf(client);
  const theme = useThemeOf(client);
  useEffect(() => {
    document.documentElement.dataset["dyadStatus"] = status;
  }, [status]);
  useLayoutEffect(() => {
    if (!theme) return;
    // The page's style sheet has the theme that all plugins share; only what differs is set here.
    const root = document.documentElement;
    const shared = getComputedStyle(root);
    for (const [name, value] of Object.entries(themeVariables(theme))) {
      if (name.startsWith("--dyad-color-") && shared.getPropertyValue(name).trim() !== value) {
        root.style.setProperty(name, value);
      }
    }
  }, [theme]);
  return <ClientContext value={client}>{client.hello ? children : null}</ClientContext>;
}

/** The client of the provider above. @throws where there is none. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("there is no DyadProvider above");
  return client;
}
