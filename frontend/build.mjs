// Builds the assets that pages use: Sass to one CSS file, own ES modules and htmx copied, every file named by its
// content, a .gz beside each, src/anwang/web/static/anwang/assets.json (logical name -> file) for the template tag
// `asset`, and MANIFEST.json (version, licence, sha256) for whoever audits what is shipped.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as sass from "sass";

const here = import.meta.dirname;
const out = join(here, "../src/anwang/web/static/anwang");
const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const packageOf = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8"));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const assets = {};

function put(name, data, about) {
  const digest = sha256(data);
  const dot = name.lastIndexOf(".");
  const file = `${name.slice(0, dot)}-${digest.slice(0, 10)}${name.slice(dot)}`;
  const packed = gzipSync(data, { level: 9 });
  packed[9] = 255; // "unknown system", so that every machine builds the same bytes
  writeFileSync(join(out, file), data);
  writeFileSync(join(out, `${file}.gz`), packed);
  assets[name] = { file, bytes: Buffer.byteLength(data), gzip: packed.length, sha256: digest, ...about };
}

const govuk = packageOf("govuk-frontend");
const htmx = packageOf("htmx.org");
const banner = `/*! Anwang, Apache-2.0. Form styles: govuk-frontend ${govuk.version}, MIT, (c) Crown Copyright (Government Digital Service). */\n`;
const css = sass.compile(join(here, "scss/anwang.scss"), { style: "compressed", loadPaths: [join(here, "node_modules")] }).css;
put("anwang.css", banner + css + "\n", { licence: "Apache-2.0 AND MIT", contains: [`govuk-frontend ${govuk.version}`] });
put("htmx.js", readFileSync(join(here, "node_modules/htmx.org/dist/htmx.min.js")), {
  licence: "0BSD", package: "htmx.org", version: htmx.version, source: "dist/htmx.min.js",
});
put("favicon.svg", readFileSync(join(here, "favicon.svg")), { licence: "Apache-2.0" });

// Modules import each other by logical name ("./keys.js"); leaves first, so that the importer can name the hash.
// request.js and drafts.js are imported by the others.
const order = ["request.js", "drafts.js", "idle.js", "keys.js", "upload.js"];
const modules = [...new Set([...order, ...readdirSync(join(here, "js"))])].filter((name) => name !== "app.js");
for (const name of [...modules, "app.js"]) {
  const text = readFileSync(join(here, "js", name), "utf8").replace(/from "\.\/([\w-]+\.js)"/g, (whole, target) => {
    if (!assets[target]) throw new Error(`${name} imports ${target}, which is not built yet`);
    return `from "./${assets[target].file}"`;
  });
  put(name, text, { licence: "Apache-2.0" });
}

const sources = {};
for (const folder of ["scss", "js"]) {
  for (const name of readdirSync(join(here, folder)).sort()) {
    sources[`${folder}/${name}`] = sha256(readFileSync(join(here, folder, name)));
  }
}
const names = Object.fromEntries(Object.entries(assets).map(([name, { file }]) => [name, file]));
writeFileSync(join(out, "assets.json"), JSON.stringify(names, null, 1) + "\n");
writeFileSync(join(here, "MANIFEST.json"), JSON.stringify({ assets, sources }, null, 1) + "\n");
const total = ["anwang.css", "htmx.js", "app.js", ...modules].reduce((sum, name) => sum + assets[name].gzip, 0);
console.log(`built ${Object.keys(assets).length} files, CSS and JS ${(total / 1024).toFixed(1)} KiB gzip`);
