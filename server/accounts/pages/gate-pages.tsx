import { z } from 'zod';
import { SetupDonePage, SetupPage } from '../../../web/pages/setup.tsx';
import { SignInPage } from '../../../web/pages/sign-in.tsx';
import { t } from '../../../web/strings.ts';
import { ownPath, page, redirectTo, route, type Call, type Route, type Viewer } from '../../http/index.ts';
import { arrivalOf, farewell, welcome } from '../door/arrival.ts';
import { alreadySetUp, wrongCode } from '../problems.ts';
import type { Accounts } from '../service.ts';
import { faultOf, tryForm, wholeFault, withHeadersOf } from './form.ts';

type AnyCall = Call<Viewer | undefined>;

const text = z.string().max(2000);

const setupDone = (call: AnyCall, status = 200) =>
  page(call, { title: t.setup.title, bare: true, status, body: <SetupDonePage /> });

const setupPages = ({ setup, entrance }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/setup',
      kind: 'page',
      who: 'public',
      summary: 'First run: the owner makes their account.',
      answers: { 200: 'A page.' },
    },
    (call) =>
      setup.isOpen() ? page(call, { title: t.setup.title, bare: true, body: <SetupPage /> }) : setupDone(call),
  ),
  route(
    {
      method: 'post',
      path: '/setup',
      kind: 'page',
      who: 'public',
      summary: 'Makes the owner and goes on to the folders.',
      body: z.object({ code: text, name: text, password: text }),
      maxBodyBytes: 16_384,
      answers: { 303: 'On to the folders.' },
    },
    async (call) => {
      const { code, name } = call.body;
      const outcome = await tryForm(() => entrance.setUp(call.body, arrivalOf(call)));
      if (outcome.kind === 'done') {
        welcome(call, outcome.value);
        return redirectTo(call, '/welcome');
      }
      const { problem } = outcome;
      if (problem.code === alreadySetUp.code) return setupDone(call, problem.status);
      const errors = {
        ...(problem.code === wrongCode.code && { code: problem.title }),
        ...(faultOf(problem, 'name') && { name: faultOf(problem, 'name') ?? '' }),
        ...(faultOf(problem, 'password') && { password: faultOf(problem, 'password') ?? '' }),
      };
      const told = problem.code === wrongCode.code ? undefined : wholeFault(problem);
      const body = <SetupPage name={name} code={code} problem={told} errors={errors} />;
      const { status } = problem;
      return withHeadersOf(problem, await page(call, { title: t.setup.title, bare: true, status, body }));
    },
  ),
];

const signInPages = ({ setup, entrance }: Accounts): Route[] => [
  route(
    {
      method: 'get',
      path: '/sign-in',
      kind: 'page',
      who: 'public',
      summary: 'The sign-in page.',
      query: { next: text.optional(), bye: z.literal('1').optional() },
      answers: { 200: 'A page.', 303: 'Signed in already, or nobody can be yet.' },
    },
    (call) => {
      const next = ownPath(call.query.next ?? '/');
      if (call.viewer) return redirectTo(call, next);
      if (setup.isOpen()) return redirectTo(call, '/setup');
      const body = <SignInPage next={next === '/' ? undefined : next} signedOut={call.query.bye === '1'} />;
      return page(call, { title: t.signIn.title, bare: true, body });
    },
  ),
  route(
    {
      method: 'post',
      path: '/sign-in',
      kind: 'page',
      who: 'public',
      summary: 'Signs in and goes where one was going.',
      body: z.object({ name: text, password: text, next: text.optional() }),
      maxBodyBytes: 16_384,
      answers: { 303: 'Signed in.', 401: 'Wrong name or password.', 429: 'Too many tries.' },
    },
    async (call) => {
      const { name, password } = call.body;
      const next = ownPath(call.body.next ?? '/');
      const outcome = await tryForm(() => entrance.signIn({ name, password }, arrivalOf(call)));
      if (outcome.kind === 'done') {
        welcome(call, outcome.value);
        return redirectTo(call, next);
      }
      const { problem } = outcome;
      const told = problem.status === 429 ? t.signIn.held : t.signIn.wrong;
      const body = <SignInPage name={name} next={next === '/' ? undefined : next} problem={told} />;
      const { status } = problem;
      return withHeadersOf(problem, await page(call, { title: t.signIn.title, bare: true, status, body }));
    },
  ),
];

const signOutPages = ({ entrance }: Accounts): Route[] => [
  route(
    {
      method: 'post',
      path: '/sign-out',
      kind: 'page',
      who: 'user',
      summary: 'Signs out.',
      answers: { 303: 'To the sign-in page.' },
    },
    (call) => {
      entrance.signOut(call.viewer);
      farewell(call);
      return redirectTo(call, '/sign-in?bye=1');
    },
  ),
];

/** The ways in, as pages: the same service as the API. */
export const createGatePages = (accounts: Accounts): Route[] => [
  ...setupPages(accounts),
  ...signInPages(accounts),
  ...signOutPages(accounts),
];
