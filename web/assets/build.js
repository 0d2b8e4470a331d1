// Builds dist/: the styles, the scripts, the font and the mark, each under a
// name that holds a hash of its content, with compressed copies beside it and
// manifest.json to find them by; and the font once more, for paper.
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";
import { build } from "esbuild";
import * as sass from "sass";

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
icons();
styles("istmo");
styles("screening");
styles("embed");
await scripts();
writeFileSync(`${fresh}/manifest.json`, JSON.stringify(manifest, null, 2) + "\n");
chmodSync(fresh, 0o755);
rmSync("dist", { recursive: true, force: true });
renameSync(fresh, "dist");
