import { Wordmark } from '../layout.tsx';
import { LinkButton } from '../parts/buttons.tsx';
import { Field, NewPassword, Notice } from '../parts/field.tsx';
import { t } from '../strings.ts';

export type SetupErrors = { code?: string; name?: string; password?: string };

export type SetupPageProps = {
  name?: string | undefined;
  code?: string | undefined;
  problem?: string | undefined;
  errors?: SetupErrors | undefined;
};

/** First run, step 1: the owner's account. The code in the printed link stands in its fragment; a script fills it in. */
export const SetupPage = ({ name, code, problem, errors }: SetupPageProps) => (
  <div class="gate">
    <Wordmark />
    <div class="stack">
      <p class="small dim">{t.setup.step1}</p>
      <h1>{t.setup.heading}</h1>
      <p class="dim">{t.setup.text}</p>
    </div>
    {problem ? <Notice kind="bad">{problem}</Notice> : undefined}
    <form class="panel" method="post" action="/setup">
      <Field
        id="code"
        label={t.setup.code}
        help={t.setup.codeHelp}
        error={errors?.code}
        input={{
          name: 'code',
          value: code,
          required: true,
          autocomplete: 'one-time-code',
          maxlength: 64,
          spellcheck: 'false',
          autocapitalize: 'off',
          'data-from-fragment': 'code',
        }}
      />
      <Field
        id="name"
        label={t.setup.name}
        help={t.setup.nameHelp}
        error={errors?.name}
        input={{ name: 'name', value: name, required: true, autocomplete: 'username', maxlength: 64 }}
      />
      <NewPassword
        id="password"
        name="password"
        label={t.setup.password}
        help={t.setup.passwordHelp}
        error={errors?.password}
      />
      <button class="btn main" type="submit">
        {t.setup.submit}
      </button>
    </form>
  </div>
);

export const SetupDonePage = () => (
  <div class="gate">
    <Wordmark />
    <div class="stack">
      <h1>{t.setup.doneTitle}</h1>
      <p class="dim">{t.setup.doneText}</p>
      <div class="row">
        <LinkButton href="/sign-in" text={t.signIn.title} main />
      </div>
    </div>
  </div>
);
