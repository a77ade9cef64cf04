export const houseFlags: readonly string[];
