export function mockScript(): Promise<string>;
export function serve(): Promise<{ address: string; close(): void }>;
