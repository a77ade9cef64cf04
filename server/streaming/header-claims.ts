/** What ffmpeg prints at `-v info` of the headers of its first input: claims, not facts. */
export type HeaderClaims = {
  durationSeconds?: number;
  /** Guessed from the bitrate: then it says nothing about damage. */
  estimated: boolean;
  /** Samples of music by iTunes' gapless tag. */
  gaplessSamples?: number;
};

export type ClaimReader = { push: (chunk: Buffer) => void; claims: () => HeaderClaims };

const MAX_LINE = 4096;

const secondsOf = (clock: RegExpExecArray): number =>
  Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);

const readLine = (claims: HeaderClaims, line: string): void => {
  // Two spaces exactly: tags are printed with four, so none can pose as a header.
  const clock = /^ {2}Duration: (\d+):(\d+):(\d+\.\d+)/.exec(line);
  if (clock) claims.durationSeconds ??= secondsOf(clock);
  if (line.includes('Estimating duration from bitrate')) claims.estimated = true;
  // 00000000 priming padding samples …, in hexadecimal.
  const gapless = /^ {4}iTunSMPB\s*:\s+[0-9A-F]+ [0-9A-F]+ [0-9A-F]+ ([0-9A-F]{16})/i.exec(line)?.[1];
  if (gapless) claims.gaplessSamples ??= Number.parseInt(gapless, 16);
};

export const createClaimReader = (): ClaimReader => {
  const claims: HeaderClaims = { estimated: false };
  let rest = '';
  return {
    push: (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      for (const line of lines) readLine(claims, line);
    },
    claims: () => claims,
  };
};
