/** Text from outside made safe to keep: control characters out, lone surrogates replaced, trimmed, length capped in UTF-16 units. */
export const cleanText = (text: string, maxLength = 1000): string => {
  const printable = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '').toWellFormed();
  return printable.trim().slice(0, maxLength).toWellFormed();
};
