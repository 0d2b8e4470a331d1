// Builds dist/: the styles, the scripts, the font and the mark, each under a
// name that holds a hash of its content, with compressed copies beside it and
// manifest.json to find them by; and, under plain names, the font once more for paper
// and the outlines of countries for maps.
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";
import { build } from "esbuild";
import * as sass from "sass";
import { feature, mesh } from "topojson-client";

// What is built stands aside until it is whole; a build that fails leaves nothing.
const fresh = mkdtempSync("node_modules/.dist-");
process.on("exit", () => rmSync(fresh, { recursive: true, force: true }));
const manifest = {};

// keep writes one file under its hashed name and returns that name.
function keep(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const ext = extname(name);
  const hashed = `${basename(name, ext)}.${hash}${ext}`;
  writeFileSync(`${fresh}/${hashed}`, bytes);
  if (ext !== ".woff2" && ext !== ".png") {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(`${fresh}/${hashed}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${fresh}/${hashed}.gz`, gzipSync(bytes, { level: 9 }));
  }
  manifest[name] = hashed;
  return hashed;
}

function fonts() {
  const folder = "node_modules/@fontsource-variable/public-sans/files";
  for (const script of ["latin", "latin-ext"]) {
    keep(`public-sans-${script}.woff2`, readFileSync(`${folder}/public-sans-${script}-wght-normal.woff2`));
  }
}

// paper copies the typeface as paper and slides need it, with its licence, which
// goes where it goes. No page asks for it, so it keeps its plain name.
function paper() {
  const folder = "node_modules/@expo-google-fonts/public-sans";
  for (const cut of ["400Regular", "400Regular_Italic", "600SemiBold"]) {
    copyFileSync(`${folder}/${cut}/PublicSans_${cut}.ttf`, `${fresh}/PublicSans_${cut}.ttf`);
  }
  copyFileSync(`${folder}/LICENSE_FONT`, `${fresh}/PublicSans_licence.txt`);
}

// The outlines of the countries around the isthmus, coarse for the region and fine
// for what is close: where they end, what is cut off, and how small a step is told.
const outlines = [
  { scale: "50m", box: [-93, -7, -59, 21], steps: 250 },
  { scale: "10m", box: [-84.6, 5, -74.4, 11.2], steps: 1000 },
];

// boundaries writes them as numbers alone: each line is a first point and steps from
// one to the next, in parts of a degree. No page asks for them, a node draws by them
// (web/atlas); so they keep their plain name.
function boundaries() {
  const levels = outlines.map(({ scale, box, steps }) => {
    const world = JSON.parse(readFileSync(`node_modules/world-atlas/countries-${scale}.json`));
    const { countries } = world.objects;
    const short = (line) => {
      const grid = line.map((point) => point.map((v) => Math.round(v * steps)));
      const kept = grid.filter((p, i) => i === 0 || p[0] !== grid[i - 1][0] || p[1] !== grid[i - 1][1]);
      return kept.flatMap((p, i) => (i === 0 ? p : [p[0] - kept[i - 1][0], p[1] - kept[i - 1][1]]));
    };
    const rings = (f) => (f.geometry.type === "Polygon" ? [f.geometry.coordinates] : f.geometry.coordinates).flat();
    const land = countries.geometries
      .map((g) => ({ id: g.id, rings: rings(feature(world, g)).map((r) => within(r, box)).filter((r) => r.length > 3).map(short) }))
      .filter((c) => c.rings.length > 0);
    const lines = (test) => mesh(world, countries, test).coordinates.flatMap((l) => pieces(l, box)).map(short).filter((l) => l.length > 2);
    return { box, steps, land, coasts: lines((a, b) => a === b), borders: lines((a, b) => a !== b) };
  });
  writeFileSync(`${fresh}/boundaries.json`, JSON.stringify(levels));
}

// within is a ring cut off at the edges of a box, one edge after another.
function within(ring, [west, south, east, north]) {
  for (const [axis, edge, sign] of [[0, west, 1], [0, east, -1], [1, south, 1], [1, north, -1]]) {
    const inside = (p) => sign * (p[axis] - edge) >= 0;
    ring = ring.flatMap((p, i) => {
      const from = ring[(i + ring.length - 1) % ring.length];
      if (inside(from) === inside(p)) return inside(p) ? [p] : [];
      const part = (edge - from[axis]) / (p[axis] - from[axis]);
      const cut = [from[0] + part * (p[0] - from[0]), from[1] + part * (p[1] - from[1])];
      return inside(p) ? [cut, p] : [cut];
    });
  }
  return ring;
}

// pieces are the parts of a line that are in a box, each with the points beside it.
function pieces(line, [west, south, east, north]) {
  const inside = ([x, y]) => x >= west && x <= east && y >= south && y <= north;
  const parts = [[]];
  line.forEach((p, i) => {
    if ([line[i - 1], p, line[i + 1]].some((q) => q && inside(q))) parts.at(-1).push(p);
    else if (parts.at(-1).length > 0) parts.push([]);
  });
  return parts.filter((part) => part.length > 1);
}

// icons draws the mark for the place where a device keeps its apps: as it is, and
// with the margin that a device may cut away.
function icons() {
  const mark = readFileSync("mark.svg", "utf8");
  const inside = mark.replace(/^<svg[^>]*>|<\/svg>$/g, "").trim().replace(/<\/svg>$/, "");
  const safe = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" fill="#0b3c49"/><g transform="translate(5.4 5.4) scale(.7)">${inside}</g></svg>`;
  const png = (svg, width) => new Resvg(svg, { fitTo: { mode: "width", value: width } }).render().asPng();
  for (const width of [192, 512]) keep(`icon-${width}.png`, png(mark, width));
  keep("icon-safe-512.png", png(safe, 512));
}

// styles compiles the sheets: that of every page, that of the screening app,
// and that of a figure in somebody else's page.
// asset("x") in them is the hashed name of x.
function styles(name) {
  const { css } = sass.compile(`scss/${name}.scss`, {
    style: "compressed",
    loadPaths: [".", "node_modules"],
    quietDeps: true,
    functions: {
      "asset($name)": ([name]) => new sass.SassString(`url("${manifest[name.assertString().text]}")`, { quotes: false }),
    },
  });
  keep(`${name}.css`, css);
}

async function scripts() {
  const entries = readdirSync("js").filter((name) => name.endsWith(".js"));
  const { outputFiles } = await build({
    entryPoints: entries.map((name) => `js/${name}`),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    legalComments: "none",
    write: false,
    outdir: "out",
  });
  for (const file of outputFiles) keep(basename(file.path), file.contents);
}

keep("mark.svg", readFileSync("mark.svg"));
fonts();
paper();
boundaries();
icons();
styles("istmo");
styles("screening");
styles("embed");
await scripts();
writeFileSync(`${fresh}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
chmodSync(fresh, 0o755);
rmSync("dist", { recursive: true, force: true });
renameSync(fresh, "dist");
