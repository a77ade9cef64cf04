import { t } from '../strings.ts';
import { tintOf } from './cover.tsx';
import type { MaybeCover } from './cover.tsx';
import { Marked } from './marked.tsx';
import type { Marks } from './marked.tsx';

export type GenreView = {
  id: string;
  name: string;
  albumCount: number;
  trackCount: number;
  cover?: MaybeCover;
  marks?: Marks | undefined;
};

export const GenreTile = ({ genre }: { genre: GenreView }) => (
  <li>
    <a class="tile" href={`/genres/${genre.id}`} data-tint={tintOf(genre.cover, genre.name)}>
      <b class="flare cut2" dir="auto">
        <Marked text={genre.name} marks={genre.marks} />
      </b>
      <span class="small dim">
        {genre.albumCount ? t.track.albums(genre.albumCount) : t.track.songs(genre.trackCount)}
      </span>
    </a>
  </li>
);
