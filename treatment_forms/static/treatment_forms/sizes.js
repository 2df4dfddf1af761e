// Sizes as people read them, rounded up as the server does it, so that one byte too many is more
// than the limit.

const KIB = 1024;
const MIB = 1024 * KIB;

const up = (number, digits) => Math.ceil(number * 10 ** digits) / 10 ** digits;

export const kilobytes = (bytes) => up(bytes / KIB, 0);

export const megabytes = (bytes, digits = 2) => up(bytes / MIB, digits);

export const isSmall = (bytes) => bytes < MIB;
