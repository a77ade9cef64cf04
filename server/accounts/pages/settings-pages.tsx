import { z } from 'zod';
import { SettingsPage, type SettingsPageProps } from '../../../web/pages/settings.tsx';
import { QUALITIES } from '../../../web/parts/playback-settings.tsx';
import { t } from '../../../web/strings.ts';
import { noContent, notFound, page, redirectTo, route, type Call, type Route } from '../../http/index.ts';
import type { Clock } from '../../kit/index.ts';
import { arrivalOf } from '../door/arrival.ts';
import { wrongPassword } from '../problems.ts';
import { SCOPES } from '../people/scopes.ts';
import { MAX_CROSSFADE_SEC, settingsSchema } from '../people/settings.ts';
import { sessionOf, tokenOf } from '../routes/shapes.ts';
import type { Accounts } from '../service.ts';
import { deviceParts } from './device-name.ts';
import { faultOf, tryForm, wholeFault, withHeadersOf } from './form.ts';

type Needs = { accounts: Accounts; clock: Clock };
type Told = Pick<SettingsPageProps, 'fresh' | 'notice' | 'passwordErrors' | 'tokenError'>;

const text = z.string().max(2000);
const { shape } = settingsSchema.shape.playback;
const scope = z.enum(SCOPES);

const deviceName = (agent: string): string => {
  const { browser, system } = deviceParts(agent);
  return [browser, system].filter(Boolean).join(' · ') || t.settings.device;
};

const show = ({ accounts, clock }: Needs, call: Call, told: Told & { status?: number } = {}) => {
  const { viewer } = call;
  const { status = 200, ...more } = told;
  const sessions = accounts.sessions.list(viewer).map((row) => {
    const { id, lastSeenAt, current } = sessionOf(row, viewer);
    return { id, lastSeenAt, current, device: deviceName(row.agent) };
  });
  const settings = accounts.settings.read(viewer);
  const body = (
    <SettingsPage
      user={{ name: viewer.name, role: viewer.role, administers: viewer.role !== 'listener' }}
      theme={settings.theme}
      playback={{ ...settings.playback, maxCrossfadeSec: MAX_CROSSFADE_SEC }}
      sessions={sessions}
      tokens={accounts.tokens.list(viewer).map(tokenOf)}
      scopes={SCOPES.filter((one) => viewer.scopes.has(one))}
      nowMs={clock.now()}
      {...more}
    />
  );
  return page(call, { title: t.settings.title, status, body });
};

const ownPages = (needs: Needs): Route[] => [
  route(
    {
      method: 'get',
      path: '/settings',
      kind: 'page',
      who: 'user',
      summary: 'Your settings.',
      answers: { 200: 'A page.' },
    },
    (call) => show(needs, call),
  ),
  route(
    {
      method: 'post',
      path: '/settings/theme',
      kind: 'page',
      who: 'user',
      summary: 'Light, dark, or as the device.',
      body: z.object({ theme: settingsSchema.shape.theme }),
      answers: { 204: 'Kept.', 303: 'Kept.' },
    },
    (call) => {
      needs.accounts.settings.change(call.viewer, { theme: call.body.theme });
      return call.c.req.header('hx-request') ? noContent() : redirectTo(call, '/settings');
    },
  ),
  route(
    {
      method: 'post',
      path: '/settings/playback',
      kind: 'page',
      who: 'user',
      summary: 'How music reaches you and how loud.',
      body: z.object({
        quality: z.enum(QUALITIES),
        levelling: shape.levelling,
        crossfadeSec: z.coerce.number().pipe(shape.crossfadeSec),
      }),
      answers: { 204: 'Kept.', 303: 'Kept.' },
    },
    (call) => {
      const { quality, levelling, crossfadeSec } = call.body;
      const mode = quality === 'original' ? 'direct' : 'auto';
      const playback = { mode, maxKbps: Number(quality) || null, levelling, crossfadeSec } as const;
      needs.accounts.settings.change(call.viewer, { playback });
      return call.c.req.header('hx-request') ? noContent() : redirectTo(call, '/settings');
    },
  ),
];

const passwordPage = (needs: Needs): Route[] => [
  route(
    {
      method: 'post',
      path: '/settings/password',
      kind: 'page',
      who: 'user',
      summary: 'Changes your password.',
      body: z.object({ current: text, next: text, username: text.optional() }),
      maxBodyBytes: 16_384,
      answers: { 200: 'Changed.', 403: 'The current one is wrong.', 422: 'The new one will not do.' },
    },
    async (call) => {
      const { current, next } = call.body;
      const outcome = await tryForm(() =>
        needs.accounts.entrance.changePassword(call.viewer, { current, next }, arrivalOf(call)),
      );
      if (outcome.kind === 'done') return show(needs, call, { notice: t.settings.passwordChanged });
      const { problem } = outcome;
      const isCurrent = problem.code === wrongPassword.code || problem.status === 429;
      const passwordErrors = isCurrent ? { current: wholeFault(problem) } : { next: faultOf(problem, 'next') };
      return withHeadersOf(problem, await show(needs, call, { status: problem.status, passwordErrors }));
    },
  ),
];

const sessionPages = (needs: Needs): Route[] => [
  route(
    {
      method: 'post',
      path: '/settings/sessions/end-others',
      kind: 'page',
      who: 'user',
      summary: 'Signs out everywhere else.',
      answers: { 303: 'Done.' },
    },
    (call) => {
      needs.accounts.sessions.endOthers(call.viewer);
      return redirectTo(call, '/settings');
    },
  ),
  route(
    {
      method: 'post',
      path: '/settings/sessions/:id/end',
      kind: 'page',
      who: 'user',
      owner: 'your own sessions',
      summary: 'Ends one session.',
      params: { id: z.string().max(40) },
      answers: { 303: 'Ended.', 404: 'Not one of yours.' },
    },
    (call) => {
      if (!needs.accounts.sessions.end(call.viewer, call.params.id)) throw notFound();
      return redirectTo(call, '/settings');
    },
  ),
];

const tokenPages = (needs: Needs): Route[] => [
  route(
    {
      method: 'post',
      path: '/settings/tokens',
      kind: 'page',
      who: 'user',
      summary: 'Makes a token and shows it this once.',
      body: z.object({
        name: z.string().min(1).max(100),
        // One ticked box is a word, several are a list.
        scopes: z.union([z.array(scope).max(SCOPES.length), scope.transform((one) => [one])]),
      }),
      answers: { 200: 'The page, with the token.' },
    },
    async (call) => {
      const { name, scopes } = call.body;
      const outcome = await tryForm(() =>
        needs.accounts.tokens.create(call.viewer, { name, scopes, expiresAtMs: undefined }),
      );
      const answer =
        outcome.kind === 'done'
          ? await show(needs, call, { fresh: outcome.value.secret })
          : await show(needs, call, { status: outcome.problem.status, tokenError: outcome.problem.title });
      // A credential stands on it.
      answer.headers.set('cache-control', 'no-store');
      return answer;
    },
  ),
  route(
    {
      method: 'post',
      path: '/settings/tokens/:id/revoke',
      kind: 'page',
      who: 'user',
      owner: 'your own tokens',
      summary: 'Revokes a token.',
      params: { id: z.string().max(40) },
      answers: { 303: 'Revoked.', 404: 'Not one of yours.' },
    },
    (call) => {
      if (!needs.accounts.tokens.revoke(call.viewer, call.params.id)) throw notFound();
      return redirectTo(call, '/settings');
    },
  ),
];

export const createSettingsPages = (needs: Needs): Route[] => [
  ...ownPages(needs),
  ...passwordPage(needs),
  ...sessionPages(needs),
  ...tokenPages(needs),
];
