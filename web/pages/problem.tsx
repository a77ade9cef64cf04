import { LinkButton } from '../parts/buttons.tsx';
import { Icon } from '../parts/icon.tsx';
import { t } from '../strings.ts';

export type ProblemPageProps = { status: number; title?: string; text?: string; requestId?: string | undefined };

/** What a person sees where a page could not be made. 404 and 500 have words of their own; others bring theirs. */
export const ProblemPage = ({ status, title, text, requestId }: ProblemPageProps) => {
  const missing = status === 404;
  return (
    <div class="empty">
      <Icon name={missing ? 'disc-3' : 'triangle-alert'} />
      <h1 class="page">{title ?? (missing ? t.problem.notFoundTitle : t.problem.brokenTitle)}</h1>
      <p>{text ?? (missing ? t.problem.notFoundText : t.problem.brokenText)}</p>
      <LinkButton href="/" text={t.problem.goHome} main whole />
      {requestId && status >= 500 ? <p class="small faint num">{t.problem.requestId(requestId)}</p> : undefined}
    </div>
  );
};
