/** Letters that answer a question: from and to, in UTF-16 units, in order and apart. */
export type Marks = readonly (readonly [from: number, to: number])[];

/** A name with some of its letters marked. */
export const Marked = ({ text, marks = [] }: { text: string; marks?: Marks | undefined }) => {
  const ends = [0, ...marks.map(([, to]) => to)];
  return (
    <>
      {marks.map(([from, to], i) => (
        <>
          {text.slice(ends[i], from)}
          <mark>{text.slice(from, to)}</mark>
        </>
      ))}
      {text.slice(ends.at(-1))}
    </>
  );
};
