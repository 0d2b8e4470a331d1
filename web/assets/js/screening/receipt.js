// The number of a screening, and how people say it aloud.
const signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

// spoken writes the first bits of bytes as so many signs, five bits each, the
// most significant first.
export function spoken(bytes, count) {
  let out = "";
  for (let i = 0; i < count; i++) {
    let five = 0;
    for (let bit = i * 5; bit < i * 5 + 5; bit++) five = five * 2 + ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1);
    out += signs[five];
  }
  return out;
}

// receipt is what a chain is called: "7K3Q-29XD".
export function receipt(chain) {
  const s = spoken(chain, 8);
  return s.slice(0, 4) + "-" + s.slice(4);
}
