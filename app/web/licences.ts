import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MODULES = join(dirname(fileURLToPath(import.meta.url)), "node_modules");

interface Package {
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Returns the licence texts of packages and of everything they bring along, in the order of their names. */
export function licences(names: readonly string[]): string {
  const found = new Map<string, string>();
  const wanted = [...names];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const folder = join(MODULES, name);
    if (found.has(name) || name.startsWith("@types/") || !existsSync(join(folder, "package.json"))) continue;
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
    const file = readdirSync(folder).find((entry) => /^licen[sc]e/i.test(entry));
    const text = file === undefined ? (about.license ?? "") : readFileSync(join(folder, file), "utf8").trim();
    found.set(name, `${name} ${about.version} (${about.license ?? "?"})\n\n${text}\n`);
    wanted.push(...Object.keys(about.dependencies ?? {}));
  }
  return [...found.keys()].sort().map((name) => found.get(name)).join(`\n${"-".repeat(72)}\n\n`);
}
