import { defineConfig, type Plugin } from "vite";

import { licences } from "./licences.ts";
import { squeezed } from "./squeezed.ts";

/** The licences of what the page carries are a file of the page. */
function notices(): Plugin {
  return {
    name: "notices",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "licences.txt", source: licences(["maplibre-gl", "preact", "uplot"]) });
    },
  };
}

export default defineConfig({
  base: "/",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400,
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false }, input: { index: "index.html", sw: "src/sw.ts" }, output: { entryFileNames: (chunk) => chunk.name === "sw" ? "sw.js" : "assets/[name]-[hash].js" } },
  },
  plugins: [notices(), squeezed()],
  test: { include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
