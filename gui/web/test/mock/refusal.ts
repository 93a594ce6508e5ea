/** An error that the editor answers with. */
export class Refusal {
  constructor(
    readonly code: number,
    readonly message: string,
    readonly data?: Record<string, unknown>,
  ) {}
}

export const misfit = (param: string) => new Refusal(-32602, "params that do not fit", { param });
export const absent = (what: string, id: string) => new Refusal(-32001, `no such ${what}`, { id });
