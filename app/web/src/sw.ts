/** Keeps the page's own files, so that it opens without a network; never what the hub says. */

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const KEPT = "sanping-page-1";
const OWN = /^\/($|assets\/|icon|manifest\.webmanifest|licences\.txt)/;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.add("/")).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))).then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || !OWN.test(address.pathname)) return;
  event.respondWith(address.pathname.startsWith("/assets/") ? keptFirst(event.request) : freshFirst(event.request));
});

/** Hashed files never change. */
async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? freshFirst(request);
}

async function freshFirst(request: Request): Promise<Response> {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const known = await kept.match(request);
    if (known === undefined) throw error;
    return known;
  }
}
export {};
