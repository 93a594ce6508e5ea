/** How a client's messages get to the editor and back. */
export interface Transport {
  /** @throws where the message can't be sent. */
  send(text: string): void;
  /** Gives what comes from now on to `handler`: a message or an array of them. Returns what undoes it. */
  receive(handler: (incoming: unknown) => void): () => void;
}

/** What the program around the page puts into its window. */
interface Webview {
  ipc?: { postMessage(text: string): void };
  dyadReceive?: (incoming: unknown) => void;
}

/** The transport of a page in Dyad's webview. */
export function webviewTransport(view: Webview = window as Webview): Transport {
  return {
    send(text) {
      if (!view.ipc) throw new Error("this page is not in a Dyad editor");
      view.ipc.postMessage(text);
    },
    receive(handler) {
      view.dyadReceive = handler;
      return () => {
        if (view.dyadReceive === handler) delete view.dyadReceive;
      };
    },
  };
}
