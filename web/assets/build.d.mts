/** Writes everything into outDir and answers the manifest: plain name to hashed file name. */
export function buildAssets(outDir: string): Promise<Record<string, string>>;
export function packIcons(names: readonly string[]): Promise<string>;
