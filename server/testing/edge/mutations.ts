/*
 * Ways to spoil the edge's configuration, each with the check that notices: a check that passes whatever the file says would
 * prove nothing.
 */
export type Mutation = {
  name: string;
  change: (configuration: string) => string;
  /** A part of the name of the check that must fail. */
  noticedBy: string;
  /** Among the few that npm test tries as well. */
  isQuick?: boolean;
};

/** Every one of them; throws where the file has none, or the mutation would be none. */
const replace =
  (what: string | RegExp, by: string) =>
  (text: string): string => {
    const changed = typeof what === 'string' ? text.replaceAll(what, by) : text.replace(what, by);
    if (changed === text) throw new Error(`the configuration has no ${String(what)}`);
    return changed;
  };
const without = (what: string | RegExp) => replace(what, '');

export const mutations: readonly Mutation[] = [
  {
    name: 'nobody asks for a verdict',
    change: without('auth_request /-/verdict;'),
    noticedBy: 'wrong signature',
    isQuick: true,
  },
  {
    name: 'everything is cached',
    change: replace(
      'location / {',
      'location / { proxy_cache media; proxy_cache_key $uri$is_args$args; proxy_cache_valid any 1m; proxy_ignore_headers Cache-Control Vary Set-Cookie;',
    ),
    noticedBy: 'never stored',
    isQuick: true,
  },
  {
    name: 'each listener has a copy of their own',
    change: replace('m1/$scope/$rest', 'm1/$tok/$scope/$rest'),
    noticedBy: '200 requests',
    isQuick: true,
  },
  {
    name: 'other spellings are taken',
    change: without('if ($request_uri != $uri) { return 403; }'),
    noticedBy: 'wrong signature',
    isQuick: true,
  },
  { name: 'everybody fills', change: without(/proxy_cache_lock on;/), noticedBy: 'fifty who come' },
  { name: 'a no is stored', change: without('proxy_no_cache $unstorable;'), noticedBy: 'careless' },
  { name: 'copies vary', change: without('proxy_ignore_headers Vary;'), noticedBy: 'careless' },
  { name: 'the caller’s headers go on', change: without('proxy_pass_request_headers off;'), noticedBy: 'careless' },
  { name: 'cookies come out', change: without('proxy_hide_header Set-Cookie;'), noticedBy: 'careless' },
  { name: 'who leaves ends the fill', change: without('proxy_ignore_client_abort on;'), noticedBy: 'left before' },
  {
    name: 'ranges of originals go through unsliced',
    change: (text) =>
      without('slice 1m;')(
        replace('Range             $slice_range', 'Range $http_range')(replace('/$slice_range;', ';')(text)),
      ),
    noticedBy: 'forty ranges',
  },
  { name: 'segments have no ranges when cold', change: without('proxy_force_ranges on;'), noticedBy: 'HEAD, 304' },
  { name: 'playlists are not packed', change: without('gzip on;'), noticedBy: 'HEAD, 304' },
  {
    name: 'the access log tells',
    change: replace('$request_method $shown', '$request_method $request_uri'),
    noticedBy: 'no token stands',
  },
  {
    name: 'the error log tells',
    change: replace('error_log /dev/null;', 'error_log error.log info;'),
    noticedBy: 'no token stands',
  },
  {
    name: 'a verdict lasts as long as the edge likes',
    change: replace(
      'proxy_cache_key $tok/$scope;',
      'proxy_cache_key $tok/$scope; proxy_ignore_headers Cache-Control; proxy_cache_valid 204 10m;',
    ),
    noticedBy: 'no verdict outlives',
  },
  {
    name: 'whatever is asked about is kept',
    change: replace(
      'proxy_cache_key $tok/$scope;',
      'proxy_cache_key $tok/$scope; proxy_ignore_headers Cache-Control; proxy_cache_valid any 20s;',
    ),
    noticedBy: 'invented tokens',
  },
  {
    name: 'a verdict is good for every scope',
    change: replace('proxy_cache_key $tok/$scope;', 'proxy_cache_key $tok;'),
    noticedBy: 'wrong signature',
  },
  { name: 'uploads wait', change: without('proxy_request_buffering off;'), noticedBy: 'not held up' },
  {
    name: 'upgrades are dropped',
    change: without('proxy_set_header Upgrade           $http_upgrade;'),
    noticedBy: 'not held up',
  },
  {
    name: 'bodies of any size are taken in everywhere',
    change: replace('client_max_body_size 1k;', 'client_max_body_size 0;'),
    noticedBy: 'lie down on the disk',
    isQuick: true,
  },
  {
    name: 'odd paths under /m/ go on to the server',
    change: without('location /m/ { return 403; }'),
    noticedBy: 'wrong signature',
  },
  {
    name: 'a hung server is waited for',
    change: replace(/proxy_read_timeout 2s;/g, 'proxy_read_timeout 15s;'),
    noticedBy: 'hangs costs',
  },
  {
    name: 'only a yes is kept, so it rises again',
    change: replace('204 0;  403 0;', '204 0;'),
    noticedBy: 'a verdict ends within 55 s',
  },
];
