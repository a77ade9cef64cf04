/*
 * What ffmpeg may open. A ".mp3" that is really an HLS or ffconcat text otherwise plays another file's sound (seen on
 * 5.1; the protocol whitelist alone does not stop it), so demuxers and decoders are listed, not guessed. Names that a
 * build lacks are harmless.
 */
const DEMUXERS = `
  aac ac3 aiff amr ape asf au caf dsf dts eac3 flac iff matroska webm mov mp4 m4a 3gp mp3 mpc mpc8 ogg tak tta voc w64 wav wv
`;

const DECODERS = `
  aac aac_latm ac3 alac als amrnb amrwb ape dca eac3 flac mlp truehd mp1 mp1float mp2 mp2float mp3 mp3float mpc7 mpc8
  opus libopus speex libspeex tak tta vorbis libvorbis wavpack wmalossless wmapro wmav1 wmav2 wmavoice
  adpcm_ima_qt adpcm_ima_wav adpcm_ms dsd_lsbf dsd_lsbf_planar dsd_msbf dsd_msbf_planar
  pcm_alaw pcm_mulaw pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be
  pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_s16le_planar pcm_s8_planar
`;

const asList = (names: string): string => names.trim().split(/\s+/).join(',');

/** Before everything else: no terminal, no chatter. */
export const GLOBAL_OPTIONS: readonly string[] = ['-nostdin', '-hide_banner'];

/** Stand before each `-i` of a file. */
export const INPUT_GUARDS: readonly string[] = Object.entries({
  '-protocol_whitelist': 'file,pipe,subfile',
  '-format_whitelist': asList(DEMUXERS),
  '-codec_whitelist': asList(DECODERS),
}).flat();

/** Stand after the input: the first sound and nothing else (covers are video streams, lyrics are subtitles). */
export const SOUND_ONLY: readonly string[] = ['-map', '0:a:0', '-vn', '-sn', '-dn'];
