/*
 * From Hono's paths to OpenAPI's: `/a/:id{[a-z]{3}}.m3u8` becomes `/a/{id}.m3u8`. The pattern after a name may hold braces
 * of its own, so they are counted.
 */
const endOfPattern = (path: string, from: number): number => {
  let depth = 0;
  for (let i = from; i < path.length; i++) {
    if (path[i] === '\\') i++;
    else if (path[i] === '{') depth++;
    else if (path[i] === '}' && --depth === 0) return i + 1;
  }
  return path.length;
};

/** The template of an address and the names in it. */
export const templateOf = (path: string): { template: string; names: string[] } => {
  const names: string[] = [];
  let template = '';
  for (let i = 0; i < path.length;) {
    const name = path[i] === ':' ? /^\w+/.exec(path.slice(i + 1))?.[0] : undefined;
    if (name === undefined) {
      template += path[i++];
      continue;
    }
    names.push(name);
    template += `{${name}}`;
    i += 1 + name.length;
    if (path[i] === '{') i = endOfPattern(path, i);
    if (path[i] === '?') i++;
  }
  return { template, names };
};
