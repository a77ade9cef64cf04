import type { Child } from 'hono/jsx';

type PanelProps = { title: string; id?: string | undefined; aside?: Child; children: Child };

export const Panel = ({ title, id, aside, children }: PanelProps) => (
  <section class="panel" aria-label={title} id={id}>
    <div class="row">
      <h2>{title}</h2>
      {aside ? <span class="push">{aside}</span> : undefined}
    </div>
    {children}
  </section>
);

export type Column = { title: string; optional?: boolean; hidden?: boolean };

type TableProps = { columns: readonly Column[]; children: Child; label: string; stacks?: boolean };

/**
 * Hairlines, no zebra. Optional columns give way on a phone; hidden titles are for screen readers. A table that `stacks` has long
 * words in it: on a phone its cells stand below each other.
 */
export const Table = ({ columns, children, label, stacks }: TableProps) => (
  <div class="scroll">
    <table aria-label={label} class={stacks ? 'stacks' : undefined}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th scope="col" class={column.optional ? 'opt' : undefined}>
              {column.hidden ? <span class="sr">{column.title}</span> : column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
