import { useCallback, useSyncExternalStore } from "react";
import type { Client, Status, Theme } from "../client";

export function useStatusOf(client: Client): Status {
  const subscribe = useCallback((changed: () => void) => client.onStatus(changed), [client]);
  return useSyncExternalStore(subscribe, () => client.status);
}

export function useThemeOf(client: Client): Theme | undefined {
  const subscribe = useCallback((changed: () => void) => client.onStatus(changed), [client]);
  return useSyncExternalStore(subscribe, () => client.hello?.theme);
}
