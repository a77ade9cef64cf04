import { Wordmark } from '../layout.tsx';
import { Field, Notice } from '../parts/field.tsx';
import { t } from '../strings.ts';

export type SignInPageProps = {
  /** Where to go afterwards: a path of ours. */
  next?: string | undefined;
  name?: string | undefined;
  problem?: string | undefined;
  signedOut?: boolean | undefined;
};

export const SignInPage = ({ next, name, problem, signedOut }: SignInPageProps) => (
  <div class="gate">
    <Wordmark />
    <div class="stack">
      <h1>{t.signIn.heading}</h1>
      <p class="dim">{t.signIn.text}</p>
    </div>
    {problem ? <Notice kind="bad">{problem}</Notice> : undefined}
    {signedOut && !problem ? <Notice kind="ok">{t.signIn.signedOut}</Notice> : undefined}
    <form class="panel" method="post" action="/sign-in">
      {next ? <input type="hidden" name="next" value={next} /> : undefined}
      <Field
        id="name"
        label={t.signIn.name}
        input={{
          name: 'name',
          value: name,
          required: true,
          autocomplete: 'username',
          maxlength: 100,
          autofocus: !name,
        }}
      />
      <Field
        id="password"
        label={t.signIn.password}
        input={{
          name: 'password',
          type: 'password',
          required: true,
          autocomplete: 'current-password',
          maxlength: 1000,
          autofocus: Boolean(name),
        }}
      />
      <button class="btn main" type="submit">
        {t.signIn.submit}
      </button>
    </form>
  </div>
);
