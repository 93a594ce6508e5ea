// Ways out of a page to `at`, each by its name. In a browser without a policy every one of those in
// ATTEMPTS, LEAVING and CLICKED gets there, which the tests see to.
const made = (kind, attributes, inside = '') => {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (inside) element.append(inside);
  return element;
};
const put = (...all) => document.body.append(made(...all));
const video = (child) => {
  const video = made('video', { preload: 'auto' }, child);
  document.body.append(video);
  return video;
};
const click = (kind, attributes) => {
  const element = made(kind, attributes, 'x');
  document.body.append(element);
  element.click();
};
const submit = (attributes) => {
  const form = made('form', attributes);
  document.body.append(form);
  form.submit();
};
const style = (name, at) => {
  const element = made('div', {}, 'x');
  element.style.setProperty(name, `url(${at})`);
  document.body.append(element);
};

const ATTEMPTS = {
  fetch: (at) => fetch(at),
  fetch_post: (at) => fetch(at, { mode: 'no-cors', method: 'POST', body: 'x' }),
  fetch_keepalive: (at) => fetch(at, { mode: 'no-cors', keepalive: true }),
  xhr: (at) => {
    const request = new XMLHttpRequest();
    request.open('GET', at);
    request.send();
  },
  beacon: (at) => navigator.sendBeacon(at, 'x'),
  eventsource: (at) => new EventSource(at),
  websocket: (at) => new WebSocket(at.replace('http', 'ws')),
  import: (at) => import(at),
  img: (at) => put('img', { src: at }),
  srcset: (at) => put('img', { srcset: at + ' 1x' }),
  image_input: (at) => put('input', { type: 'image', src: at }),
  svg_image: (at) => {
    const [svg, image] = ['svg', 'image'].map((kind) => document.createElementNS('http://www.w3.org/2000/svg', kind));
    image.setAttribute('href', at);
    svg.append(image);
    document.body.append(svg);
  },
  script: (at) => put('script', { src: at }),
  module: (at) => put('script', { src: at, type: 'module' }),
  iframe: (at) => put('iframe', { src: at }),
  object: (at) => put('object', { data: at }),
  embed: (at) => put('embed', { src: at }),
  video: (at) => put('video', { src: at, preload: 'auto' }),
  poster: (at) => put('video', { poster: at }),
  audio: (at) => put('audio', { src: at, preload: 'auto' }),
  source: (at) => video(made('source', { src: at, type: 'video/mp4' })),
  track: (at) => {
    const shown = video(made('track', { src: at, default: '' }));
    shown.crossOrigin = 'anonymous';
    shown.textTracks[0].mode = 'showing';
  },
  stylesheet: (at) => put('link', { rel: 'stylesheet', href: at }),
  preload: (at) => put('link', { rel: 'preload', href: at, as: 'fetch', crossorigin: '' }),
  preload_image: (at) => put('link', { rel: 'preload', href: at, as: 'image' }),
  modulepreload: (at) => put('link', { rel: 'modulepreload', href: at }),
  prefetch: (at) => put('link', { rel: 'prefetch', href: at }),
  preconnect: (at) => put('link', { rel: 'preconnect', href: at }),
  background: (at) => style('background-image', at),
  font: (at) => new FontFace('f', `url(${at})`).load(),
  worker_script: (at) => new Worker('/worker.js?' + encodeURIComponent(at)),
  ping: (at) => click('a', { href: '#x', ping: at }),
};
// Those that take the page away.
const LEAVING = {
  a: (at) => click('a', { href: at }),
  form: (at) => submit({ action: at, method: 'post' }),
  meta: (at) => put('meta', { 'http-equiv': 'refresh', content: '0;url=' + at }),
  href: (at) => (location.href = at),
  replace: (at) => location.replace(at),
  open_self: (at) => window.open(at, '_self'),
};
// Those that want the user's own click.
const CLICKED = {
  open: (at) => window.open(at),
  blank: (at) => click('a', { href: at, target: '_blank' }),
  form_blank: (at) => submit({ action: at, target: '_blank' }),
  download: (at) => click('a', { href: at, download: 'x' }),
};
// And those of which a browser without a window makes nothing.
const UNSEEN = {
  icon: (at) => document.head.append(made('link', { rel: 'icon', href: at })),
  manifest: (at) => document.head.append(made('link', { rel: 'manifest', href: at })),
  dns_prefetch: (at) => put('link', { rel: 'dns-prefetch', href: at }),
  worker: (at) => new Worker(at),
  service_worker: (at) => navigator.serviceWorker.register(at),
};
// Does one of them, whatever comes of it.
const attempt = (way, at) => {
  try {
    Promise.resolve(way(at)).catch(() => {});
  } catch {}
};
