import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNames, safeName } from './names.ts';

describe('a name that every system takes', () => {
  test.each([
    ['../../etc/passwd', '_.._etc_passwd'],
    ['AC/DC', 'AC_DC'],
    ['What? "Now": <a|b>*', 'What_ _Now__ _a_b__'],
    ['nul\u0000l', 'null'],
    ['line\nbreak\ttab', 'line break tab'],
    ['trailing dots...', 'trailing dots'],
    ['...And Justice', 'And Justice'],
    ['   ', 'Unnamed'],
    ['..', 'Unnamed'],
    ['CON', '_CON'],
    ['con.live', '_con.live'],
    ['COM\u00b9', '_COM\u00b9'],
    ['Console', 'Console'],
    ['safe\u202egpj.exe', 'safegpj.exe'],
    ['\ud800lone', '\ufffdlone'],
    ['Cafe\u0301', 'Caf\u00e9'],
  ])('%j becomes %j', (text, name) => {
    expect(safeName(text)).toBe(name);
  });

  test('an extension is kept when the name is cut', () => {
    const name = safeName('x'.repeat(300), { extension: 'FLAC' });
    expect(name).toBe(`${'x'.repeat(94)}.flac`);
  });

  test('a cut goes between characters, and counts bytes', () => {
    const name = safeName('🎷'.repeat(90), { extension: 'mp3' });
    expect(name.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(140);
  });

  test('an odd extension is dropped', () => {
    expect(safeName('a', { extension: '../x' })).toBe('a');
    expect(safeName('CON', { extension: 'mp3' })).toBe('_CON.mp3');
  });

  test('whatever a tag says, the name can be written anywhere', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.constantFrom('', 'flac', 'm4a'),
        (text, extension) => {
          const name = safeName(text, { extension });
          expect(name).not.toMatch(/[\u0000-\u001f\u007f"*/:<>?\\|]/);
          expect(name).not.toMatch(/^[. ]|[. ]$/);
          expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
          expect(name.isWellFormed()).toBe(true);
          expect(name.length).toBeGreaterThan(0);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(142);
        },
      ),
    );
  });
});

describe('the names of one archive', () => {
  test('two that a case-blind disk takes for one are numbered', () => {
    const name = createNames();
    const wish = { folder: 'A', text: 'Intro', extension: 'mp3' };
    expect([name(wish), name({ ...wish, text: 'INTRO' }), name(wish), name({ ...wish, text: 'Intro (2)' })]).toEqual([
      'A/Intro.mp3',
      'A/INTRO (2).mp3',
      'A/Intro (3).mp3',
      'A/Intro (2) (2).mp3',
    ]);
  });

  test('long ones that differ behind the cut are told apart', () => {
    const name = createNames();
    const made = ['a', 'b', 'c'].map((end) => name({ folder: 'A', text: 'y'.repeat(200) + end, extension: 'flac' }));
    expect(new Set(made.map((it) => it.toLowerCase())).size).toBe(3);
    for (const it of made) expect(it.length).toBeLessThanOrEqual(102);
  });

  test('ten thousand of the same name take no long time', () => {
    const name = createNames();
    const made = Array.from({ length: 10_000 }, () => name({ folder: 'A', text: 'Untitled', extension: 'mp3' }));
    expect(new Set(made).size).toBe(10_000);
  });
});
