// Bytes, and the few ways in which they are written down.

const text = new TextEncoder();

// utf8 is a text's bytes.
export const utf8 = (s) => text.encode(s);

// said is the text of bytes.
export const said = (bytes) => new TextDecoder().decode(bytes);

// concat joins byte strings.
export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

// uint is a number in so many bytes, big-endian.
export function uint(n, bytes) {
  const out = new Uint8Array(bytes);
  for (let i = bytes - 1; i >= 0; i--, n = Math.floor(n / 256)) out[i] = n % 256;
  return out;
}

// number reads what uint wrote.
export const number = (bytes) => bytes.reduce((n, b) => n * 256 + b, 0);

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
export const unhex = (s) => Uint8Array.from(s.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// b64 is base64url without padding.
export function b64(bytes) {
  let s = "";
  for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// unb64 reads base64url; it throws on anything else.
export function unb64(s) {
  if (!/^[A-Za-z0-9_-]*$/.test(s)) throw new Error("no base64url");
  return Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
}

export const random = (n) => crypto.getRandomValues(new Uint8Array(n));

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

export const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
