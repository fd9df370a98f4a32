// Bundles the pages' scripts and styles into static/dist/. Run by `npm run build`; `--watch` rebuilds on change.
// Everything a page needs is in that folder afterwards: nothing is fetched from elsewhere at run time.
import { cp, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const source = dirname(fileURLToPath(import.meta.url));
const target = join(source, "..", "dist");
const watching = process.argv.includes("--watch");

const options = {
  entryPoints: {
    app: join(source, "js", "app.js"),
    studio: join(source, "js", "studio.js"),
    song: join(source, "js", "song.js"),
    library: join(source, "js", "library.js"),
    account: join(source, "js", "account.js"),
    voices: join(source, "js", "voices.js"),
    score: join(source, "js", "score.js"),
    console_engine: join(source, "js", "console_engine.js"),
    mixer: join(source, "js", "mixer.js"),
    mixer_start: join(source, "js", "mixer_start.js"),
    mixer_recorder_worklet: join(source, "worklets", "mixer_recorder_worklet.js"), // imports nothing: the audio thread loads it
    main: join(source, "css", "main.css"),
  },
  outdir: target,
  bundle: true,
  splitting: true, // what is imported late (the engraver, 1.3 MB) is a file of its own
  chunkNames: "chunks/[name]-[hash]",
  minify: !watching,
  sourcemap: watching,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".svg": "file", ".jpg": "file" },
  // Names carry a hash, so that a new font or picture never meets an old one in a cache.
  assetNames: "assets/[name]-[hash]",
  legalComments: "linked",
  logLevel: "info",
};

// The audio thread and the worker beside it load one file each that imports nothing.
const worklet = {
  ...options,
  splitting: false,
  entryPoints: {
    console_worklet: join(source, "worklets", "console_processor.js"),
    console_rooms: join(source, "worklets", "rooms_worker.js"),
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await cp(join(source, "img"), join(target, "img"), { recursive: true, filter: (path) => !path.endsWith(".md") });

if (watching) {
  for (const one of [options, worklet]) await (await esbuild.context(one)).watch();
} else {
  await Promise.all([options, worklet].map((one) => esbuild.build(one)));
}
