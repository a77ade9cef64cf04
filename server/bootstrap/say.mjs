// Plain lines to standard error: standard output belongs to what the command itself answers.
export const say = (line) => process.stderr.write(`evensong: ${line}\n`);

/** A failure a person can act on: one sentence, and the command that fixes it. */
export const failure = (sentence, fix) => Object.assign(new Error(sentence), { plain: true, fix });

/** Runs `work`, saying what is going on: at the start, every 10 s (a silent minute looks like a hang), and at the end. */
export const withProgress = async (what, work) => {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  say(`${what} ...`);
  const timer = setInterval(() => say(`${what} ... ${seconds()}`), 10_000);
  try {
    const answer = await work();
    say(`${what}: done in ${seconds()}`);
    return answer;
  } finally {
    clearInterval(timer);
  }
};

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
