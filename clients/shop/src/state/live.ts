/** Hear that something changed: by a stream of the server on H5, by asking now and then elsewhere or when it breaks. */
import { get } from '@/api/request'

const EVERY = 12_000
const OPEN = 1                                       // a stream that cannot be had tries for ever, and says it is on its way

/** Calls `changed` until the returned function is called. */
export async function listen(changed: () => unknown): Promise<() => void> {
  let source: EventSource | null = null
  const timer = setInterval(() => { if (source?.readyState !== OPEN) changed() }, EVERY)
  if (process.env.UNI_PLATFORM === 'h5' && 'EventSource' in window) {
    try {
      const { url } = await get('/api/v1/desk/events')
      source = new EventSource(url)
      source.onmessage = () => { changed() }
    } catch { /* asking now and then is enough */ }
  }
  return () => { clearInterval(timer); source?.close() }
}
