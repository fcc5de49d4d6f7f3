// Build one product: `node scripts/build.mjs h5` or `mp-weixin`. What was built before is gone first, so that a build
// that fails leaves nothing behind that looks like one that succeeded.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync, constants, brotliCompressSync } from 'node:zlib'

const here = dirname(dirname(fileURLToPath(import.meta.url)))
const platform = process.argv[2] ?? 'h5'
const out = join(here, 'dist', 'build', platform)

rmSync(out, { recursive: true, force: true })
run('openapi-typescript/bin/cli.js', '../../docs/openapi.json', '-o', 'src/api/schema.d.ts', '--alphabetize')
run('@dcloudio/vite-plugin-uni/bin/uni.js', 'build', '-p', platform)
if (!existsSync(join(out, platform === 'h5' ? 'index.html' : 'app.json'))) throw new Error(`nothing was built in ${out}`)
files(out).filter((file) => /\.(js|css|wxss)$/.test(file)).forEach(keepOurOwn)
if (platform === 'h5') {
  writeFileSync(join(out, 'sw.js'), worker())
  files(out).filter((file) => /\.(js|css|svg|json)$/.test(file)).forEach(press)
}

function run(tool, ...words) {
  execFileSync(process.execPath, [join(here, 'node_modules', tool), ...words],
    { cwd: here, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } })
}

/** What the platform's own styles take from foreign servers (pictures of shadows and keyboards) is left out. */
function keepOurOwn(file) {
  const text = readFileSync(file, 'utf8')
  const ours = text.replace(/url\((["']?)https?:\/\/[^)]*\1\)/g, 'none').replace(/https:\/\/(vuejs\.org|uniapp\.dcloud\.net\.cn)\/[\w./#-]*/g, '')
  if (ours !== text) writeFileSync(file, ours)
}

/** The service worker: the shell of this very build, so that the shop opens without a network. */
function worker() {
  const shell = ['./', ...files(out).map((file) => relative(out, file).replaceAll('\\', '/')).filter((name) => /^(assets|static)\//.test(name))]
  const text = readFileSync(join(here, 'scripts', 'sw.js'), 'utf8')
  const name = createHash('sha256').update(shell.join()).digest('hex').slice(0, 12)
  return text.replace("'SHELL_NAME'", JSON.stringify(`shop-${name}`)).replace("['SHELL_FILES']", JSON.stringify(shell))
}

/** Beside each text its shorter forms, so that no server presses while somebody waits. */
function press(file) {
  const text = readFileSync(file)
  if (text.length < 1024) return
  writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }))
  writeFileSync(`${file}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
}

function files(folder) {
  return readdirSync(folder).map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? files(path) : [path]))
}
