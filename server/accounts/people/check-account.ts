import { badInput } from '../../http/index.ts';
import type { FieldError } from '../../kit/index.ts';
import { faultOfName } from './names.ts';
import { faultOfPassword } from '../door/passwords.ts';

type Given = { name?: string | undefined; password?: string | undefined; nameOfPerson?: string };

/** Throws 422 naming each field that will not do; what was sent is never repeated. */
export const checkAccount = ({ name, password, nameOfPerson = '' }: Given, field = 'password'): void => {
  const errors: FieldError[] = [];
  const nameFault = name === undefined ? undefined : faultOfName(name);
  if (nameFault) errors.push({ path: 'name', message: nameFault });
  const passwordFault = password === undefined ? undefined : faultOfPassword(password, name ?? nameOfPerson);
  if (passwordFault) errors.push({ path: field, message: passwordFault });
  if (errors.length > 0) throw badInput({ errors });
};
