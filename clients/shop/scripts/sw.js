// The shop's service worker. It keeps the shell and the pictures that were seen; answers of the API are kept by
// src/api/kept.ts, which can say how old they are. build.mjs fills in the two words in capitals.
const SHELL = 'SHELL_NAME'
const FILES = ['SHELL_FILES']
const PICTURES = 'shop-pictures'
const MOST_PICTURES = 150

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('shop-') && ![SHELL, PICTURES].includes(name)).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin) return
  if (event.request.mode === 'navigate') event.respondWith(fresh(event.request))
  else if (url.pathname.startsWith('/media/pictures/')) event.respondWith(picture(event.request))
  else if (/^\/shop\/(assets|static)\//.test(url.pathname)) event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request)))
})

/** The page itself: the newest while there is a network, else the one of this shell. */
async function fresh(request) {
  try {
    return await fetch(request)
  } catch {
    const kept = new URL(request.url).pathname.startsWith('/shop') ? await caches.match('./') : undefined
    return kept ?? Response.error()
  }
}

/** Pictures never change under their name. */
async function picture(request) {
  const cache = await caches.open(PICTURES)
  const found = await cache.match(request)
  if (found) return found
  const answer = await fetch(request)
  if (answer.ok) {
    await cache.put(request, answer.clone())
    const names = await cache.keys()
    if (names.length > MOST_PICTURES) await Promise.all(names.slice(0, names.length - MOST_PICTURES).map((name) => cache.delete(name)))
  }
  return answer
}
