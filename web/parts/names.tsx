import { Fragment } from 'hono/jsx';

export type NamedArtist = { id: string; name: string; role?: string | null | undefined };

/** "Ondřej Vlk, Inês Caldeira": every name a link, each in its own direction. */
export const ArtistLinks = ({ artists, dim }: { artists: readonly NamedArtist[]; dim?: boolean }) => (
  <>
    {artists.map((artist, at) => (
      <Fragment key={artist.id}>
        {at ? ', ' : ''}
        <a class={dim ? 'dim' : undefined} href={`/artists/${artist.id}`} dir="auto">
          {artist.name}
        </a>
      </Fragment>
    ))}
  </>
);

/** Those whom a listener would name: the role 'artist', or all where no roles are told. */
export const mainArtists = (artists: readonly NamedArtist[]): readonly NamedArtist[] => {
  const main = artists.filter((artist) => !artist.role || artist.role === 'artist' || artist.role === 'albumartist');
  return main.length ? main : artists;
};
