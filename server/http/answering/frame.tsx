import { Document, type Theme } from '../../../web/layout.tsx';
import { ProblemPage } from '../../../web/pages/problem.tsx';
import type { Problem } from '../../kit/index.ts';
import type { PageFrame } from './page.ts';
import type { Viewer } from '../asking/viewer.ts';

export type FrameNeeds = {
  /** From the plain name of an asset to its address. */
  asset: (name: string) => string;
  theme: (viewer: Viewer | undefined) => Theme;
  /** The viewer's own playlists, for the sidebar. */
  playlists: (viewer: Viewer) => readonly { id: string; name: string }[];
  ffmpeg: () => boolean;
};

/** The whole document around a page's body. htmx takes from it what it swaps, so there is one answer for both. */
export const createFrame =
  (needs: FrameNeeds): PageFrame =>
  ({ title, tint, body, bare, viewer, path }) => {
    const frame = {
      asset: needs.asset,
      theme: needs.theme(viewer),
      path,
      viewer: viewer && { name: viewer.name, administers: viewer.role !== 'listener' },
      playlists: viewer && needs.playlists(viewer),
      ffmpeg: needs.ffmpeg(),
    };
    return (
      <Document frame={frame} title={title} tint={tint} solo={bare}>
        {body}
      </Document>
    );
  };

/** A problem as a person sees it: 404 and 500 have words of their own, the others bring theirs. */
export const createProblemPage = (problem: Problem) => {
  const { status, title, facts } = problem;
  const own = status === 404 || status >= 500;
  return {
    title,
    body: own ? (
      <ProblemPage status={status} />
    ) : (
      <ProblemPage status={status} title={title} text={facts.detail ?? ''} />
    ),
  };
};
