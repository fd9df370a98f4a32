// The server's chance, number for number. First of all `mixer.engine.effects.chance`: FNV-1a names, xorshift draws.

// A function that gives the next number from 0 to 1.
export function uniforms(seed, ...names) {
  let x = 0x811c9dc5;
  for (const letter of [seed, ...names].join("/")) x = Math.imul(x ^ letter.charCodeAt(0), 0x01000193); // plain ASCII
  x = (x >>> 0) || 1;
  const next = () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 4_294_967_296;
  };
  for (let skipped = 0; skipped < 8; skipped += 1) next();
  return next;
}

// Then the house's own: codecraft.common.seeds.generator(seed, ...names).random().
// BLAKE2b (RFC 7693) of the names seeds numpy's SeedSequence, that seeds PCG64 (O'Neill 2014, XSL-RR). Run rarely: BigInt.

const WORD = (1n << 64n) - 1n;
const IV = [
  0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
];
const ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const COLUMNS = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];
const DIGEST_BYTES = 16;

const turned = (value, by) => ((value >> by) | (value << (64n - by))) & WORD;

// The digest of a short text (one block of 128 bytes) as a little-endian number of 128 bits.
function digest(text) {
  const bytes = Array.from(text, (letter) => BigInt(letter.charCodeAt(0))); // names are plain ASCII
  if (bytes.length > 128) throw new Error("this name is too long for one block");
  const message = Array.from({ length: 16 }, (_, word) => {
    let value = 0n;
    for (let k = 7; k >= 0; k -= 1) value = (value << 8n) | (bytes[8 * word + k] ?? 0n);
    return value;
  });
  const start = [IV[0] ^ 0x01010000n ^ BigInt(DIGEST_BYTES), ...IV.slice(1)];
  const v = [...start, ...IV];
  v[12] ^= BigInt(bytes.length);
  v[14] ^= WORD;
  for (let round = 0; round < 12; round += 1) mixRound(v, message, ORDER[round % 10]);
  const words = [0, 1].map((at) => start[at] ^ v[at] ^ v[at + 8]);
  return words[0] | (words[1] << 64n);
}

function mixRound(v, message, order) {
  COLUMNS.forEach(([a, b, c, d], at) => {
    v[a] = (v[a] + v[b] + message[order[2 * at]]) & WORD;
    v[d] = turned(v[d] ^ v[a], 32n);
    v[c] = (v[c] + v[d]) & WORD;
    v[b] = turned(v[b] ^ v[c], 24n);
    v[a] = (v[a] + v[b] + message[order[2 * at + 1]]) & WORD;
    v[d] = turned(v[d] ^ v[a], 16n);
    v[c] = (v[c] + v[d]) & WORD;
    v[b] = turned(v[b] ^ v[c], 63n);
  });
}

// numpy.random.SeedSequence(entropy).generate_state(8) as unsigned 32-bit words.
function seedWords(entropy) {
  const given = [];
  for (let rest = entropy; rest > 0n; rest >>= 32n) given.push(Number(rest & 0xffffffffn));
  let constant = 0x43b0d7e5;
  const hashed = (value) => {
    let mixed = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    mixed = Math.imul(mixed, constant);
    return mixed ^ (mixed >>> 16);
  };
  const pool = [0, 1, 2, 3].map((at) => hashed(given[at] ?? 0));
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) {
      if (from === to) continue;
      const mixed = (Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, hashed(pool[from]))) | 0;
      pool[to] = mixed ^ (mixed >>> 16);
    }
  }
  let second = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, at) => {
    let value = pool[at % 4] ^ second;
    second = Math.imul(second, 0x58f38ded);
    value = Math.imul(value, second);
    return (value ^ (value >>> 16)) >>> 0;
  });
}

const WIDE = (1n << 128n) - 1n;
const FACTOR = 0x2360ed051fc65da44385df649fccf645n;

// A function that gives the next number from 0 to 1.
export function chance(seed, ...names) {
  const words = seedWords(digest([seed, ...names].join("/"))).map(BigInt);
  const wide = (at) => (words[at] | (words[at + 1] << 32n)) << 64n | words[at + 2] | (words[at + 3] << 32n);
  const step = ((wide(4) << 1n) | 1n) & WIDE;
  let state = 0n;
  const advance = () => { state = (state * FACTOR + step) & WIDE; };
  advance();
  state = (state + wide(0)) & WIDE;
  advance();
  return () => {
    advance();
    const folded = ((state >> 64n) ^ state) & WORD;
    return Number(turned(folded, state >> 122n) >> 11n) / 2 ** 53;
  };
}
