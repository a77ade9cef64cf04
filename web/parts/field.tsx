import type { Child } from 'hono/jsx';

type FieldProps = {
  id: string;
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  /** The attributes of the input itself: type, name, autocomplete ... */
  input: Readonly<Record<string, string | number | boolean | undefined>>;
};

/** Label, one plain sentence, the control; what is wrong stands below, in place. */
export const Field = ({ id, label, help, error, input }: FieldProps) => {
  const described = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div class="ask">
      <label for={id}>{label}</label>
      <input
        class="field"
        id={id}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={described || undefined}
        {...input}
      />
      {help ? (
        <p class="small dim" id={`${id}-help`}>
          {help}
        </p>
      ) : undefined}
      {error ? (
        <p class="small bad" id={`${id}-error`}>
          {error}
        </p>
      ) : undefined}
    </div>
  );
};

/** Where a password is chosen: at least ten characters, and a password manager offers one. */
export const NewPassword = ({ id, label, help, error, name }: Omit<FieldProps, 'input'> & { name: string }) => (
  <Field
    id={id}
    label={label}
    help={help}
    error={error}
    input={{ name, type: 'password', required: true, minlength: 10, maxlength: 1000, autocomplete: 'new-password' }}
  />
);

/** A line of a settings panel: what it is on the left, the control on the right. */
export const Setting = ({ label, help, children }: { label: Child; help?: string | undefined; children: Child }) => (
  <div class="set">
    <div>
      {label}
      {help ? <p>{help}</p> : undefined}
    </div>
    {children}
  </div>
);

export const Notice = ({ kind, children }: { kind: 'ok' | 'warn' | 'bad'; children: Child }) => (
  <p class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
    {children}
  </p>
);
