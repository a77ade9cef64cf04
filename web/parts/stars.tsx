import { t } from '../strings.ts';
import type { Rateable } from './act.ts';

type StarsProps = { of: Rateable; title: string; rating: number | null | undefined };

/** One to five stars, as a slider whose first step is none of them (see web/player/page/stars.ts and stars.css). */
export const Stars = ({ of, title, rating }: StarsProps) => {
  const stars = rating ?? 0;
  return (
    <input
      type="range"
      class="stars"
      min={0}
      max={5}
      value={stars}
      data-stars={stars}
      data-rate={of}
      aria-label={t.act.rateTitle(title)}
      aria-valuetext={t.act.stars(stars)}
      autocomplete="off"
    />
  );
};
