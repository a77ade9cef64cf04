import { z } from 'zod';
import { json, route, type Route } from '../http/index.ts';
import type { Analysis } from './service.ts';

const points = z.array(z.int().min(0).max(255));

export const waveformSchema = z.object({
  state: z
    .enum(['ready', 'waiting', 'none'])
    .describe('waiting: measured within seconds, ask again after Retry-After. none: there is nothing to draw.'),
  durationMs: z.int(),
  peaks: points.describe('The highest sample of each stretch, left to right; 255 is full scale, linear. At most 600.'),
  rms: points.describe('The mean power of each stretch, on the same scale: as many as peaks.'),
});

const RETRY_SECONDS = '2';

export const createAnalysisRoutes = ({ analysis }: { analysis: Analysis }): Route[] => [
  route(
    {
      method: 'get',
      path: '/api/v1/tracks/:id/waveform',
      who: 'user',
      summary: 'The outline of its sound, for a seek bar. What is not measured yet comes next when it is asked for.',
      params: { id: z.string().max(40) },
      answers: { 200: waveformSchema },
    },
    (call) => {
      const waveform = analysis.waveform(call.params.id, call.viewer);
      const headers: Record<string, string> = waveform.state === 'waiting' ? { 'retry-after': RETRY_SECONDS } : {};
      return json(call, waveform, { headers });
    },
  ),
];
