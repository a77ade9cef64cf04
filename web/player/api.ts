/** The server as the player sees it: JSON in and out, problems as values, a lost session noticed in one place. */
export type Answer<T> =
  | { ok: true; status: number; data: T; etag: string | undefined }
  /** Status 0: the network did not answer. */
  | { ok: false; status: number; title: string };

export type Api = {
  get<T>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, ask?: Ask): Promise<Answer<T>>;
};

export type Ask = { body?: unknown; ifMatch?: string | undefined; keepalive?: boolean };

type ApiNeeds = { onSignedOut(): void };

export const API = '/api/v1';

export function createApi(needs: ApiNeeds): Api {
  async function call<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    let response: Response;
    try {
      response = await fetch(API + path, { ...init, credentials: 'same-origin' });
    } catch {
      return { ok: false, status: 0, title: '' };
    }
    if (response.status === 401) needs.onSignedOut();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const data: unknown = isJson ? await response.json().catch(() => undefined) : undefined;
    if (response.ok) {
      return { ok: true, status: response.status, data: data as T, etag: response.headers.get('etag') ?? undefined };
    }
    const problem = data as { title?: string; detail?: string } | undefined;
    return { ok: false, status: response.status, title: problem?.detail ?? problem?.title ?? '' };
  }
  return {
    get: (path, headers) => call(path, { headers: { accept: 'application/json', ...headers } }),
    send(method, path, { body, ifMatch, keepalive } = {}) {
      const headers: Record<string, string> = { accept: 'application/json' };
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (ifMatch) headers['if-match'] = ifMatch;
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return call(path, { method, headers, keepalive: keepalive ?? false, ...sent });
    },
  };
}
