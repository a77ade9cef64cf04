/** What the two sides of the scan bench say to each other. */
export const OWNER = { name: 'Ada', password: 'three small words' };
export type ScanCost = { seen: number; added: number; cpuMs: number; seconds: number; rssMb: number };
export type ScanServerSays = { port: number } | { cost: ScanCost };
