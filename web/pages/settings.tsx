import type { Child } from 'hono/jsx';
import { THEMES } from '../layout.tsx';
import type { Theme } from '../layout.tsx';
import { Field, NewPassword, Notice, Setting } from '../parts/field.tsx';
import { Icon } from '../parts/icon.tsx';
import { Panel, Table } from '../parts/panel.tsx';
import { PlaybackPanel, type PlaybackView } from '../parts/playback-settings.tsx';
import { PageTitle } from '../parts/section.tsx';
import { Sections } from '../parts/sections.tsx';
import { Face } from '../parts/sidebar.tsx';
import { whenText } from '../parts/time.ts';
import type { Instant } from '../parts/time.ts';
import { t } from '../strings.ts';

export type SessionView = { id: string; device: string; lastSeenAt: Instant; current: boolean };
export type TokenView = {
  id: string;
  name: string;
  scopes: readonly string[];
  lastUsedAt?: Instant | null | undefined;
  expiresAt?: Instant | null | undefined;
};

export type SettingsPageProps = {
  user: { name: string; role: string; administers: boolean };
  theme: Theme;
  playback: PlaybackView;
  sessions: readonly SessionView[];
  tokens: readonly TokenView[];
  /** The scopes this person may give to a token. */
  scopes: readonly string[];
  /** A token made just now: shown this once. */
  fresh?: string | undefined;
  notice?: string | undefined;
  passwordErrors?: { current?: string | undefined; next?: string | undefined } | undefined;
  tokenError?: string | undefined;
  nowMs: number;
};

export const SettingsPage = (props: SettingsPageProps) => (
  <>
    <PageTitle title={t.settings.title} />
    <Sections at="you" administers={props.user.administers}>
      {props.notice ? <Notice kind="ok">{props.notice}</Notice> : undefined}
      <You {...props} />
      <Look theme={props.theme} />
      <PlaybackPanel playback={props.playback} />
      <Password errors={props.passwordErrors} name={props.user.name} />
      <Sessions {...props} />
      <Tokens {...props} />
    </Sections>
  </>
);

const You = ({ user }: SettingsPageProps) => (
  <Panel title={t.settings.account}>
    <div class="row">
      <Face name={user.name} />
      <b dir="auto">{user.name}</b>
      <span class="badge plain">{t.settings.roleNames[user.role] ?? user.role}</span>
      <form class="push" method="post" action="/sign-out" hx-boost="false">
        <button class="btn" type="submit">
          <Icon name="log-out" />
          {t.settings.signOut}
        </button>
      </form>
    </div>
  </Panel>
);

const Look = ({ theme }: { theme: Theme }) => (
  <Panel title={t.settings.look}>
    <form
      method="post"
      action="/settings/theme"
      hx-post="/settings/theme"
      hx-trigger="change"
      hx-swap="none"
      hx-select-oob=""
    >
      <Setting label={<span id="theme-label">{t.settings.theme}</span>} help={t.settings.themeHelp}>
        <div class="bar" role="radiogroup" aria-labelledby="theme-label">
          {THEMES.map((each) => (
            <label class="chip toggle">
              <input class="sr" type="radio" name="theme" value={each} checked={each === theme} data-theme-choice="" />
              {t.settings.themes[each]}
            </label>
          ))}
          <noscript>
            <button class="chip" type="submit">
              {t.act.save}
            </button>
          </noscript>
        </div>
      </Setting>
    </form>
  </Panel>
);

const Password = ({ errors, name }: { errors: SettingsPageProps['passwordErrors']; name: string }) => (
  <Panel title={t.settings.changePassword}>
    <form class="stack narrow" method="post" action="/settings/password">
      <input
        class="sr"
        type="text"
        name="username"
        autocomplete="username"
        value={name}
        tabindex={-1}
        aria-hidden="true"
        readonly
      />
      <Field
        id="current-password"
        label={t.settings.currentPassword}
        error={errors?.current}
        input={{ name: 'current', type: 'password', required: true, autocomplete: 'current-password', maxlength: 1000 }}
      />
      <NewPassword
        id="new-password"
        name="next"
        label={t.settings.newPassword}
        help={t.settings.newPasswordHelp}
        error={errors?.next}
      />
      <div class="row">
        <button class="btn" type="submit">
          {t.settings.changePassword}
        </button>
      </div>
    </form>
  </Panel>
);

const EndButton = ({ action, name, text }: { action: string; name: string; text: string }) => (
  <form method="post" action={action}>
    <button class="chip" type="submit" aria-label={name}>
      {text}
    </button>
  </form>
);

const Sessions = ({ sessions, nowMs }: SettingsPageProps) => (
  <Panel title={t.settings.sessions}>
    <p class="small dim">{t.settings.sessionsText}</p>
    <Table
      label={t.settings.sessions}
      columns={[
        { title: t.settings.device },
        { title: t.settings.lastSeen, optional: true },
        { title: t.settings.end, hidden: true },
      ]}
    >
      {sessions.map((session) => (
        <tr>
          <td dir="auto">{session.device}</td>
          <td class="opt dim">{whenText(session.lastSeenAt, nowMs)}</td>
          <td>
            {session.current ? (
              <span class="badge direct">{t.settings.thisSession}</span>
            ) : (
              <EndButton
                action={`/settings/sessions/${session.id}/end`}
                name={t.settings.endSession(session.device)}
                text={t.settings.end}
              />
            )}
          </td>
        </tr>
      ))}
    </Table>
    {sessions.length > 1 ? (
      <form class="row" method="post" action="/settings/sessions/end-others">
        <button class="btn line" type="submit">
          {t.settings.endOthers}
        </button>
      </form>
    ) : undefined}
  </Panel>
);

const Tokens = (props: SettingsPageProps) => (
  <Panel title={t.settings.tokens} id="tokens">
    <p class="small dim links">
      {t.settings.tokensText} {t.settings.api}{' '}
      <a href="/api/docs" hx-boost="false">
        {t.settings.apiLink}
      </a>
      .
    </p>
    {props.fresh ? <Fresh token={props.fresh} /> : undefined}
    {props.tokens.length ? <TokenTable {...props} /> : <p class="dim">{t.settings.noTokens}</p>}
    <NewToken scopes={props.scopes} error={props.tokenError} />
  </Panel>
);

const Fresh = ({ token }: { token: string }) => (
  <Notice kind="ok">
    <span>{t.settings.tokenCreated}</span>
    <code class="secret">{token}</code>
  </Notice>
);

const TokenTable = ({ tokens, nowMs }: SettingsPageProps) => (
  <Table
    label={t.settings.tokens}
    columns={[
      { title: t.settings.tokenName },
      { title: t.settings.tokenScopes, optional: true },
      { title: t.settings.tokenUsed, optional: true },
      { title: t.settings.tokenRevoke, hidden: true },
    ]}
  >
    {tokens.map((token) => (
      <tr>
        <td dir="auto">{token.name}</td>
        <td class="opt dim">{token.scopes.join(', ')}</td>
        <td class="opt dim">{token.lastUsedAt ? whenText(token.lastUsedAt, nowMs) : t.settings.tokenNever}</td>
        <td>
          <EndButton
            action={`/settings/tokens/${token.id}/revoke`}
            name={t.settings.revokeToken(token.name)}
            text={t.settings.tokenRevoke}
          />
        </td>
      </tr>
    ))}
  </Table>
);

const NewToken = ({ scopes, error }: { scopes: readonly string[]; error: string | undefined }): Child => (
  <form class="stack narrow" method="post" action="/settings/tokens">
    <Field
      id="token-name"
      label={t.settings.tokenName}
      error={error}
      input={{
        name: 'name',
        required: true,
        maxlength: 100,
        placeholder: t.settings.tokenNamePlaceholder,
        autocomplete: 'off',
      }}
    />
    <fieldset class="plain">
      <legend>{t.settings.tokenScopes}</legend>
      {scopes.map((scope) => (
        <label class="tick">
          <input type="checkbox" name="scopes" value={scope} checked={scope === 'read'} />
          {t.settings.scopes[scope] ?? scope}
        </label>
      ))}
    </fieldset>
    <div class="row">
      <button class="btn" type="submit">
        <Icon name="key-round" />
        {t.settings.tokenCreate}
      </button>
    </div>
  </form>
);
