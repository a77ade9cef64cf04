/** The second front door of accounts: set-up, sign-in and a person's settings as pages. */
import type { Route } from '../http/index.ts';
import type { Clock } from '../kit/index.ts';
import { createGatePages } from './pages/gate-pages.tsx';
import { createSettingsPages } from './pages/settings-pages.tsx';
import type { Accounts } from './service.ts';

export const createAccountPages = (needs: { accounts: Accounts; clock: Clock }): Route[] => [
  ...createGatePages(needs.accounts),
  ...createSettingsPages(needs),
];
