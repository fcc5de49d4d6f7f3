// Looks at the built mini-program as WeChat would: every template compiles, every page registers under a host of stubs,
// every used component exists, packages are within their limits, and no foreign host is named. Ends with 1 and a sentence.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'

const load = createRequire(import.meta.url)
const here = dirname(dirname(fileURLToPath(import.meta.url)))
const out = process.argv[2] ?? join(here, 'dist/build/mp-weixin')
const MEGABYTE = 1024 * 1024
const MOST = { main: 1.5 * MEGABYTE, part: 2 * MEGABYTE }
const OURS = new Set(['localhost', 'www.w3.org'])           // the placeholder of an unbuilt address, names of XML
const wrong = []

const app = JSON.parse(readFileSync(join(out, 'app.json'), 'utf8'))
const parts = app.subPackages ?? app.subpackages ?? []
const pages = [...app.pages, ...parts.flatMap((part) => part.pages.map((page) => `${part.root}/${page}`))]

templates()
boot()
sizes()
hosts()
if (wrong.length) {
  console.error(wrong.join('\n'))
  process.exit(1)
}
console.log(`${pages.length} pages compile and register`)

function templates() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return console.log('templates are compiled on x86-64 Linux only')
  const tools = join(dirname(load.resolve('miniprogram-compiler')), 'bin/linux')
  const named = (ending) => files(out).filter((file) => file.endsWith(ending)).map((file) => relative(out, file))
  for (const [tool, words] of [['wcc', ['-d', ...named('.wxml')]], ['wcsc', ['-lc', ...named('.wxss')]]]) {
    chmodSync(join(tools, tool), 0o755)
    const ran = spawnSync(join(tools, tool), words, { cwd: out, maxBuffer: 64 * MEGABYTE })
    if (ran.status !== 0) wrong.push(`${tool}: ${String(ran.stderr).trim().slice(0, 300)}`)
  }
}

/** Run app.js and every page and component with a `wx` that does nothing, and see that each registers. */
function boot() {
  const kept = new Map()
  const told = () => ({ SDKVersion: '3.0.0', platform: 'devtools', language: 'zh_CN', version: '8.0.0', statusBarHeight: 20, safeArea: {} })
  const wx = { getStorageSync: () => '', canIUse: () => true }
  for (const name of ['getSystemInfoSync', 'getWindowInfo', 'getDeviceInfo', 'getAppBaseInfo', 'getSystemSetting', 'getAppAuthorizeSetting']) wx[name] = told
  for (const name of ['setStorageSync', 'removeStorageSync', 'setStorage', 'request', 'onThemeChange', 'getLaunchOptionsSync', 'getEnterOptionsSync', 'createSelectorQuery']) wx[name] = () => ({})
  let registered = 0
  const register = () => { registered += 1 }
  const world = vm.createContext({
    wx, App: register, Page: register, Component: register, Behavior: (x) => x, getApp: () => ({ $vm: {} }), getCurrentPages: () => [],
    console, setTimeout: () => 0, clearTimeout() {}, setInterval: () => 0, clearInterval() {}, global: {}, __wxConfig: {},
  })
  world.globalThis = world
  const run = (file) => {
    if (kept.has(file)) return kept.get(file).exports
    const module = { exports: {} }
    kept.set(file, module)
    const body = vm.runInContext(`(function (require, module, exports) {${readFileSync(file, 'utf8')}\n})`, world, { filename: relative(out, file) })
    body((name) => run(withEnding(join(dirname(file), name))), module, module.exports)
    return module.exports
  }
  const seen = new Set()
  const open = (name) => {
    if (seen.has(name)) return
    seen.add(name)
    for (const ending of ['.js', '.json', '.wxml']) if (!existsSync(join(out, name + ending))) return wrong.push(`${name}${ending} is missing`)
    const before = registered
    try {
      run(join(out, `${name}.js`))
    } catch (error) {
      return wrong.push(`${name} does not start: ${error.message}`)
    }
    if (registered === before) wrong.push(`${name} registers nothing`)
    const used = JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')).usingComponents ?? {}
    for (const path of Object.values(used)) open(path.startsWith('/') ? path.slice(1) : join(dirname(name), path))
  }
  try {
    run(join(out, 'app.js'))
  } catch (error) {
    return wrong.push(`app.js does not start: ${error.message}`)
  }
  pages.forEach(open)
}

function withEnding(path) {
  return path.endsWith('.js') ? path : `${path}.js`
}

function sizes() {
  const roots = parts.map((part) => `${part.root.replace(/\/$/, '')}/`)
  const sums = { main: 0 }
  for (const file of files(out)) {
    const name = relative(out, file)
    const part = roots.find((root) => name.startsWith(root)) ?? 'main'
    sums[part] = (sums[part] ?? 0) + statSync(file).size
  }
  for (const [part, bytes] of Object.entries(sums)) {
    if (bytes > (part === 'main' ? MOST.main : MOST.part)) wrong.push(`the package ${part} has ${bytes} bytes`)
  }
  console.log(Object.entries(sums).map(([part, bytes]) => `${part} ${Math.ceil(bytes / 1024)} kB`).join(', '))
}

function hosts() {
  for (const file of files(out).filter((each) => /\.(js|json|wxss|wxml|wxs)$/.test(each))) {
    for (const [, host] of readFileSync(file, 'utf8').matchAll(/https?:\/\/([a-z0-9.-]+)/gi)) {
      if (!OURS.has(host) && host !== process.env.LIUKE_URL?.split('/')[2]) wrong.push(`${relative(out, file)} names ${host}`)
    }
  }
}

function files(folder) {
  return readdirSync(folder).map((name) => join(folder, name)).flatMap((path) => (statSync(path).isDirectory() ? files(path) : [path]))
}
