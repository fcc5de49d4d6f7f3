/** The own line icons: 24 px, one stroke, drawn as a mask so that they take the colour of the words beside them. */
export const ICONS = {
  home: 'M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z',
  grid: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z',
  service: 'M5 13v-1a7 7 0 0 1 14 0v1M5 13a2 2 0 0 1 2-1h1v6H7a2 2 0 0 1-2-2zM19 13a2 2 0 0 0-2-1h-1v6h1a2 2 0 0 0 2-2zM18 18c0 2-2 3-4 3h-1',
  cart: 'M3 4h2l2.4 11h10.2L20 8H6.2M9 20a.6.6 0 1 0 0-1.200.6.6 0 0 0 0 1.200zM17 20a.6.6 0 1 0 0-1.200.6.6 0 0 0 0 1.200z',
  me: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.6-4 3.800-6 8-6s7.400 2 8 6',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.500 4.500',
  right: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  left: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  truck: 'M3 6h11v10H3zM14 10h4l3 3v3h-7zM7 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  box: 'M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8',
  back: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  wrench: 'M14.500 6.500a4 4 0 0 1 5-1.200l-2.700 2.700 1.200 1.200 2.700-2.700a4 4 0 0 1-5.200 5.200L8 19.200A2 2 0 1 1 5 16.300l7.500-7.500a4 4 0 0 1 2-2.300z',
  coupon: 'M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 8v1M14 11.500v1M14 15v1',
  gift: 'M4 9h16v4H4zM5.500 13h13v7h-13zM12 9v11M12 9c-3 0-5-1-5-3a2 2 0 0 1 2-2c2 0 3 2.500 3 5zM12 9c3 0 5-1 5-3a2 2 0 0 0-2-2c-2 0-3 2.500-3 5z',
  star: 'M12 4l2.400 5.200 5.600.7-4.100 3.900 1.100 5.600L12 16.700l-5 2.700 1.100-5.600L4 9.900l5.600-.7z',
  share: 'M7 14a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM17 8a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM17 21a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9.200 10.300l5.600-3.300M9.200 12.800l5.600 4',
  pin: 'M12 21c4-4.500 6-7.700 6-10.500A6 6 0 0 0 6 10.500C6 13.300 8 16.500 12 21zM12 12.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  clock: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 8v4.500l3 2',
  chat: 'M4 5h16v11H10l-4 3.500V16H4z',
  shield: 'M12 3.500l7 2.500v5c0 4.500-2.800 7.600-7 9.500-4.200-1.900-7-5-7-9.500V6zM9 12l2.200 2.200L15.500 10',
  gear: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3.500v3M12 17.500v3M3.500 12h3M17.500 12h3M6 6l2 2M16 16l2 2M18 6l-2 2M8 16l-2 2',
  trash: 'M5 7h14M9 7V4.500h6V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v5.500M13.500 10.500v5.500',
  camera: 'M4 8h4l1.500-2.500h5L16 8h4v11H4zM12 16.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  cloud: 'M7 18a4 4 0 0 1-.5-8A5.500 5.500 0 0 1 17 8.500 4.500 4.500 0 0 1 17 18M4 4l16 16',
  warn: 'M12 4l9 16H3zM12 10v4.500M12 17v.5',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c.5-3.500 3-5.500 6.500-5.500s6 2 6.500 5.500M16 4.500a3.500 3.500 0 0 1 0 6.500M17.500 14.700c2.300.6 3.700 2.400 4 5.300',
  wallet: 'M4 7h14a2 2 0 0 1 2 2v9H6a2 2 0 0 1-2-2zM4 7l11-3v3M16 13.500h1',
  download: 'M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14',
  copy: 'M9 9h10v11H9zM6 15H5V4h10v2',
  book: 'M12 6c-2-1.500-4.500-2-8-2v14c3.500 0 6 .5 8 2 2-1.500 4.500-2 8-2V4c-3.500 0-6 .5-8 2zM12 6v14',
  dot: 'M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3z',
} as const

export type IconName = keyof typeof ICONS

/** The icon as an address that a mask can show: no request, no font, no foreign host. */
export function drawn(name: IconName): string {
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='#000' stroke-width='1.6' `
    + `stroke-linecap='round' stroke-linejoin='round'><path d='${ICONS[name]}'/></svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
}
