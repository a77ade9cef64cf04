// What our Node is told when it runs the house. Left to itself V8 lets the young generation of each thread grow with the
// machine's memory (some 125 MB at 24 GB), though requests leave so little behind that 8 MB halves serve them as fast. A small
// old generation it would collect thirty times a second while files are sent, for their buffers count: it may double.
export const houseFlags = ['--enable-source-maps', '--max-semi-space-size=8', '--heap-growing-percent=100'];
