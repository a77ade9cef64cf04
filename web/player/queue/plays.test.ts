import { describe, expect, it } from 'vitest';
import type { Answer, Api } from '../api.ts';
import { createShelf, newUuid } from '../device.ts';
import { nameDevice } from '../introduction.ts';
import { createPlayLog, decideOutcome, type PlayEvent } from './plays.ts';

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

function bench(status = 200) {
  const sent: PlayEvent[][] = [];
  const answer = { current: status };
  const api: Api = {
    get: () => Promise.reject(new Error('not asked')),
    send: <T>(_method: string, _path: string, ask?: { body?: unknown }) => {
      sent.push((ask as { body: { events: PlayEvent[] } }).body.events);
      const ok = answer.current < 400;
      return Promise.resolve(
        (ok ? { ok, status: 200, data: {} } : { ok, status: answer.current, title: '' }) as Answer<T>,
      );
    },
  };
  let nowMs = Date.UTC(2026, 0, 1);
  const storage = memory();
  const open = () => createPlayLog({ api, shelf: createShelf(storage), deviceId: 'dev', now: () => (nowMs += 6000) });
  return { sent, answer, open, storage };
}

describe('a listen', () => {
  it('is completed at its end or when nine tenths were heard, else skipped or stopped', () => {
    expect(decideOutcome({ playedMs: 100, durationMs: 1000 }, 'ended')).toBe('completed');
    expect(decideOutcome({ playedMs: 900, durationMs: 1000 }, 'moved')).toBe('completed');
    expect(decideOutcome({ playedMs: 899, durationMs: 1000 }, 'moved')).toBe('skipped');
    expect(decideOutcome({ playedMs: 1, durationMs: 1000 }, 'left')).toBe('stopped');
  });

  it('counts what sounded, not what was jumped over', async () => {
    const { sent, open } = bench();
    const log = open();
    log.begin({ id: 'trk_1', durationMs: 60_000 }, 'album:alb_1');
    log.advance(1000);
    log.advance(2000);
    log.jump(50_000);
    log.advance(51_000);
    log.end('moved');
    await log.flush();
    expect(sent[0]?.[0]).toMatchObject({ trackId: 'trk_1', playedMs: 3000, outcome: 'skipped', source: 'album:alb_1' });
  });

  it('waits while the server is away and goes out under the same id when it is back', async () => {
    const { sent, open, answer } = bench(503);
    const log = open();
    log.begin({ id: 'trk_1', durationMs: 1000 }, 's');
    log.advance(1000);
    log.end('ended');
    await log.flush();
    answer.current = 200;
    await log.flush();
    await log.flush();
    expect(sent).toHaveLength(2);
    expect(sent[1]?.[0]?.id).toBe(sent[0]?.[0]?.id);
  });

  it('survives a crash as a listen that stopped', async () => {
    const { sent, open } = bench();
    const log = open();
    log.begin({ id: 'trk_1', durationMs: 60_000 }, 's');
    log.advance(2000);
    await open().flush();
    expect(sent[0]?.[0]).toMatchObject({ playedMs: 2000, outcome: 'stopped' });
  });

  it('does not let an event the server will never take block the others', async () => {
    const { sent, open, answer } = bench(422);
    const log = open();
    log.begin({ id: 'trk_1', durationMs: 1000 }, 's');
    log.advance(1000);
    log.end('ended');
    await log.flush();
    answer.current = 200;
    await log.flush();
    expect(sent).toHaveLength(1);
  });

  it('comes from a device with a name a person knows it by', () => {
    expect(nameDevice('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36')).toBe(
      'Chrome on Linux',
    );
    expect(nameDevice('Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1')).toBe(
      'Safari on iPhone',
    );
    expect(nameDevice('Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0')).toBe('Edge on Windows');
  });

  it('has an id that is a version 4 UUID also without https', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
